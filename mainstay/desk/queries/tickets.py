"""Tickets: what is open, whose, and in which order they need a hand."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from mainstay.clients.models import Organisation
from mainstay.desk.facts import MessageKind, Standing, TicketState
from mainstay.desk.models import Message, Ticket
from mainstay.desk.queries.family import family
from mainstay.desk.queries.timing import terms_of
from mainstay.policy.terms import default

STORY_MAX = 500


def tickets() -> QuerySet[Ticket]:
    """Tickets with what every list of them shows."""
    return Ticket.objects.select_related("client", "website", "requester", "assignee", "agreement", "foreign")


def open_tickets(client: Organisation) -> QuerySet[Ticket]:
    """What is under way for a client, by time left."""
    return by_time_left(tickets().filter(client=client, standing__lte=Standing.RESTING))


def by_time_left(found: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """What has come back from rest; then least time left first; what waits, rests or is over last."""
    return found.order_by("standing", "stands_at", "id")


def counts(client: Organisation, start: datetime, end: datetime) -> dict[str, int]:
    """Tickets of a client opened and ended in [start, end), and those under way at `end`."""
    ended = Q(resolved_at__gte=start, resolved_at__lt=end) | Q(
        resolved_at__isnull=True, closed_at__gte=start, closed_at__lt=end
    )
    over_by_end = Q(resolved_at__lt=end) | Q(closed_at__lt=end)
    return Ticket.objects.filter(client=client, is_imported=False, opened_at__lt=end).aggregate(
        opened=Count("pk", filter=Q(opened_at__gte=start)),
        ended=Count("pk", filter=ended),
        under_way=Count("pk", filter=~over_by_end | Q(resolved_at__isnull=True, closed_at__isnull=True)),
    )


def lapsed(at: datetime) -> list[Ticket]:
    """Resolved tickets that can no longer be re-opened, as far as any terms go, longest resolved first; at most 500."""
    found = Ticket.objects.filter(state=TicketState.RESOLVED, resolved_at__lt=at - default().reopening.within)
    resolved = found.select_related("client", "agreement").order_by("resolved_at")[:500]
    return [ticket for ticket in resolved if _is_lapsed(ticket, at)]


def story(ticket: Ticket, *, for_client: bool) -> list[Message]:
    """The entries of a ticket, oldest first, the newest 500; a client's contact gets only what is public."""
    among = Message.objects.filter(ticket__in=family(ticket))
    messages = among.select_related("user", "contact").prefetch_related("attachments__file", "deliveries__mail")
    if for_client:
        messages = messages.filter(is_public=True).exclude(kind=MessageKind.NOTE)
    return list(reversed(messages.order_by("-at", "-id")[:STORY_MAX]))


def ticket_of_outage(outage_id: int) -> Ticket | None:
    """The ticket that an outage opened."""
    return tickets().filter(outage_id=outage_id).order_by("id").first()


def _is_lapsed(ticket: Ticket, at: datetime) -> bool:
    return ticket.resolved_at is not None and at - ticket.resolved_at > terms_of(ticket).reopening.within
