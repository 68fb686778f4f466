"""Heartbeats: what silence means, and whose silence it is."""

from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.common.health import Health
from mainstay.common.models import FactRecord
from mainstay.config.doctor import running as doctor
from mainstay.watch import actions, queries
from mainstay.watch.facts import BEAT_PLACE, Signal
from mainstay.watch.models import Beat, CheckRow, Gap, Monitor, Outage, Prober, Spell, Standing
from mainstay.watch.worker import find_silent_tasks
from tests.cast import Cast
from tests.watch.world import START, heartbeat_of, monitor_of, signal

SUCCESS, BEGIN = Signal.SUCCESS, Signal.START
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
    assert not queries.probers_now(START + MINUTE)


def test_without_a_heartbeat_nothing_is_written(cast: Cast) -> None:
    find_silent_tasks(at=START)
    assert not Prober.objects.exists()
