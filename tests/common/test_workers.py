"""Workers at the same time, workers that are killed, workers that are asked to stop."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from mainstay.common.jobs import Job, JobState, claim, lanes_without_turns, periodic, pumps, run_forever, slots
from mainstay.common.jobs.slots import enqueue_slots
from mainstay.common.models import PeriodicSlot
from tests.common import chores

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4
JOBS = 60


def at_once(function, count=WORKERS):
    """Run `function` in several threads that begin together. Returns what each returned."""
    barrier = threading.Barrier(count)

    def guarded(_):
        barrier.wait()
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(guarded, range(count)))


@pytest.fixture
def running_worker():
    """A worker in this process on the lane `bulk`, stopped at the end."""
    stop_event = threading.Event()
    thread = threading.Thread(target=run_forever, args=(("bulk",), stop_event))
    thread.start()
    yield stop_event
    stop_event.set()
    thread.join(10)
    assert not thread.is_alive()


def test_jobs_are_claimed_once_by_workers_that_race(tmp_path):
    for number in range(JOBS):
        chores.note.enqueue(path=str(tmp_path / "notes"), word=str(number))
    at = timezone.now()

    def claim_all():
        claimed = []
        while job := claim.claim("bulk", at):
            claimed.append(job.pk)
        return claimed

    claimed = [pk for each in at_once(claim_all) for pk in each]
    assert sorted(claimed) == sorted(Job.objects.values_list("pk", flat=True))
    assert len(claimed) == JOBS


def test_abandoned_job_is_taken_over_by_one_worker(tmp_path, now):
    chores.note.enqueue(path=str(tmp_path / "notes"), word="a")
    claim.claim("bulk", now)
    later = now + timedelta(hours=1)
    taken = [job for job in at_once(lambda: claim.claim("bulk", later)) if job]
    assert len(taken) == 1
    assert taken[0].attempts == 2


def test_one_job_of_a_key_comes_of_enqueuing_at_the_same_time(tmp_path):
    keyed = chores.note.using(key="k")
    jobs = at_once(lambda: keyed.enqueue(path=str(tmp_path / "notes"), word="a"))
    assert len({job.pk for job in jobs}) == 1
    assert Job.objects.count() == 1


def test_slot_makes_one_job_over_all_workers_and_missed_slots_only_the_latest(monkeypatch):
    monkeypatch.setitem(slots._by_queue, "timers", {})

    @periodic(every=timedelta(minutes=10), queue="timers")
    def look(at) -> None:
        raise AssertionError("only enqueued")

    start = datetime(2026, 3, 4, 10, 3, tzinfo=UTC)
    made = at_once(lambda: enqueue_slots("timers", start))
    assert Job.objects.filter(task=look.name).count() == 1
    assert sum(made) >= 1
    Job.objects.all().delete()
    assert enqueue_slots("timers", start + timedelta(minutes=6)) == 0
    hours_later = start + timedelta(hours=5)
    at_once(lambda: enqueue_slots("timers", hours_later))
    assert Job.objects.filter(task=look.name).count() == 1
    assert PeriodicSlot.objects.get(task=look.name).slot_at == datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    assert enqueue_slots("timers", start) == 0


def test_worker_in_this_process_starts_a_committed_job_at_once(tmp_path, running_worker, until):
    notes = tmp_path / "notes"
    time.sleep(0.3)
    began = time.monotonic()
    with transaction.atomic():
        chores.note.enqueue(path=str(notes), word="a")
    until(lambda: chores.lines(notes) == ["a"])
    assert time.monotonic() - began < 5


def test_stopping_ends_what_is_running_and_starts_nothing_more(tmp_path, running_worker, until):
    notes, more = tmp_path / "notes", tmp_path / "more"
    job = chores.linger_once.enqueue(path=str(notes), seconds=0.5)
    until(lambda: chores.lines(notes))
    waiting = chores.note.enqueue(path=str(more), word="a")
    running_worker.set()
    until(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE)
    assert chores.lines(notes) == ["begun", "ended"]
    time.sleep(0.5)
    assert Job.objects.get(pk=waiting.pk).state == JobState.WAITING


def test_worker_survives_an_error_of_the_database(tmp_path, running_worker, until, monkeypatch):
    notes = tmp_path / "notes"
    from mainstay.common.jobs import worker  # late: patched for this test alone

    monkeypatch.setattr(worker, "PAUSE_AFTER_ERROR_S", 0.1)
    broken = threading.Event()

    def break_once(lane, at):
        if not broken.is_set():
            broken.set()
            raise RuntimeError("the server closed the connection unexpectedly")
        return 0

    monkeypatch.setattr(worker, "run_pumps", break_once)
    assert broken.wait(5)
    chores.note.enqueue(path=str(notes), word="a")
    until(lambda: chores.lines(notes) == ["a"])


def test_a_pump_that_fails_each_time_keeps_no_job_waiting_and_its_lane_is_seen_to_fail(tmp_path, until, monkeypatch):
    def broken(at):
        raise RuntimeError("this pump is poisoned")

    turned = []
    monkeypatch.setitem(pumps._by_queue, "bulk", [broken, lambda at: turned.append(at) or 0])
    chores.note.enqueue(path=str(tmp_path / "notes"), word="a")
    stop_event = threading.Event()
    thread = threading.Thread(target=run_forever, args=(("bulk",), stop_event))
    thread.start()
    try:
        until(lambda: chores.lines(tmp_path / "notes") == ["a"])
    finally:
        stop_event.set()
        thread.join(10)
    assert turned, "the other pump has had its turn"
    assert lanes_without_turns(["bulk"], timezone.now() - timedelta(minutes=1)) == ["bulk"]


def test_a_lane_that_turns_is_on_record(running_worker, until):
    since = timezone.now() - timedelta(minutes=1)
    until(lambda: lanes_without_turns(["bulk", "mail"], since) == ["mail"])


@pytest.mark.real
def test_job_of_a_worker_that_is_killed_is_taken_over_and_done(tmp_path, start_worker, until):
    notes = tmp_path / "notes"
    job = chores.linger_once.enqueue(path=str(notes), seconds=60)
    first = start_worker(lease_s=1.5)
    until(lambda: chores.lines(notes) == ["begun"])
    first.kill()
    first.wait()
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    start_worker(lease_s=1.5)
    until(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE)
    assert chores.lines(notes) == ["begun", "begun", "ended"]
    assert Job.objects.get(pk=job.pk).attempts == 2


@pytest.mark.real
def test_heartbeat_keeps_a_long_job_from_being_taken_over(tmp_path, start_worker, until):
    notes = tmp_path / "notes"
    job = chores.linger_once.enqueue(path=str(notes), seconds=4)
    start_worker(lease_s=1.5)
    until(lambda: chores.lines(notes) == ["begun"])
    start_worker(lease_s=1.5)
    until(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE)
    assert chores.lines(notes) == ["begun", "ended"]


@pytest.mark.real
def test_job_that_kills_its_worker_each_time_is_given_up(tmp_path, start_worker, until):
    notes = tmp_path / "notes"
    job = chores.kill_worker.enqueue(path=str(notes))
    for _ in range(2):
        assert start_worker(lease_s=0.5).wait(30) == -signal.SIGKILL
    survivor = start_worker(lease_s=0.5)
    until(lambda: Job.objects.get(pk=job.pk).state == JobState.FAILED)
    assert chores.lines(notes) == ["begun", "begun"]
    survivor.send_signal(signal.SIGTERM)
    assert survivor.wait(10) == 0
