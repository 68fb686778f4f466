"""How content people were: which survey a link is for, who is still to be asked, and figures by client and month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Count, Q, QuerySet

from mainstay.clients.models import Organisation
from mainstay.desk.facts import Channel, Score, TicketState
from mainstay.desk.models import Survey, Ticket

SALT = "desk.survey"
ASK_AFTER = timedelta(hours=1)
"""Somebody who resolved the wrong ticket has that long to open it again before anybody is asked."""
ASK_WITHIN = timedelta(days=2)
"""What was resolved longer ago, before an upgrade or in another system, is not asked about."""
ANSWER_WITHIN = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Satisfaction:
    """How many were asked, and what they said."""

    asked: int = 0
    good: int = 0
    fair: int = 0
    bad: int = 0

    @property
    def answered(self) -> int:
        return self.good + self.fair + self.bad

    @property
    def good_percent(self) -> int | None:
        """Whole per cent of the answers that were good, rounded down; None while nobody answered."""
        return 100 * self.good // self.answered if self.answered else None


def survey_of(token: str, at: datetime) -> Survey | None:
    """The survey that a link is for; None for a false or an old one."""
    try:
        ticket_id = signing.loads(token, salt=SALT, max_age=None)
    except signing.BadSignature:
        return None
    rows = Survey.objects.select_related("ticket", "client")
    return rows.filter(ticket_id=ticket_id, asked_at__gt=at - ANSWER_WITHIN).first()


def to_ask(at: datetime, limit: int = 200) -> QuerySet[Ticket]:
    """Tickets that have been resolved for an hour and that nobody was asked about, at most `limit`; none of another
    help desk, whose people do not know this one."""
    window = (at - ASK_WITHIN, at - ASK_AFTER)
    ended = Ticket.objects.filter(state=TicketState.RESOLVED, resolved_at__range=window)
    due = ended.filter(is_imported=False, survey__isnull=True)
    can = due.exclude(channel=Channel.WATCH).exclude(requester__isnull=True, requester_address="")
    return can.select_related("client", "requester").order_by("resolved_at")[:limit]


def satisfaction(client: Organisation, start: datetime, end: datetime, at: datetime | None = None) -> Satisfaction:
    """What the people of `client` who were asked from `start` up to `end` said, by `at` if that is given; one query."""
    return satisfaction_of([client], start, end, at).get(client.pk, Satisfaction())


def resolved_of(clients: Iterable[Organisation], start: datetime, end: datetime) -> dict[int, int]:
    """How many tickets of many clients were resolved from `start` up to `end` that somebody can be asked about."""
    ended = Ticket.objects.filter(client__in=[each.pk for each in clients], is_imported=False)
    ended = ended.filter(resolved_at__gte=start, resolved_at__lt=end).exclude(channel=Channel.WATCH)
    can = ended.exclude(requester__isnull=True, requester_address="").order_by()
    return dict(can.values_list("client_id").annotate(number=Count("pk")))


def satisfaction_of(
    clients: Iterable[Organisation], start: datetime, end: datetime, at: datetime | None = None
) -> dict[int, Satisfaction]:
    """As `satisfaction`, for many clients in one query, by their ids; those who were not asked are left out."""
    found = Survey.objects.filter(client__in=[each.pk for each in clients], ticket__is_imported=False)
    found = found.filter(asked_at__gte=start, asked_at__lt=end)
    by_then = Q(answered_at__lte=at) if at is not None else Q()
    counts = {score.value: Count("pk", filter=Q(score=score) & by_then) for score in Score}
    rows = found.order_by().values("client_id").annotate(asked=Count("pk"), **counts)
    return {row.pop("client_id"): Satisfaction(**row) for row in rows}
