"""Clocks under way counted by the calendars now in force: many at once, and nothing written.

What a ticket was promised (its times by priority) stays that of its own agreement. Office hours and holidays are those
of the client's version in force at the instant that is asked about.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mainstay.clients import queries as clients
from mainstay.clients.models import Agreement, Organisation
from mainstay.desk.models import ClockEvent, Recomputation, Ticket, TicketClock
from mainstay.desk.queries.timing import Yardsticks, events_of
from mainstay.policy.clocks import Act, Clock, Event, Kind
from mainstay.policy.hours import NeverOpen, OfficeHours
from mainstay.policy.spans import Span

TICKETS_A_TURN = 1_000
EXAMPLES_MAX = 50
_COLUMNS = (
    "pk", "ticket_id", "client_id", "kind", "priority", "started_at", "due_at", "calendar_id", "ticket__agreement_id",
    "began_on_id", "began_on__agreement_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recount:
    """One clock, when it is due as things stand, and when by the calendar now in force."""

    clock_id: int
    ticket_id: int
    client_id: int
    kind: str
    calendar_before: int | None
    calendar_after: int | None
    due_before: datetime | None
    due_after: datetime | None

    @property
    def is_moved(self) -> bool:
        """Whether it is due at another instant."""
        return self.due_before != self.due_after

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        return self.is_moved or self.calendar_before != self.calendar_after


class Recounter:
    """Counts clocks by the versions in force at `in_force_at`, with what has happened to them by `at`.

    Agreements, terms and calendars are read and worked out once.
    """

    def __init__(self, at: datetime, in_force_at: datetime | None = None) -> None:
        self.at = at
        self.in_force_at = in_force_at or at
        self._measures = Yardsticks()
        self._versions: dict[int, Agreement] = {}
        self._in_force: dict[int, Agreement | None] = {}
        self._known: dict[tuple[int | None, int | None, str, int], tuple[Span, OfficeHours, bool]] = {}

    def of_tickets(self, ids: Sequence[int]) -> list[Recount]:
        """The clocks under way of these tickets. Three queries, and one for versions not seen before."""
        rows = list(live_clocks().filter(ticket__in=ids).order_by("ticket_id", "pk").values_list(*_COLUMNS))
        self._learn(rows)
        return self.count(rows, _eventful([row[0] for row in rows], ids))

    def count(self, rows: Iterable[tuple[Any, ...]], events: dict[int, list[Event]]) -> list[Recount]:
        """Pure arithmetic: `rows` as the database gives them, with the events of those that more than began."""
        return [self._count(row, events) for row in rows]

    def calendar_for(self, client_id: int) -> Agreement | None:
        """The version whose office hours hold for a client now."""
        return self._in_force.get(client_id)

    def _count(self, row: tuple[Any, ...], events: dict[int, list[Event]]) -> Recount:
        pk, ticket_id, client_id, kind, priority, started_at, due_at, calendar_id, own, began_on, earlier = row
        agreement_id = earlier if began_on else own
        target = self._in_force[client_id]
        span, hours, waits = self._measure(agreement_id, target, kind, priority)
        happened = events.get(pk)
        if happened:
            due_after = Clock(Kind(kind), span, hours, happened, waits).due(self.at)
        else:
            due_after = _due(span, hours, started_at)
        after = target.pk if target is not None and target.pk != agreement_id else None
        return Recount(pk, ticket_id, client_id, kind, calendar_id, after, due_at, due_after)

    def _measure(
        self, agreement_id: int | None, target: Agreement | None, kind: str, priority: int
    ) -> tuple[Span, OfficeHours, bool]:
        """The promised time and the hours it is counted in; looked up once for each combination."""
        key = (agreement_id, target.pk if target else None, kind, priority)
        found = self._known.get(key)
        if found is None:
            own = self._versions[agreement_id] if agreement_id else None
            measure = self._measures.of(own, target)
            found = self._known[key] = (measure.span(kind, priority), measure.hours, measure.waits(kind))
        return found

    def _learn(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Read the versions that `rows` need and that are not known yet."""
        fresh = {row[2] for row in rows} - self._in_force.keys()
        by_client: dict[int, list[Agreement]] = defaultdict(list)
        for each in Agreement.objects.filter(client__in=fresh).defer("text") if fresh else ():
            self._versions[each.pk] = each
            by_client[each.client_id].append(each)
        for pk in fresh:
            self._in_force[pk] = clients.in_force(by_client[pk], self.in_force_at)


