"""Enqueuing, claiming, running and giving up jobs."""

from datetime import timedelta

import pytest

from mainstay.common.backoff import Backoff
from mainstay.common.jobs import Job, JobState, claim, clean, run_due, task
from mainstay.common.jobs.lanes import NoSuchLane
from tests.common import chores

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def notes(tmp_path):
    return tmp_path / "notes"


@task(queue="bulk")
def tell_time(path: str, at) -> None:
    chores.note(path, at.isoformat())


def test_job_runs_once_with_its_arguments(notes, now):
    job = chores.note.enqueue(path=str(notes), word="hello")
    assert run_due(now) == 1
    assert run_due(now) == 0
    assert chores.lines(notes) == ["hello"]
    job.refresh_from_db()
    assert (job.state, job.attempts, job.token, job.lease_until) == (JobState.DONE, 1, "", None)
    assert job.finished_at >= now


def test_rolled_back_transaction_leaves_no_job(notes, now, interrupt):
    interrupt(lambda: chores.note.enqueue(path=str(notes), word="never"))
    assert Job.objects.count() == 0
    assert run_due(now) == 0


def test_job_waits_for_its_instant(notes, now):
    chores.note.using(run_after=now + SECOND).enqueue(path=str(notes), word="late")
    assert run_due(now) == 0
    assert run_due(now + SECOND) == 1


def test_higher_priority_goes_first_then_the_older(notes, now):
    for priority, word in ((0, "third"), (5, "first"), (5, "second"), (-5, "fourth")):
        chores.note.using(priority=priority).enqueue(path=str(notes), word=word)
    run_due(now)
    assert chores.lines(notes) == ["first", "second", "third", "fourth"]


def test_only_the_named_lane_is_run(notes, now):
    chores.note.enqueue(path=str(notes), word="bulk")
    assert run_due(now, "timers") == 0
    assert run_due(now, "bulk") == 1


def test_task_that_takes_at_is_given_the_instant_of_its_run(notes, now):
    tell_time.enqueue(path=str(notes))
    run_due(now)
    assert chores.lines(notes) == [now.isoformat()]


def test_task_can_be_called_directly(notes):
    chores.note(path=str(notes), word="here")
    assert chores.lines(notes) == ["here"]


def test_one_job_waits_for_each_key_and_runs_when_the_earliest_asked(notes, now):
    keyed = chores.note.using(key="k")
    first = keyed.using(run_after=now + 9 * SECOND).enqueue(path=str(notes), word="a")
    second = keyed.using(run_after=now + SECOND).enqueue(path=str(notes), word="b")
    third = keyed.using(run_after=now + 5 * SECOND).enqueue(path=str(notes), word="c")
    assert first.pk == second.pk == third.pk
    assert run_due(now + SECOND) == 1
    assert chores.lines(notes) == ["a"]


def test_key_is_free_again_once_its_job_runs_but_never_runs_twice_at_a_time(notes, now):
    keyed = chores.note.using(key="k")
    keyed.enqueue(path=str(notes), word="a")
    running = claim.claim("bulk", now)
    second = keyed.enqueue(path=str(notes), word="b")
    assert second.pk != running.pk
    assert claim.claim("bulk", now) is None
    claim.finish(running, now)
    assert claim.claim("bulk", now).pk == second.pk


def test_other_tasks_may_use_the_same_key(notes, now):
    chores.note.using(key="k").enqueue(path=str(notes), word="a")
    chores.fail.using(key="k").enqueue(reason="b")
    assert Job.objects.count() == 2


def test_failing_job_is_postponed_and_the_next_goes_on(notes, now):
    bad = chores.fail.using(priority=9).enqueue(reason="no disk")
    chores.note.enqueue(path=str(notes), word="next")
    assert run_due(now) == 2
    assert chores.lines(notes) == ["next"]
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == (JobState.WAITING, 1)
    assert bad.last_error.startswith("RuntimeError: no disk")
    assert now + 3 * SECOND < bad.run_after < now + 7 * SECOND


def test_job_is_given_up_after_its_last_try_and_keeps_the_error(now):
    job = chores.fail.enqueue(reason="no disk")
    for days in range(5):
        run_due(now + timedelta(days=days))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease_until) == (JobState.FAILED, 3, None)
    assert "no disk" in job.last_error
    assert "chores.py" in job.last_error


def test_give_up_ends_a_job_at_once(now):
    job = chores.fail_for_good.enqueue(reason="no such mailbox")
    run_due(now)
    run_due(now + timedelta(days=9))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == (JobState.FAILED, 1, "no such mailbox")


