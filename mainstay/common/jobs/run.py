"""Running one job, and running all that is due."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from time import monotonic

import structlog

from mainstay.common import tenancy
from mainstay.common.errors import text_of
from mainstay.common.jobs import claim
from mainstay.common.jobs.lanes import LANES
from mainstay.common.jobs.pumps import run_pumps
from mainstay.common.jobs.slots import enqueue_slots
from mainstay.common.jobs.tasks import GiveUp, TryLater, task_called
from mainstay.common.models.job import Job

RUN_LIMIT = 10_000
WORKER_DIED = "its worker died or stood still while it ran"

log = structlog.get_logger()


class NeverEnds(RuntimeError):
    """Jobs made further jobs without end."""


class Held:
    """The jobs that this process is running now, as id → token, for the heartbeat."""

    def __init__(self) -> None:
        self._jobs: dict[int, str] = {}
        self._lock = threading.Lock()

    @contextmanager
    def holding(self, job: Job) -> Iterator[None]:
        with self._lock:
            self._jobs[job.pk] = job.token
        try:
            yield
        finally:
            with self._lock:
                del self._jobs[job.pk]

    def snapshot(self) -> dict[int, str]:
        with self._lock:
            return dict(self._jobs)


def run_due(at: datetime, queue: str | None = None, *, periodic: bool = False) -> int:
    """Do in this thread all that `mainstay work` would do at `at`, until nothing is due. Returns how much.

    Args:
        queue: only this lane.
        periodic: also the slots of periodic tasks that `at` lies in.

    Raises:
        NeverEnds: there was no end after 10,000 pieces of work.
    """
    queues = LANES if queue is None else (queue,)
    if periodic:
        for each in queues:
            enqueue_slots(each, at)
    total = 0
    while done := sum(run_pumps(each, at) + run_next(each, at) for each in queues):
        total += done
        if total > RUN_LIMIT:
            raise NeverEnds(f"{total} pieces of work at {at}")
    return total


def run_next(queue: str, at: datetime, *, held: Held | None = None, lease: timedelta = claim.LEASE) -> bool:
    """Claim and run the next job of a lane. False when there was none."""
    job = claim.claim(queue, at, lease)
    if job is None:
        return False
    with held.holding(job) if held else nullcontext():
        run(job, at)
    return True


def run(job: Job, at: datetime) -> None:
    """Run a claimed job and end it. What goes wrong is kept with the job and logged, never raised."""
    try:
        if job.attempts > job.max_attempts:
            claim.give_up(job, at, job.last_error or WORKER_DIED)
        else:
            _run_and_end(job, at)
    except claim.LeaseLost:
        log.warning("job was taken over", job=job.pk, task=job.task)


def _run_and_end(job: Job, at: datetime) -> None:
    began = monotonic()
    try:
        with tenancy.everything():
            task_called(job.task).run(job.arguments, at)
    except GiveUp as reason:
        log.error("job given up", job=job.pk, task=job.task, reason=str(reason))
        claim.give_up(job, _later(at, began), str(reason))
    except TryLater as reason:
        log.warning("job tried later", job=job.pk, task=job.task, attempts=job.attempts, reason=str(reason))
        _after_failure(job, str(reason), _later(at, began))
    except Exception as problem:
        log.error("job failed", job=job.pk, task=job.task, attempts=job.attempts, exc_info=problem)
        _after_failure(job, text_of(problem), _later(at, began))
    else:
        claim.finish(job, _later(at, began))


def _later(at: datetime, began: float) -> datetime:
    """The instant now, when `at` was the instant at which the monotonic clock stood at `began`."""
    return at + timedelta(seconds=monotonic() - began)


def _after_failure(job: Job, error: str, at: datetime) -> None:
    if job.attempts >= job.max_attempts:
        claim.give_up(job, at, error)
    else:
        claim.postpone(job, at + _wait(job), error, at)


def _wait(job: Job) -> timedelta:
    try:
        return task_called(job.task).backoff.after(job.attempts)
    except LookupError:  # a job of a newer version: that version's worker may come any time
        return timedelta(minutes=1)
