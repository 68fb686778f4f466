"""What composed pages show: rows made of what several areas know, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients import gates
from mainstay.clients.models import Organisation, Website
from mainstay.desk import gates as desk_gates
from mainstay.desk import queries as desk
from mainstay.desk.facts import Standing
from mainstay.desk.models import Ticket
from mainstay.desk.queries import search
from mainstay.desk.rules import references_in
from mainstay.policy.promises import Verdict
from mainstay.promises import queries as promises
from mainstay.promises.models import BudgetWarning
from mainstay.promises.queries import Board
from mainstay.promises.warnings import warnings_of
from mainstay.watch import queries as watch
from mainstay.watch.models import Outage, ProberDoubt
from mainstay.watch.queries import Budget

HAND_SHOWN = 12
FOUND_SHOWN = 20


@dataclass(frozen=True)
class WebsiteRow:
    """A website as lists show it: how it stands now, and what is left of its year."""

    website: Website
    state: str
    budget: Budget | None

    @property
    def over_s(self) -> int:
        """By how many seconds the limit is passed; 0 while it is not."""
        return max(0, self.budget.charged_s - self.budget.limit_s) if self.budget else 0

    @property
    def tightness(self) -> float:
        """How much of what the year allows is used; above 1 when the promise is broken, below 0 without one."""
        return self.budget.charged_s / max(1, self.budget.limit_s) if self.budget else -1.0


@dataclass(frozen=True)
class ClientRow:
    """A client as the console's first page shows it; the website named is the one with least time left."""

    client: Organisation
    board: Board
    tightest: WebsiteRow | None
    down: int
    tickets: int

    @property
    def verdict(self) -> Verdict:
        """The worst verdict that was proven one way or the other; unproven when none was."""
        judged = [each.verdict for each in self.board.promises if each.verdict is not Verdict.UNPROVEN]
        return Verdict.worst(judged)

    @property
    def total(self) -> int:
        """How many promises there are."""
        return len(self.board.promises)

    @property
    def unproven(self) -> int:
        """How many promises cannot be judged, because facts are missing."""
        return self.board.count(Verdict.UNPROVEN)

    @property
    def kept(self) -> int:
        """How many promises are kept."""
        return self.board.count(Verdict.KEPT)

    @property
    def weight(self) -> tuple[int, float]:
        """For sorting: what needs a hand most comes first."""
        return (-self.verdict.weight, -self.tightest.tightness if self.tightest else 0.0)


@dataclass(frozen=True)
class TicketRow:
    """A ticket with the clock to look at first."""

    ticket: Ticket
    clock: desk.ClockView | None


@dataclass(frozen=True)
class Hands:
    """What needs a hand now: outages that go on, tickets by time left, unread mail, probers that are doubted.

    `counts` are the tickets under way in each of the desk's views: `all`, `mine`, `unassigned`, `late`, `hand`.
    """

    outages: list[Outage]
    tickets: list[TicketRow]
    counts: dict[str, int]
    parked: int
    escalated: int
    doubts: list[ProberDoubt]


def website_rows(websites: Iterable[Website], at: datetime) -> list[WebsiteRow]:
    """Websites with state and budget, in their order."""
    shown = list(websites)
    states, budgets = watch.state_now(shown, at), watch.budgets(shown, at)
    return [WebsiteRow(each, states[each.pk].value, budgets[each.pk]) for each in shown]


def client_rows(clients: Sequence[Organisation], at: datetime) -> list[ClientRow]:
    """Clients with their verdicts, the worst first."""
    boards = promises.boards(clients, at)
    websites = Website.objects.filter(client__in=[each.pk for each in clients], is_active=True)
    of_client: dict[int, list[WebsiteRow]] = defaultdict(list)
    for row in website_rows(websites.select_related("client"), at):
        of_client[row.website.client_id].append(row)
    tickets = _open_tickets(clients)
    rows = [
        ClientRow(
            each,
            boards[each.pk],
            tightest(of_client[each.pk]),
            sum(row.state == "down" for row in of_client[each.pk]),
            tickets.get(each.pk, 0),
        )
        for each in clients
    ]
    return sorted(rows, key=lambda row: row.weight)


def tightest(rows: Iterable[WebsiteRow]) -> WebsiteRow | None:
    """The website that has used the greatest share of its hours, of those under an agreement."""
    return max((row for row in rows if row.budget), key=lambda row: row.tightness, default=None)


def needs_a_hand(user: User, at: datetime) -> Hands:
    """What the agency's people should look at first."""
    outages = gates.scoped(Outage.objects.valid(), user, Permission.WATCH_VIEW)
    tickets = desk_gates.tickets_for(user)
    may_read = gates.may_anywhere(user, Permission.TICKET_EDIT)
    return Hands(
        outages=list(watch.open_outages(outages)[:HAND_SHOWN]),
        tickets=ticket_rows(desk.by_time_left(tickets.filter(state="open"))[:HAND_SHOWN], at),
        counts=desk.view_counts(tickets, user=user, at=at),
        escalated=desk_gates.steps_for(user).count(),
        parked=desk.parked().count() if may_read else 0,
        doubts=list(watch.doubts_now()[:HAND_SHOWN]),
    )


def ticket_rows(tickets: Iterable[Ticket], at: datetime) -> list[TicketRow]:
    """Tickets with the clock to look at first."""
    shown = list(tickets)
    clocks = desk.clocks_of(shown, at)
    return [TicketRow(each, desk.foremost(clocks[each.pk])) for each in shown]


def websites_listed(user: User, words: str) -> QuerySet[Website]:
    """Websites that `user` may see, with `words` in the name, the address or the client's name."""
    found = gates.scoped(Website.objects.filter(is_active=True), user, Permission.WEBSITE_VIEW)
    if words:
        found = found.filter(name__icontains=words) | found.filter(url__icontains=words)
    return found.select_related("client").order_by("client__name", "name")


def budget_warnings(website: Website, budget: Budget | None) -> list[BudgetWarning]:
    """What was warned of in the year of `budget`."""
    return warnings_of(website, budget.year_start) if budget is not None else []


def found(user: User, words: str, at: datetime) -> dict[str, list[Any]]:
    """What the console's search finds: clients, websites and tickets, at most 20 of each."""
    clients = gates.clients_for(user, Permission.CLIENT_VIEW).filter(name__icontains=words)
    return {
        "clients": list(clients[:FOUND_SHOWN]),
        "websites": list(websites_listed(user, words)[:FOUND_SHOWN]),
        "tickets": _tickets_found(user, words, at),
    }


def _tickets_found(user: User, words: str, at: datetime) -> list[Ticket]:
    if named := references_in(words):
        return list(desk_gates.tickets_for(user).filter(reference__in=named))
    wanted, texts = desk.Wanted(words=words), desk_gates.texts_for(user)
    given: dict[str, Any] = {"user": user, "zone": user.zone, "at": at}
    return [each.ticket for each in search.found(texts, search.sought(wanted), wanted, "", FOUND_SHOWN, **given).found]


def _open_tickets(clients: Sequence[Organisation]) -> dict[int, int]:
    among = Ticket.objects.filter(client__in=[each.pk for each in clients], standing__lte=Standing.RESTING)
    return dict(among.order_by().values_list("client").annotate(Count("pk")))
