"""Putting jobs into the table."""

from django.db import transaction

from mainstay.common.jobs.wake import wake
from mainstay.common.models.job import Job, JobState

TRIES = 5


class EnqueueContended(RuntimeError):
    """Jobs of the same key came and went so fast that none could be put in or found."""


def insert(job: Job) -> Job:
    """Store `job`; where one of its key is waiting, return that one, made to run no later than `job` would."""
    wake(job.queue)
    if not job.key:
        job.save(force_insert=True)
        return job
    with transaction.atomic():
        return _insert_keyed(job)


def _insert_keyed(job: Job) -> Job:
    waiting = Job.objects.filter(task=job.task, key=job.key, state=JobState.WAITING)
    for _ in range(TRIES):
        Job.objects.bulk_create([job], ignore_conflicts=True)
        waiting.filter(run_after__gt=job.run_after).update(run_after=job.run_after)
        found = waiting.first()
        if found is not None:
            return found
    raise EnqueueContended(f"{job.task} with key {job.key}")
