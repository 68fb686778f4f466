"""Heartbeats: what signals are taken in as, and what silence means."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from mainstay.common.health import Health
from mainstay.common.models import FactRecord
from mainstay.config.doctor import running as doctor
from mainstay.watch import actions, queries
from mainstay.watch.actions import beats
from mainstay.watch.facts import BEAT_PLACE, Signal
from mainstay.watch.models import Beat, BeatSignal, CheckRow, Gap, Latency, Monitor, Outage, Prober, Spell, Standing
from mainstay.watch.worker import find_silent_tasks
from tests.cast import Cast
from tests.watch.world import START, heartbeat_of, monitor_of, signal

SUCCESS, BEGIN, FAIL, LOG = Signal.SUCCESS, Signal.START, Signal.FAIL, Signal.LOG
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE_AFTER = HOUR + 10 * MINUTE


def listen_until(end: datetime, start: datetime = START, step: timedelta = timedelta(seconds=30)) -> None:
    """Look for silent tasks as the jobs do, from `start` up to `end`."""
    at = start
    while at <= end:
        find_silent_tasks(at=at)
        at += step


def seen(monitor: Monitor) -> list[tuple[str, timedelta]]:
    """The codes of a monitor's checks, with their time since the start."""
    return [(each.code, each.at - START) for each in CheckRow.objects.filter(monitor=monitor).order_by("at")]


# What signals are taken in as --------------------------------------------------------------------------------------


def test_a_success_is_a_good_check_that_vouches_for_interval_and_grace(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())

    signal(monitor, SUCCESS, START + MINUTE)

    spell = Spell.objects.get(monitor=monitor)
    assert (spell.state, spell.place, spell.to_at) == ("up", BEAT_PLACE, START + MINUTE + LATE_AFTER)
    assert Standing.objects.get(monitor=monitor).vouched_until == START + MINUTE + LATE_AFTER
    assert Beat.objects.get(monitor=monitor).due_at == START + MINUTE + LATE_AFTER
    assert not Latency.objects.exists()


@pytest.mark.parametrize(
    ("exit_status", "sentence"),
    [
        (3, "The task reported that it failed (exit status 3)."),
        (None, "The task reported that it failed (as it said)."),
    ],
)
def test_one_failure_is_enough_and_so_is_one_success(cast: Cast, exit_status: int | None, sentence: str) -> None:
    monitor = heartbeat_of(cast.a.websites.get(), counts=True)
    signal(monitor, SUCCESS, START)

    signal(monitor, FAIL, START + HOUR, exit_status=exit_status)
    outage = Outage.objects.get()
    assert (outage.started_after, outage.started_at, outage.is_open) == (START, START + HOUR, True)
    assert outage.sentence == sentence

    signal(monitor, SUCCESS, START + 2 * HOUR)
    outage.refresh_from_db()
    assert (outage.ended_after, outage.ended_at) == (START + HOUR, START + 2 * HOUR)


