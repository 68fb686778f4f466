"""What stands beside a ticket's story: who is on it, minutes, what has come since, and its history."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.desk.facts import MessageKind
from mainstay.desk.models import Draft, Message, Presence, Ticket, TicketLink, TicketMerge, TimeEntry
from mainstay.desk.queries.family import family
from mainstay.policy.clocks import Kind

PRESENT_FOR = timedelta(seconds=20)
LINK_WORDS = {
    ("related", True): "Related to", ("related", False): "Related to",
    ("duplicate", True): "Duplicate of", ("duplicate", False): "Has the duplicate",
    ("caused_by", True): "Caused by", ("caused_by", False): "Is the cause of",
}  # fmt: skip


@dataclass(frozen=True)
class Linked:
    """Another ticket, and how it belongs to the one that is read."""

    words: str
    ticket: Ticket


def others_on(ticket: Ticket, user: User, at: datetime) -> list[Presence]:
    """Who else has the ticket open, those who write first."""
    found = Presence.objects.filter(ticket=ticket, seen_at__gt=at - PRESENT_FOR).exclude(user=user)
    return list(found.select_related("user").order_by("-writing", "user_id")[:10])


def newest_public(ticket: Ticket) -> int:
    """The id of the last thing that the client and the team said to each other; 0 when nothing."""
    return _said(ticket).order_by("-id").values_list("pk", flat=True).first() or 0


def said_since(ticket: Ticket, seen: int) -> list[Message]:
    """What was said between the client and the team after message `seen`, oldest first, at most 20."""
    return list(_said(ticket).filter(pk__gt=seen).order_by("id")[:20])


def drafts_of(ticket: Ticket, user: User) -> dict[str, str]:
    """What `user` has typed on the ticket and not sent, by kind."""
    return dict(Draft.objects.filter(ticket=ticket, user=user).values_list("kind", "text"))


def links_of(ticket: Ticket) -> list[Linked]:
    """The tickets that it is linked with, from both sides, at most 50."""
    rows = TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket)).select_related("ticket", "other")[:50]
    return [_linked(row, ticket) for row in rows]


def minutes_on(ticket: Ticket) -> int:
    """All minutes worked on the ticket, and on what was merged into it."""
    rows = TimeEntry.objects.filter(ticket__in=family(ticket))
    return rows.aggregate(sum=Sum("minutes"))["sum"] or 0


def times_on(ticket: Ticket) -> QuerySet[TimeEntry]:
    """Who worked on it when and how long, latest first."""
    rows = TimeEntry.objects.filter(ticket__in=family(ticket))
    return rows.select_related("user").order_by("-at", "-id")[:50]


def minutes_by_month(client: Organisation, start: datetime, end: datetime) -> dict[date, int]:
    """Minutes worked for a client in [start, end), by the first day of each month in the client's zone."""
    month = TruncMonth("at", tzinfo=client.zone)
    rows = TimeEntry.objects.filter(client=client, at__gte=start, at__lt=end)
    sums = rows.order_by().annotate(month=month).values("month").annotate(sum=Sum("minutes")).order_by("month")
    return {row["month"].date(): row["sum"] for row in sums}


def undoable_merge(ticket: Ticket) -> TicketMerge | None:
    """The merge of this ticket that can still be undone."""
    return TicketMerge.objects.filter(ticket=ticket, settled_at=None, undone_at=None).order_by("-id").first()


def due_back(at: datetime) -> list[Ticket]:
    """Tickets whose rest is over, at most 500."""
    return list(Ticket.objects.filter(snoozed_until__lte=at).select_related("client").order_by("snoozed_until")[:500])


def _said(ticket: Ticket) -> QuerySet[Message]:
    kinds = (MessageKind.INBOUND, MessageKind.REPLY)
    return Message.objects.filter(ticket__in=family(ticket), kind__in=kinds)


def _linked(row: TicketLink, ticket: Ticket) -> Linked:
    is_from = row.ticket_id == ticket.pk
    return Linked(LINK_WORDS[row.kind, is_from], row.other if is_from else row.ticket)


def waits_unanswered(ticket: Ticket) -> bool:
    """Whether somebody has had no answer by a person whose ticket was merged into this one just now."""
    fresh = TicketMerge.objects.filter(target=ticket, settled_at=None, undone_at=None)
    owed = fresh.filter(
        ticket__clocks__kind=Kind.FIRST_RESPONSE,
        ticket__clocks__stopped_at=None,
        ticket__clocks__cancelled_at=None,
    )
    answers = ticket.messages.filter(kind=MessageKind.REPLY, is_automatic=False)
    return any(not answers.filter(at__gte=each.at).exists() for each in owed)