def test_failed_run_of_a_key_is_replaced_by_the_one_that_waits(now):
    keyed = chores.fail.using(key="k")
    first = keyed.enqueue(reason="a")
    running = claim.claim("bulk", now)
    keyed.enqueue(reason="b")
    claim.postpone(running, now + SECOND, "broken", now)
    first.refresh_from_db()
    assert (first.state, first.last_error) == (JobState.REPLACED, "broken")
    assert Job.objects.filter(state=JobState.WAITING).count() == 1


def test_job_of_an_unknown_task_waits_for_a_worker_that_knows_it(notes, now):
    job = chores.note.enqueue(path=str(notes), word="new")
    Job.objects.filter(pk=job.pk).update(task="mainstay.future.task")
    run_due(now)
    job.refresh_from_db()
    assert (job.state, job.run_after) > (JobState.WAITING, now)
    assert "no task is called mainstay.future.task" in job.last_error


def test_lapsed_lease_is_taken_over_and_the_late_first_worker_is_fenced_off(notes, now):
    chores.note.enqueue(path=str(notes), word="a")
    first = claim.claim("bulk", now)
    assert claim.claim("bulk", now + claim.LEASE) is None
    second = claim.claim("bulk", now + claim.LEASE + SECOND)
    assert (second.pk, second.attempts) == (first.pk, 2)
    for end in (
        claim.finish,
        lambda job, at: claim.give_up(job, at, ""),
        lambda job, at: claim.postpone(job, at, "", at),
    ):
        with pytest.raises(claim.LeaseLost):
            end(first, now)
    claim.finish(second, now)
    first.refresh_from_db()
    assert first.state == JobState.DONE


def test_heartbeat_prolongs_only_the_holders_lease(notes, now):
    chores.note.enqueue(path=str(notes), word="a")
    job = claim.claim("bulk", now)
    claim.extend({job.pk: "another's token"}, now + timedelta(hours=2))
    claim.extend({job.pk: job.token}, now + timedelta(hours=1))
    job.refresh_from_db()
    assert job.lease_until == now + timedelta(hours=1)


def test_job_whose_workers_keep_dying_is_given_up(notes, now):
    job = chores.linger_once.enqueue(path=str(notes), seconds=0)
    for minutes in range(3):
        assert claim.claim("bulk", now + timedelta(minutes=minutes)).attempts == minutes + 1
    run_due(now + timedelta(minutes=4))
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "worker died" in job.last_error
    assert chores.lines(notes) == []


@pytest.mark.parametrize("arguments", [{}, {"path": "x"}, {"path": "x", "word": "y", "more": 1}])
def test_arguments_must_fit_the_function(arguments):
    with pytest.raises(TypeError):
        chores.note.enqueue(**arguments)


@pytest.mark.parametrize("word", [timedelta(1), {1, 2}, (1, 2), b"x"])
def test_arguments_must_be_plain_json(word):
    with pytest.raises(TypeError):
        chores.note.enqueue(path="x", word=word)


def test_lane_must_exist():
    with pytest.raises(NoSuchLane):
        task(queue="nowhere")


def test_using_takes_no_other_options():
    with pytest.raises(TypeError, match="colour"):
        chores.note.using(colour="red")


@pytest.mark.parametrize(
    ("attempts", "chance", "seconds"),
    [(1, 0.5, 5), (2, 0.5, 10), (5, 0.5, 80), (99, 0.5, 3600), (1, 0, 4), (1, 0.75, 5.5)],
)
def test_backoff_doubles_up_to_its_longest_and_spreads(attempts, chance, seconds):
    assert Backoff().after(attempts, chance=lambda: chance) == timedelta(seconds=seconds)


def test_clearing_up_deletes_old_finished_jobs_and_is_bounded(notes, now, monkeypatch):
    monkeypatch.setattr(clean, "BATCH", 2)
    for number in range(3):
        chores.note.enqueue(path=str(notes), word=str(number))
    failed = chores.fail_for_good.enqueue(reason="kept longer")
    waiting = chores.note.using(run_after=now + timedelta(days=99)).enqueue(path=str(notes), word="waits")
    run_due(now)
    assert clean.jobs(now + clean.DONE_KEPT) == 0
    later = now + clean.DONE_KEPT + timedelta(minutes=1)
    assert [clean.jobs(later), clean.jobs(later), clean.jobs(later)] == [2, 1, 0]
    assert set(Job.objects.values_list("pk", flat=True)) == {failed.pk, waiting.pk}
    clean.jobs(now + clean.FAILED_KEPT + timedelta(minutes=1))
    assert [job.pk for job in Job.objects.all()] == [waiting.pk]
