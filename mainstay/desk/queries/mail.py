"""Mail that came in: what waits to be read, and what was set aside for a person."""

from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Substr

from mainstay.desk.facts import RawState
from mainstay.desk.letters.threading import index_in
from mainstay.desk.models import Delivery, RawBody, RawMail, Ticket

HEAD_BYTES = 64 * 1024


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


def thread_index_of(ticket: Ticket) -> str:
    """The Thread-Index of the client's latest mail on the ticket; empty without one. Only its beginning is read."""
    latest = RawBody.objects.filter(raw__messages__ticket=ticket).order_by("-raw__id")
    head = latest.values_list(Substr("content", 1, HEAD_BYTES), flat=True).first()
    return index_in(bytes(head)) if head else ""


def not_arrived(ticket: Ticket) -> QuerySet[Delivery]:
    """Letters of the ticket that did not arrive and that nobody has seen to yet, oldest first."""
    found = Delivery.objects.filter(message__ticket=ticket, raised_at__isnull=False, settled_at=None)
    return found.select_related("mail", "message").order_by("raised_at")


def tickets_not_reached(ticket_ids: list[int]) -> set[int]:
    """Those of the tickets with a letter that did not arrive and that nobody has seen to yet."""
    found = Delivery.objects.filter(message__ticket__in=ticket_ids, raised_at__isnull=False, settled_at=None)
    return set(found.values_list("message__ticket", flat=True))