def test_a_heartbeat_makes_no_website_down_unless_it_is_told_to(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    signal(monitor, FAIL, START)

    assert Standing.objects.get(monitor=monitor).is_down
    assert not Outage.objects.exists()


def test_a_beginning_vouches_that_things_stand_as_they_did(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get(), settings={"grace_s": 600, "run_s_max": 3000})
    signal(monitor, BEGIN, START)
    assert seen(monitor) == []

    signal(monitor, SUCCESS, START + MINUTE)
    signal(monitor, BEGIN, START + HOUR)
    signal(monitor, SUCCESS, START + HOUR + 45 * MINUTE)

    spell = Spell.objects.get(monitor=monitor)
    assert (spell.state, spell.checks, spell.last_at) == ("up", 3, START + HOUR + 45 * MINUTE)


def test_signals_are_kept_with_what_came_with_them(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())

    signal(monitor, BEGIN, START)
    signal(monitor, LOG, START + MINUTE, note="half of it")
    signal(monitor, SUCCESS, START + 3 * HOUR, exit_status=0, note="4 GB", from_address="192.0.2.9")

    last, log, first = BeatSignal.objects.filter(monitor=monitor)
    assert (first.kind, first.duration_us, first.exit_status) == ("start", None, None)
    assert (log.kind, log.note, log.duration_us) == ("log", "half of it", None)
    assert (last.kind, last.note, last.from_address, last.exit_status) == ("success", "4 GB", "192.0.2.9", 0)
    assert last.duration_us == 3 * 3600 * 1_000_000
    assert {each.client_id for each in (last, log, first)} == {cast.a.pk}


def test_of_many_signals_the_newest_are_kept(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    Beat.objects.update(signals_heard=5_000)
    for number in range(beats.SIGNALS_KEPT + 3):
        signal(monitor, LOG, START + number * MINUTE)

    numbers = sorted(BeatSignal.objects.values_list("number", flat=True))
    assert numbers == list(range(5_004, 5_104))


@pytest.mark.parametrize("apart", [timedelta(milliseconds=1), timedelta(0), timedelta(milliseconds=-1)])
def test_signals_in_quick_order_all_count_in_the_order_in_which_they_are_taken_in(cast: Cast, apart) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    for number in range(5):
        signal(monitor, FAIL if number == 4 else SUCCESS, START + number * apart)

    codes = [code for code, _ in seen(monitor)]
    assert codes == ["ok"] * 4 + ["beat_failed"]
    assert Standing.objects.get().is_down
    assert BeatSignal.objects.count() == 5


def test_a_signal_costs_the_same_queries_however_many_there_were(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    Beat.objects.update(signals_heard=beats.SIGNALS_KEPT)

    def heard_at_minute(number: int) -> int:
        with CaptureQueriesContext(connection) as found:
            signal(monitor, SUCCESS, START + number * MINUTE)
        return len(found)

    heard_at_minute(0)
    second = heard_at_minute(1)
    for number in range(2, 300):
        signal(monitor, (SUCCESS, BEGIN, LOG, FAIL)[number % 4], START + number * MINUTE)
    heard_at_minute(300)

    assert heard_at_minute(301) == second <= 16
    assert BeatSignal.objects.count() == beats.SIGNALS_KEPT


@pytest.mark.parametrize("let_go", [actions.pause, actions.retire])
def test_what_a_monitor_that_stands_still_hears_is_kept_and_means_nothing(cast: Cast, let_go) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    let_go(monitor=monitor, by=cast.helper, at=START)

    signal(monitor, FAIL, START + MINUTE, note="oh")

    assert BeatSignal.objects.get().note == "oh"
    assert seen(monitor) == []


def test_what_breaks_off_leaves_nothing_behind(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    before = Beat.objects.values().get()

    with mock.patch.object(beats, "take_in", side_effect=MemoryError), pytest.raises(MemoryError):
        signal(monitor, SUCCESS, START + MINUTE)

    assert Beat.objects.values().get() == before
    assert not BeatSignal.objects.exists()
    assert not CheckRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_signals_at_the_same_time_are_taken_in_one_after_the_other(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    both = threading.Barrier(2)

    def call(said: Signal) -> None:
        both.wait(10)
        try:
            for _ in range(5):
                signal(monitor, said, START + MINUTE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(call, (SUCCESS, FAIL)))

    assert sorted(BeatSignal.objects.values_list("number", flat=True)) == list(range(1, 11))
    assert CheckRow.objects.count() == 10
    latest = BeatSignal.objects.first()
    assert Standing.objects.get().is_down is (latest.kind == "fail")


# Silence -----------------------------------------------------------------------------------------------------------


def test_a_late_task_is_down_from_the_instant_at_which_it_was_due(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get(), counts=True)
    signal(monitor, SUCCESS, START)

    listen_until(START + LATE_AFTER + MINUTE)

    outage = Outage.objects.get()
    assert (outage.started_after, outage.started_at) == (START, START + LATE_AFTER)
    assert outage.sentence == "The task has not reported by 09:10 UTC on 2 March 2026."
    assert FactRecord.objects.filter(kind="watch.outage_opened").count() == 1


def test_a_run_that_does_not_end_is_found(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    signal(monitor, SUCCESS, START)
    signal(monitor, BEGIN, START + 5 * MINUTE)

    listen_until(START + 16 * MINUTE)

    assert seen(monitor)[-1] == ("beat_unfinished", 15 * MINUTE)
    assert Standing.objects.get().sentence == (
        "The task began, and did not report its end by 08:15 UTC on 2 March 2026."
    )


def test_a_task_that_never_reports_is_late_as_well(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    listen_until(START + LATE_AFTER + MINUTE)
    assert seen(monitor) == [("beat_late", LATE_AFTER)]


def test_the_time_stays_known_to_be_down_until_the_task_reports(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get(), counts=True)
    signal(monitor, SUCCESS, START)
    listen_until(START + LATE_AFTER + 5 * HOUR + MINUTE)
    signal(monitor, SUCCESS, START + LATE_AFTER + 5 * HOUR + 2 * MINUTE)

    up, down, again = Spell.objects.filter(monitor=monitor).order_by("from_at")
    assert (up.state, up.to_at) == ("up", down.from_at)
    assert (down.state, down.checks, down.to_at) == ("down", 6, again.from_at)
    assert again.state == "up"
    assert Outage.objects.get().ended_at == again.from_at


def test_a_report_in_time_is_never_late_and_one_on_its_way_is_waited_for(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    find_silent_tasks(at=START + LATE_AFTER - 20 * timedelta(seconds=1))
    find_silent_tasks(at=START + LATE_AFTER + timedelta(seconds=1))
    signal(monitor, SUCCESS, START + LATE_AFTER - timedelta(milliseconds=5))
    find_silent_tasks(at=START + LATE_AFTER + timedelta(seconds=10))

    assert [code for code, _ in seen(monitor)] == ["ok"]


def test_time_in_which_mainstay_did_not_run_blames_no_task(cast: Cast) -> None:
    monitor, other = heartbeat_of(cast.a.websites.get()), heartbeat_of(cast.website(cast.a), interval_seconds=86_400)
    signal(monitor, SUCCESS, START)
    find_silent_tasks(at=START + MINUTE)
    back = START + 3 * HOUR
    due = Beat.objects.get(monitor=other).due_at

    find_silent_tasks(at=back)

    gap = Gap.objects.get()
    assert (gap.place, gap.monitor, gap.from_at, gap.to_at, gap.reason) == (
        BEAT_PLACE,
        None,
        START + MINUTE,
        back,
        "stopped",
    )
    assert Beat.objects.get(monitor=monitor).due_at == back + 10 * MINUTE
    assert Beat.objects.get(monitor=other).due_at == due
    listen_until(back + 9 * MINUTE, back)
    assert [code for code, _ in seen(monitor)] == ["ok"]
    listen_until(back + 11 * MINUTE, back + 9 * MINUTE)
    assert seen(monitor)[-1] == ("beat_late", 3 * HOUR + 10 * MINUTE)
    assert Gap.objects.count() == 1


def test_a_paused_task_is_not_late_and_is_waited_for_anew_when_it_goes_on(cast: Cast) -> None:
    monitor = heartbeat_of(cast.a.websites.get())
    listen_until(START + MINUTE)
    actions.pause(monitor=monitor, by=cast.helper, at=START + MINUTE)
    listen_until(START + 3 * HOUR, START + MINUTE)
    assert Beat.objects.get().due_at is None

    actions.resume(monitor=monitor, by=cast.helper, at=START + 3 * HOUR)
    find_silent_tasks(at=START + 3 * HOUR + timedelta(seconds=30))

    assert seen(monitor) == []
    assert Beat.objects.get().due_at == START + 3 * HOUR + timedelta(seconds=30) + LATE_AFTER


def test_nobody_waits_for_the_tasks_of_a_website_that_is_let_go_of(cast: Cast) -> None:
    website = cast.a.websites.get()
    monitor = heartbeat_of(website)
    website.is_active = False
    website.save()

    listen_until(START + LATE_AFTER + MINUTE)

    assert seen(monitor) == []


def test_many_silent_tasks_are_noted_in_as_many_queries_as_one(cast: Cast) -> None:
    def noted() -> int:
        with CaptureQueriesContext(connection) as found:
            assert actions.note_silence(at=START + DAY)
        return len(found)

    heartbeat_of(cast.website(cast.a))
    one = noted()
    Beat.objects.update(due_at=None)
    for _ in range(5):
        heartbeat_of(cast.website(cast.a))

    assert noted() == one


def test_whoever_listens_for_tasks_does_not_stand_in_for_a_prober(cast: Cast) -> None:
    heartbeat_of(cast.a.websites.get())
    find_silent_tasks(at=START)
    assert Prober.objects.get().monitors == 1
    assert doctor.prober().verdict is Health.OK
    monitor_of(cast.a.websites.get())

    assert doctor.prober().verdict is not Health.OK
    assert not queries.probers(START + MINUTE).exists()


def test_without_a_heartbeat_nothing_is_written(cast: Cast) -> None:
    find_silent_tasks(at=START)
    assert not Prober.objects.exists()
