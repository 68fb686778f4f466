"""Tickets: what is open, whose, and in which order they need a hand."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.desk import rules
from mainstay.desk.facts import MessageKind, TicketState
from mainstay.desk.models import Message, Ticket
from mainstay.desk.queries.timing import terms_of
from mainstay.policy.terms import default

UNDER_WAY = (TicketState.OPEN, TicketState.WAITING)
STORY_MAX = 500


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a queue shows. `view`: all, mine, unassigned, late or hand; `state`: a state, `open` ones when empty."""

    view: str = "all"
    state: str = ""
    client: str = ""
    priority: int | None = None
    words: str = ""


def tickets() -> QuerySet[Ticket]:
    """Tickets with what every list of them shows."""
    return Ticket.objects.select_related("client", "website", "requester", "assignee", "agreement")


def open_tickets(client: Organisation) -> QuerySet[Ticket]:
    """What is under way for a client, by time left."""
    return by_time_left(tickets().filter(client=client, state__in=UNDER_WAY))


def by_time_left(found: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Least time left first; what waits for the client, or is over, after that by its last movement."""
    return found.order_by(F("next_due_at").asc(nulls_last=True), "-updated_at", "-id")


def queue(among: QuerySet[Ticket], wanted: Filter, *, user: User, at: datetime) -> QuerySet[Ticket]:
    """Those of `among` that `wanted` asks for, by time left."""
    found = _of_view(_of_state(among, wanted.state), wanted.view, user, at)
    if wanted.client:
        found = found.filter(client__slug=wanted.client)
    if wanted.priority:
        found = found.filter(priority=wanted.priority)
    return by_time_left(_with_words(found, wanted.words))


def view_counts(among: QuerySet[Ticket], *, user: User, at: datetime) -> dict[str, int]:
    """How many tickets under way each view of the queue holds, in one query."""
    under_way = among.filter(state__in=UNDER_WAY)
    return under_way.order_by().aggregate(
        all=Count("pk"),
        mine=Count("pk", filter=Q(assignee=user)),
        unassigned=Count("pk", filter=Q(assignee__isnull=True)),
        late=Count("pk", filter=Q(next_due_at__lt=at)),
        hand=Count("pk", filter=Q(needs_hand=True)),
    )


def counts(client: Organisation, start: datetime, end: datetime) -> dict[str, int]:
    """Tickets of a client opened and ended in [start, end), and those under way at `end`."""
    ended = Q(resolved_at__gte=start, resolved_at__lt=end) | Q(
        resolved_at__isnull=True, closed_at__gte=start, closed_at__lt=end
    )
    over_by_end = Q(resolved_at__lt=end) | Q(closed_at__lt=end)
    return Ticket.objects.filter(client=client, opened_at__lt=end).aggregate(
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
    messages = ticket.messages.select_related("user", "contact", "mail").prefetch_related("attachments__file")
    if for_client:
        messages = messages.filter(is_public=True).exclude(kind=MessageKind.NOTE)
    return list(reversed(messages.order_by("-at", "-id")[:STORY_MAX]))


def ticket_of_outage(outage_id: int) -> Ticket | None:
    """The ticket that an outage opened."""
    return tickets().filter(outage_id=outage_id).order_by("id").first()


def _of_state(among: QuerySet[Ticket], state: str) -> QuerySet[Ticket]:
    if state == "any":
        return among
    return among.filter(state=state) if state in set(TicketState) - {"open"} else among.filter(state__in=UNDER_WAY)


def _of_view(found: QuerySet[Ticket], view: str, user: User, at: datetime) -> QuerySet[Ticket]:
    if view == "mine":
        return found.filter(assignee=user)
    if view == "unassigned":
        return found.filter(assignee__isnull=True)
    if view == "late":
        return found.filter(next_due_at__lt=at)
    return found.filter(needs_hand=True) if view == "hand" else found


def _with_words(found: QuerySet[Ticket], words: str) -> QuerySet[Ticket]:
    """Tickets whose reference, subject or requester holds what was typed."""
    words = words.strip()[:100]
    if not words:
        return found
    if named := rules.references_in(words):
        return found.filter(reference__in=named)
    return found.filter(
        Q(subject__icontains=words)
        | Q(reference__icontains=words)
        | Q(requester__name__icontains=words)
        | Q(requester_address__icontains=words)
    )


def _is_lapsed(ticket: Ticket, at: datetime) -> bool:
    return ticket.resolved_at is not None and at - ticket.resolved_at > terms_of(ticket).reopening.within
