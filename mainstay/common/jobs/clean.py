"""Deleting what is finished, so that the tables of the queue stay small."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from mainstay.common.models import FactDelivery, Job
from mainstay.common.models.job import JobState

BATCH = 5000
DONE_KEPT = timedelta(days=3)
FAILED_KEPT = timedelta(days=90)
DELIVERED_KEPT = timedelta(days=7)


def jobs(at: datetime) -> int:
    """Delete jobs done 3 days ago and failed 90 days ago, at most 5,000 each. Returns how many."""
    finished = Job.objects.exclude(state=JobState.FAILED).filter(finished_at__lt=at - DONE_KEPT)
    failed = Job.objects.filter(state=JobState.FAILED, finished_at__lt=at - FAILED_KEPT)
    return _delete(finished) + _delete(failed)


def deliveries(at: datetime) -> int:
    """Delete deliveries made 7 days ago, at most 5,000; the facts stay. Returns how many."""
    return _delete(FactDelivery.objects.filter(delivered_at__lt=at - DELIVERED_KEPT))


def _delete(rows: "QuerySet[Job] | QuerySet[FactDelivery]") -> int:
    batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    count, _ = rows.model.objects.filter(pk__in=batch).delete()
    return int(count)
