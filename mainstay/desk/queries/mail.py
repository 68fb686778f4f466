"""Mail that came in: what waits to be read, and what was set aside for a person."""

from datetime import datetime

from django.db.models import QuerySet

from mainstay.desk.facts import RawState
from mainstay.desk.models import RawMail


def parked() -> QuerySet[RawMail]:
    """Mail set aside that nobody has looked at yet, oldest first."""
    found = RawMail.objects.filter(state=RawState.PARKED, reviewed_at__isnull=True)
    return found.select_related("ticket__client", "client").order_by("received_at", "id")


def reviewed() -> QuerySet[RawMail]:
    """Mail set aside that somebody has dismissed, latest first."""
    found = RawMail.objects.filter(state=RawState.PARKED, reviewed_at__isnull=False)
    return found.select_related("ticket__client", "client", "reviewed_by").order_by("-reviewed_at", "-id")


def unread(at: datetime) -> QuerySet[RawMail]:
    """Mail that was stored and has not become part of a ticket, although it was due to be read by `at`."""
    return RawMail.objects.filter(state=RawState.STORED, due_at__lte=at).order_by("received_at")
