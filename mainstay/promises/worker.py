"""Keeps verdicts, and how all clients stand, every five minutes."""

from datetime import datetime, timedelta

from mainstay.clients.models import Organisation
from mainstay.common.facts import Process
from mainstay.common.jobs import periodic
from mainstay.promises import actions

BATCH = 50
"""Clients judged in one transaction: enough to share queries, few enough to keep the write lock short."""


@periodic(every=timedelta(minutes=5), queue="bulk")
def take_verdicts(at: datetime) -> None:
    """Judge all promises of all organisations that are served, the agency's own too."""
    served = list(Organisation.objects.filter(is_active=True).order_by("pk"))
    for start in range(0, len(served), BATCH):
        actions.take(clients=served[start : start + BATCH], by=Process("promises"), at=at)
