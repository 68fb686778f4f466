"""The support desk part: tickets opened, closed and open, and how their clocks went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category
from mainstay.desk.models import Ticket
from mainstay.desk.rules import PRIORITIES
from mainstay.policy.clocks import Kind
from mainstay.promises.collect import Timed, priorities_before, timed
from mainstay.promises.rules.outcome import Outcome
from mainstay.report.figures import shapes
from mainstay.report.figures.month import Frame, iso, iso_or_none

TICKETS_MAX = 60
BREACHES_MAX = 40
SPAM = "spam"


@dataclass(frozen=True)
class _Row:
    """A ticket as far as it was known when the month was judged."""

    reference: str
    subject: str
    audience: str
    category: str
    priority: int
    opened_at: datetime
    ended_at: datetime | None
    is_waiting: bool
    frame: Frame

    @property
    def is_opened(self) -> bool:
        return self.opened_at >= self.frame.start

    @property
    def is_closed(self) -> bool:
        return self.ended_at is not None and self.ended_at >= self.frame.start

    @property
    def state(self) -> str:
        if self.ended_at is not None:
            return "closed"
        return "waiting for you" if self.is_waiting else "open"


def desk_figures(frame: Frame) -> shapes.DeskFigures:
    """The desk's month of one client."""
    clocks = timed([frame.client.pk], frame.start, frame.judged_at)
    rows, missed = _rows(frame, clocks), _missed(frame, clocks)
    return shapes.DeskFigures(
        opened=sum(row.is_opened for row in rows),
        closed=sum(row.is_closed for row in rows),
        backlog=sum(row.ended_at is None for row in rows),
        by_audience=_counts(rows, "audience", {each.value: each.label for each in Audience}),
        by_category=_counts(rows, "category", {each.value: category_label(each) for each in Category}),
        by_priority=_counts(rows, "priority", {str(each): f"P{each}" for each in PRIORITIES}),
        clocks=tuple(_clocks(frame, clocks)),
        breaches=_breaches(missed[:BREACHES_MAX]),
        breaches_left_out=max(0, len(missed) - BREACHES_MAX),
        tickets=tuple(_ticket(row) for row in rows[:TICKETS_MAX]),
        tickets_left_out=max(0, len(rows) - TICKETS_MAX),
    )


def category_label(category: str) -> str:
    """A category as people read it."""
    return {Category.ATTACK.value: "Cyber-attack"}.get(category, category.replace("_", " ").capitalize())


def _rows(frame: Frame, clocks: Iterable[Timed]) -> list[_Row]:
    """Tickets that were open at some time in the month, the first opened first. Spam is no call."""
    ended_before = Q(resolved_at__lt=frame.start) | Q(resolved_at__isnull=True, closed_at__lt=frame.start)
    found = Ticket.objects.filter(client=frame.client, opened_at__lte=frame.judged_at).exclude(ended_before)
    found = found.filter(is_imported=False)
    found = found.exclude(close_code=SPAM, closed_at__lte=frame.judged_at).order_by("opened_at", "pk")
    before = priorities_before([frame.client.pk], frame.judged_at)
    work = {each.ticket_id: each for each in clocks if each.kind is Kind.RESOLUTION}
    rows = (_row(each, before.get(each.pk, each.priority), work.get(each.pk), frame) for each in found)
    return [row for row in rows if row.ended_at is None or row.ended_at >= frame.start]


def _row(ticket: Ticket, priority: int, work: Timed | None, frame: Frame) -> _Row:
    """A ticket as it stood, which its resolution clock tells: it stops with the ticket and stands while that waits."""
    ended_at = ticket.ended_at if ticket.ended_at is not None and ticket.ended_at <= frame.judged_at else None
    if work is not None:
        ended_at = work.times.stopped_at if work.has_stopped else None
    return _Row(
        reference=ticket.reference,
        subject=ticket.subject,
        audience=ticket.audience,
        category=ticket.category,
        priority=priority,
        opened_at=ticket.opened_at,
        ended_at=ended_at,
        is_waiting=work is not None and work.is_paused,
        frame=frame,
    )


def _counts(rows: Iterable[_Row], key: str, labels: dict[str, str]) -> tuple[shapes.Count, ...]:
    """One line for each value that occurs, in the order of `labels`."""
    found = []
    for value, label in labels.items():
        mine = [row for row in rows if str(getattr(row, key)) == value]
        if mine:
            found.append(
                shapes.Count(
                    key=value,
                    label=label,
                    opened=sum(row.is_opened for row in mine),
                    closed=sum(row.is_closed for row in mine),
                    open=sum(row.ended_at is None for row in mine),
                )
            )
    return tuple(found)


def _clocks(frame: Frame, clocks: Iterable[Timed]) -> Iterator[shapes.ClockFigures]:
    """A line for each priority and kind: clocks decided in the month, and those undecided when it was judged."""
    found: dict[tuple[int, Kind], Counter[Outcome]] = defaultdict(Counter)
    for clock in clocks:
        if clock.outcome is not Outcome.CANCELLED and _is_of_month(clock, frame):
            found[clock.priority, clock.kind][clock.outcome] += 1
    targets = {Kind.FIRST_RESPONSE: frame.bound.terms.attained.first}
    for (priority, kind), number in sorted(found.items()):
        due = number[Outcome.MET] + number[Outcome.MISSED]
        yield shapes.ClockFigures(
            priority=f"P{priority}",
            clock=kind.value,
            met=number[Outcome.MET],
            missed=number[Outcome.MISSED],
            running=number[Outcome.RUNNING],
            share_bp=10_000 * number[Outcome.MET] // due if due else None,
            target_bp=100 * targets.get(kind, frame.bound.terms.attained.resolution),
        )


def _is_of_month(clock: Timed, frame: Frame) -> bool:
    return frame.start <= clock.decided_at < frame.end


def _missed(frame: Frame, clocks: Iterable[Timed]) -> list[Timed]:
    """The clocks missed within the month, the first due first."""
    found = [each for each in clocks if each.outcome is Outcome.MISSED and _is_of_month(each, frame)]
    return sorted(found, key=lambda each: (each.decided_at, each.clock_id))


def _breaches(missed: Iterable[Timed]) -> tuple[shapes.Breach, ...]:
    shown = list(missed)
    tickets = Ticket.objects.in_bulk([each.ticket_id for each in shown])
    return tuple(_breach(each, tickets[each.ticket_id]) for each in shown)


def _breach(clock: Timed, ticket: Ticket) -> shapes.Breach:
    return shapes.Breach(
        reference=ticket.reference,
        subject=ticket.subject,
        priority=f"P{clock.priority}",
        clock=clock.kind.value,
        due_at=iso(clock.decided_at),
        met_at=iso_or_none(clock.times.stopped_at if clock.has_stopped else None),
    )


def _ticket(row: _Row) -> shapes.TicketFigures:
    return shapes.TicketFigures(
        reference=row.reference,
        subject=row.subject,
        category=category_label(row.category),
        priority=f"P{row.priority}",
        state=row.state,
        opened_at=iso(row.opened_at),
        closed_at=iso_or_none(row.ended_at),
    )
