"""Claiming jobs and ending them. Whoever holds the token may end the job, nobody else."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from mainstay.common.models.job import Job, JobState

LEASE = timedelta(seconds=30)
ENDED: dict[str, Any] = {"lease_until": None, "token": ""}  # nosec B105 # nobody's lease


class LeaseLost(RuntimeError):
    """Another worker has taken the job meanwhile: what this one did does not count."""


def claim(queue: str, at: datetime, lease: timedelta = LEASE) -> Job | None:
    """Take the next job of a lane: one whose worker died, else the due one of highest priority, oldest first."""
    for candidates in (_abandoned(queue, at), _waiting(queue, at)):
        while found := candidates.values_list("pk", "token").first():
            job = _take(candidates, *found, at=at, lease=lease)
            if job is not None:
                return job
            if connection.features.has_select_for_update_skip_locked:
                break
    return None


def finish(job: Job, at: datetime) -> None:
    """The job is done. Raises LeaseLost when it is another's by now."""
    _end(job, state=JobState.DONE, finished_at=at, last_error="")


def give_up(job: Job, at: datetime, error: str) -> None:
    """The job will not be tried again. Raises LeaseLost when it is another's by now."""
    _end(job, state=JobState.FAILED, finished_at=at, last_error=error)


def postpone(job: Job, until: datetime, error: str, at: datetime) -> None:
    """Try the job again later; where one of its key waits already, that one stands in for it.

    Raises LeaseLost when it is another's by now.
    """
    with transaction.atomic():
        if _twin_waits(job):
            _end(job, state=JobState.REPLACED, finished_at=at, last_error=error)
        else:
            _end(job, state=JobState.WAITING, run_after=until, last_error=error)


def extend(jobs: dict[int, str], until: datetime) -> None:
    """Prolong the leases of running jobs, given as id → token."""
    for pk, token in jobs.items():
        Job.objects.filter(pk=pk, token=token, state=JobState.RUNNING).update(lease_until=until)


def _waiting(queue: str, at: datetime) -> "QuerySet[Job]":
    running = Job.objects.filter(state=JobState.RUNNING, task=OuterRef("task"), key=OuterRef("key"))
    due = Job.objects.filter(state=JobState.WAITING, queue=queue, run_after__lte=at)
    return due.filter(Q(key="") | ~Exists(running)).order_by("-priority", "run_after", "pk")


def _abandoned(queue: str, at: datetime) -> "QuerySet[Job]":
    return Job.objects.filter(state=JobState.RUNNING, queue=queue, lease_until__lt=at).order_by("lease_until")


def _take(candidates: "QuerySet[Job]", pk: int, token: str, *, at: datetime, lease: timedelta) -> Job | None:
    """Take the candidate `pk`, on PostgreSQL the next one that nobody else is just taking."""
    mine = secrets.token_hex(16)
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            locked = candidates.select_for_update(skip_locked=True, of=("self",)).values_list("pk", "token").first()
            if locked is None:
                return None
            pk, token = locked
        taken = candidates.model.objects.filter(
            pk=pk, token=token, state__in=(JobState.WAITING, JobState.RUNNING)
        ).update(
            state=JobState.RUNNING,
            token=mine,
            lease_until=at + lease,
            started_at=at,
            attempts=F("attempts") + 1,
        )
        return Job.objects.get(pk=pk) if taken else None


def _twin_waits(job: Job) -> bool:
    return bool(job.key) and Job.objects.filter(task=job.task, key=job.key, state=JobState.WAITING).exists()


def _end(job: Job, **values: Any) -> None:
    mine = Job.objects.filter(pk=job.pk, token=job.token, state=JobState.RUNNING)
    if not mine.update(**ENDED, **values):
        raise LeaseLost(str(job))
