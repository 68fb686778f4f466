"""What an account manager looks at: all of one client, and the clients that somebody looks after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients import gates
from mainstay.clients import queries as clients
from mainstay.clients.models import Organisation, ServiceReview
from mainstay.desk import queries as desk
from mainstay.desk.facts import Standing as Place
from mainstay.desk.models import Ticket
from mainstay.desk.queries.surveys import Satisfaction, satisfaction
from mainstay.faces import queries
from mainstay.policy.promises import Verdict
from mainstay.promises import reminder_words as words
from mainstay.promises.models import Reminder, Standing, WebsiteForecast
from mainstay.promises.queries import PromiseView
from mainstay.promises.queries.reminding import open_reminders, put_off_reminders, renews_on
from mainstay.watch.models import Outage

CLIENTS_MAX = 500
REMINDERS_SHOWN = 30
TICKETS_SHOWN = 8
WEBSITES_SHOWN = 50
NOTES_SHOWN = 5
ASKED_WITHIN = timedelta(days=90)
GRAVE = (Verdict.BROKEN, Verdict.AT_RISK)


@dataclass(frozen=True)
class Told:
    """A reminder with its words."""

    reminder: Reminder
    words: str
    advice: str
    where: str


@dataclass(frozen=True, kw_only=True)
class Attention:
    """What of a client asks for its account manager. Pure: the greater its `weight`, the sooner."""

    down: int = 0
    broken: int = 0
    late: int = 0
    at_risk: int = 0
    reminders: int = 0
    used_percent: int = 0

    @property
    def weight(self) -> tuple[int, ...]:
        """Websites that are down go first, then broken promises, late tickets, promises at risk, reminders, hours."""
        return (self.down, self.broken, self.late, self.at_risk, self.reminders, self.used_percent)

    @property
    def is_calm(self) -> bool:
        """Whether nothing asks for anybody."""
        return not any(self.weight[:-1])


@dataclass(frozen=True, kw_only=True)
class Mine:
    """A client as the list of an account manager shows it. `part` is what the reader is to it."""

    client: Organisation
    care: clients.Care
    part: str
    attention: Attention
    tickets: int
    next_review: ServiceReview | None
    is_judged: bool

    @property
    def order(self) -> tuple[Any, ...]:
        return (*(-each for each in self.attention.weight), self.client.name, self.client.pk)


@dataclass(frozen=True, kw_only=True)
class Account:
    """All that an account manager should know of one client before picking up the telephone."""

    care: clients.Care
    row: queries.ClientRow
    open_promises: list[PromiseView]
    websites: list[queries.WebsiteRow]
    tickets: list[queries.TicketRow]
    late: int
    last_review: ServiceReview | None
    next_review: ServiceReview | None
    agreement: Any
    renews_on: date | None
    satisfaction: Satisfaction
    reminders: list[Told]
    put_off: list[Told]
    notes: list[Any]


def account(client: Organisation, at: datetime) -> Account:
    """One client, in a fixed number of queries."""
    row = queries.client_rows([client], at)[0]
    websites = client.websites.filter(is_active=True).select_related("client").order_by("name")[:WEBSITES_SHOWN]
    under_way = desk.open_tickets(client)
    today = at.astimezone(client.zone).date()
    agreement = clients.agreement_for(client, at)
    waiting = [each for each in row.board.promises if each.verdict in GRAVE]
    return Account(
        care=clients.care_of([client], at)[client.pk],
        row=row,
        open_promises=sorted(waiting, key=lambda each: -each.verdict.weight),
        websites=queries.website_rows(websites, at),
        tickets=queries.ticket_rows(desk.by_time_left(under_way)[:TICKETS_SHOWN], at),
        late=under_way.filter(next_due_at__lt=at).count(),
        last_review=client.reviews.filter(held_on__isnull=False).order_by("-held_on").first(),
        next_review=clients.open_reviews(client).first(),
        agreement=agreement,
        renews_on=renews_on(agreement, at) if agreement else None,
        satisfaction=satisfaction(client, at - ASKED_WITHIN, at),
        reminders=told(open_reminders([client], today)[:REMINDERS_SHOWN]),
        put_off=told(put_off_reminders(client, today)[:REMINDERS_SHOWN]),
        notes=list(clients.notes_of(client)[:NOTES_SHOWN]),
    )


def told(reminders: Iterable[Reminder]) -> list[Told]:
    """Reminders with their words."""
    return [Told(each, words.of(each), words.advice(each), words.where(each)) for each in reminders]


def reminders_for(user: User, at: datetime) -> list[Told]:
    """What `user` should act on today, for the clients that they look after."""
    mine = gates.clients_for(user, Permission.CLIENT_VIEW).filter(pk__in=clients.clients_of(user, at).values("pk"))
    return told(open_reminders(mine, at.astimezone(user.zone).date())[:REMINDERS_SHOWN])


def looked_after(user: User, at: datetime) -> list[Mine]:
    """The clients that `user` looks after, those that ask for attention first; at most 500, in a dozen queries."""
    allowed = gates.clients_for(user, Permission.CLIENT_VIEW)
    asked = list(allowed.filter(pk__in=clients.clients_of(user, at).values("pk")).order_by("name", "pk")[:CLIENTS_MAX])
    care = clients.care_of(asked, at)
    mine = [each for each in asked if user in care[each.pk].named or care[each.pk].today == user]
    ids = [each.pk for each in mine]
    attention, tickets, judged = _attention(mine, at)
    reviews = _next_reviews(ids)
    rows = [
        Mine(
            client=each,
            care=care[each.pk],
            part=_part(care[each.pk], user),
            attention=attention[each.pk],
            tickets=tickets.get(each.pk, 0),
            next_review=reviews.get(each.pk),
            is_judged=each.pk in judged,
        )
        for each in mine
    ]
    return sorted(rows, key=lambda row: row.order)


def _part(care: clients.Care, user: User) -> str:
    if care.manager == user:
        return "account manager"
    return "stands in today" if care.today == user else "deputy"


def _attention(mine: Sequence[Organisation], at: datetime) -> tuple[dict[int, Attention], dict[int, int], set[int]]:
    """What asks for attention of each client, the tickets under way, and which clients were judged."""
    ids = [each.pk for each in mine]
    down = _counted(Outage.objects.valid().filter(client__in=ids, ended_at__isnull=True))
    under_way = Ticket.objects.filter(client__in=ids, standing__lte=Place.RESTING)
    tickets = _counted(under_way)
    late = _counted(under_way.filter(next_due_at__lt=at, snoozed_until=None))
    reminders = _counted(open_reminders(mine, at.date()))
    used = WebsiteForecast.objects.filter(client__in=ids, website__is_active=True).order_by().values_list("client")
    most = dict(used.annotate(most=Max("used_percent")))
    clauses = dict(Standing.objects.filter(client__in=ids).values_list("client", "clauses"))
    found = {
        pk: Attention(
            down=down.get(pk, 0),
            broken=_having(clauses.get(pk, {}), Verdict.BROKEN),
            late=late.get(pk, 0),
            at_risk=_having(clauses.get(pk, {}), Verdict.AT_RISK),
            reminders=reminders.get(pk, 0),
            used_percent=most.get(pk, 0),
        )
        for pk in ids
    }
    return found, tickets, set(clauses)


def _counted(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("client").annotate(number=Count("pk")))


def _having(clauses: dict[str, dict[str, str]], verdict: Verdict) -> int:
    return sum(each["verdict"] == verdict.value for each in clauses.values())


def _next_reviews(ids: list[int]) -> dict[int, ServiceReview]:
    """The first review of each client that is still to be held: there are a few ahead, never more than a year's."""
    found: dict[int, ServiceReview] = {}
    for each in ServiceReview.objects.filter(Q(held_on__isnull=True), client__in=ids).order_by("due_on"):
        found.setdefault(each.client_id, each)
    return found
