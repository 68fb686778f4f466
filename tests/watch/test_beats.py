"""Heartbeats: what signals are taken in as."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from mainstay.watch import actions
from mainstay.watch.actions import beats
from mainstay.watch.facts import BEAT_PLACE, Signal
from mainstay.watch.models import Beat, BeatSignal, CheckRow, Latency, Monitor, Outage, Spell, Standing
from tests.cast import Cast
from tests.watch.world import START, heartbeat_of, signal

SUCCESS, BEGIN, FAIL, LOG = Signal.SUCCESS, Signal.START, Signal.FAIL, Signal.LOG
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATE_AFTER = HOUR + 10 * MINUTE


def seen(monitor: Monitor) -> list[tuple[str, timedelta]]:
    """The codes of a monitor's checks, with their time since the start."""
    return [(each.code, each.at - START) for each in CheckRow.objects.filter(monitor=monitor).order_by("at")]


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

    assert heard_at_minute(301) == second <= 17
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
