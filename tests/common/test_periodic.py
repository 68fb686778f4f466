"""Tasks that run by the clock, and the clearing up that is one."""

from datetime import UTC, datetime, timedelta

import pytest

from mainstay.common import worker
from mainstay.common.jobs import Job, JobState, periodic, run_due, slots
from mainstay.common.models import PeriodicSlot
from tests.common import chores

pytestmark = pytest.mark.django_db
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def runs(monkeypatch):
    """The instants at which a task of every ten minutes ran."""
    monkeypatch.setattr(slots, "_by_queue", {})
    kept = []

    @periodic(every=TEN_MINUTES, queue="timers")
    def look(at) -> None:
        kept.append(at)

    return kept


@pytest.mark.parametrize(
    ("every", "slot"),
    [
        (timedelta(seconds=30), "2026-03-04T10:33:30"),
        (TEN_MINUTES, "2026-03-04T10:30:00"),
        (timedelta(hours=1), "2026-03-04T10:00:00"),
        (timedelta(days=1), "2026-03-04T00:00:00"),
    ],
)
def test_slots_are_counted_in_utc(every, slot):
    at = datetime(2026, 3, 4, 10, 33, 59, 1, tzinfo=UTC)
    assert slots.Periodic(worker.clear_up, every).slot(at) == datetime.fromisoformat(f"{slot}+00:00")


def test_runs_once_a_slot(runs, now):
    for minutes in (0, 1, 9, 10, 19, 20):
        run_due(now + timedelta(minutes=minutes), periodic=True)
    assert runs == [now, now + TEN_MINUTES, now + 2 * TEN_MINUTES]


def test_periodic_tasks_rest_in_tests_that_do_not_ask_for_them(runs, now):
    assert run_due(now) == 0
    assert runs == []


def test_of_missed_slots_only_the_latest_is_run(runs, now):
    run_due(now, periodic=True)
    run_due(now + timedelta(days=2), periodic=True)
    assert runs == [now, now + timedelta(days=2)]


def test_clock_that_goes_back_runs_nothing_twice(runs, now):
    run_due(now, periodic=True)
    run_due(now - timedelta(hours=1), periodic=True)
    assert runs == [now]


def test_slot_that_comes_while_the_last_is_waiting_makes_no_second_job(runs, now):
    slots.enqueue_slots("timers", now)
    slots.enqueue_slots("timers", now + TEN_MINUTES)
    assert Job.objects.filter(state=JobState.WAITING).count() == 1


def test_clearing_up_is_among_the_periodic_tasks(tmp_path, now):
    chores.note.enqueue(path=str(tmp_path / "notes"), word="a")
    run_due(now)
    later = now + timedelta(days=4)
    assert run_due(later, "bulk", periodic=True) >= 2
    assert not Job.objects.filter(task=chores.note.name).exists()
    assert {worker.clear_up.name, worker.sweep_files.name} <= set(PeriodicSlot.objects.values_list("task", flat=True))
    assert not Job.objects.filter(state=JobState.FAILED).exists()