@dataclass
class Seen:
    """What a recomputation would do. Each list holds plain values, to be kept as JSON."""

    clocks: int = 0
    moved: int = 0
    later: int = 0
    earlier: int = 0
    no_longer_late: int = 0
    newly_late: int = 0
    tickets: int = 0
    by_client: dict[int, list[int]] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, counted: Iterable[Recount], at: datetime) -> None:
        """Count some more."""
        moved_tickets = set()
        for each in counted:
            line = self.by_client.setdefault(each.client_id, [0, 0])
            line[0] += 1
            self.clocks += 1
            if each.is_moved:
                line[1] += 1
                moved_tickets.add(each.ticket_id)
                self._add_moved(each, at)
        self.tickets += len(moved_tickets)

    def _add_moved(self, each: Recount, at: datetime) -> None:
        self.moved += 1
        if each.due_before is not None and each.due_after is not None:
            self.later += each.due_after > each.due_before
            self.earlier += each.due_after < each.due_before
            self.no_longer_late += each.due_before < at <= each.due_after
            self.newly_late += each.due_after < at <= each.due_before
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append({
                "ticket": each.ticket_id, "kind": each.kind, "before": _iso(each.due_before),
                "after": _iso(each.due_after),
            })  # fmt: skip


def live_clocks(client: Organisation | None = None) -> Any:
    """The clocks that have not ended, of one client or of all."""
    found = TicketClock.objects.filter(stopped_at__isnull=True, cancelled_at__isnull=True)
    return found.filter(client=client) if client else found


def next_tickets(client: Organisation | None, after: int, limit: int = TICKETS_A_TURN) -> list[int]:
    """The next tickets, by their numbers, that have a clock under way."""
    found = live_clocks(client).filter(ticket__gt=after).order_by("ticket").values_list("ticket", flat=True)
    return list(found.distinct()[:limit])


def look(client: Organisation | None, at: datetime, progress: Callable[[int], None] = lambda done: None) -> Seen:
    """What counting all clocks under way anew would change; `progress` is told how many were looked at."""
    counter, seen = Recounter(at), Seen()
    for ids in _turns(client):
        seen.add(counter.of_tickets(ids), at)
        progress(seen.clocks)
    return seen


def examples(recomputation: Recomputation) -> list[dict[str, Any]]:
    """The examples that were kept, with their tickets and instants, as a page shows them."""
    kept = recomputation.seen.get("examples", [])
    tickets = Ticket.objects.select_related("client").in_bulk([each["ticket"] for each in kept])
    return [
        {
            "ticket": tickets[each["ticket"]],
            "kind": each["kind"],
            "before": datetime.fromisoformat(each["before"]) if each["before"] else None,
            "after": datetime.fromisoformat(each["after"]) if each["after"] else None,
        }
        for each in kept
        if each["ticket"] in tickets
    ]


def by_client(recomputation: Recomputation) -> list[dict[str, Any]]:
    """How many clocks of each client are counted and moved, most moved first."""
    kept = {int(pk): counts for pk, counts in recomputation.seen.get("by_client", {}).items()}
    names = Organisation.objects.in_bulk(list(kept))
    found = [{"client": names[pk], "clocks": each[0], "moved": each[1]} for pk, each in kept.items() if pk in names]
    return sorted(found, key=lambda each: (-each["moved"], each["client"].name))


def _turns(client: Organisation | None) -> Iterator[list[int]]:
    last = 0
    while ids := next_tickets(client, last):
        yield ids
        last = ids[-1]


def _due(span: Span, hours: OfficeHours, started_at: datetime) -> datetime | None:
    """When a clock is due that only began; None where the calendar never holds so much time."""
    try:
        return span.due(started_at, hours)
    except NeverOpen:
        return None


def _eventful(clock_ids: Sequence[int], ticket_ids: Sequence[int]) -> dict[int, list[Event]]:
    """The events of those clocks to which more has happened than that they began."""
    rows = ClockEvent.objects.filter(
        clock__ticket__in=ticket_ids, clock__stopped_at__isnull=True, clock__cancelled_at__isnull=True
    )
    more = set(rows.exclude(act=Act.START).order_by().values_list("clock", flat=True)) & set(clock_ids)
    found: dict[int, list[tuple[datetime, str, str]]] = defaultdict(list)
    if not more:
        return {}
    for clock_id, at, act, cause in rows.order_by("clock", "at", "id").values_list("clock_id", "at", "act", "cause"):
        if clock_id in more:
            found[clock_id].append((at, act, cause))
    return {clock_id: events_of(happened) for clock_id, happened in found.items()}


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
