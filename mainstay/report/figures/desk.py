"""The support desk part: tickets opened, closed and open, and how their clocks went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from mainstay.clients.facts import Audience
from mainstay.desk import queries as desk
from mainstay.desk.facts import Category
from mainstay.desk.models import Ticket, TicketClock
from mainstay.desk.rules import PRIORITIES
from mainstay.policy.clocks import Kind
from mainstay.policy.terms import Terms
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
    rows = _rows(frame)
    missed = list(desk.breaches(frame.client, frame.start, frame.end, frame.judged_at))
    return shapes.DeskFigures(
        opened=sum(row.is_opened for row in rows),
        closed=sum(row.is_closed for row in rows),
        backlog=sum(row.ended_at is None for row in rows),
        by_audience=_counts(rows, "audience", {each.value: each.label for each in Audience}),
        by_category=_counts(rows, "category", {each.value: category_label(each) for each in Category}),
        by_priority=_counts(rows, "priority", {str(each): f"P{each}" for each in PRIORITIES}),
        clocks=_clocks(frame),
        breaches=tuple(_breach(each, frame) for each in missed[:BREACHES_MAX]),
        breaches_left_out=max(0, len(missed) - BREACHES_MAX),
        tickets=tuple(_ticket(row) for row in rows[:TICKETS_MAX]),
        tickets_left_out=max(0, len(rows) - TICKETS_MAX),
    )


def category_label(category: str) -> str:
    """A category as people read it."""
    return {Category.ATTACK.value: "Cyber-attack"}.get(category, category.replace("_", " ").capitalize())


def _rows(frame: Frame) -> list[_Row]:
    """Tickets that were open at some time in the month, the first opened first. Spam is no call."""
    ended_in_it = Q(resolved_at__gte=frame.start) | Q(resolved_at__isnull=True, closed_at__gte=frame.start)
    never_ended = Q(resolved_at__isnull=True, closed_at__isnull=True)
    found = Ticket.objects.filter(ended_in_it | never_ended, client=frame.client, opened_at__lte=frame.judged_at)
    return [_row(each, frame) for each in found.exclude(close_code=SPAM).order_by("opened_at", "pk")]


def _row(ticket: Ticket, frame: Frame) -> _Row:
    ended_at = ticket.ended_at
    return _Row(
        reference=ticket.reference,
        subject=ticket.subject,
        audience=ticket.audience,
        category=ticket.category,
        priority=ticket.priority,
        opened_at=ticket.opened_at,
        ended_at=ended_at if ended_at is not None and ended_at <= frame.judged_at else None,
        is_waiting=ticket.waiting_at is not None and ticket.waiting_at <= frame.judged_at,
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


def _clocks(frame: Frame) -> tuple[shapes.ClockFigures, ...]:
    attained = desk.attainment(frame.client, frame.start, frame.end, frame.judged_at)
    ordered = sorted(attained, key=lambda each: (each.priority, each.kind))
    return tuple(_clock(each, frame.bound.terms) for each in ordered)


def _clock(attained: desk.Attainment, terms: Terms) -> shapes.ClockFigures:
    targets = {Kind.FIRST_RESPONSE.value: terms.attained.first, Kind.RESOLUTION.value: terms.attained.resolution}
    return shapes.ClockFigures(
        priority=f"P{attained.priority}",
        clock=attained.kind,
        met=attained.met,
        missed=attained.missed,
        running=attained.running,
        share_bp=10_000 * attained.met // attained.decided if attained.decided else None,
        target_bp=100 * targets[attained.kind],
    )


def _breach(clock: TicketClock, frame: Frame) -> shapes.Breach:
    stopped_at = clock.stopped_at
    return shapes.Breach(
        reference=clock.ticket.reference,
        subject=clock.ticket.subject,
        priority=f"P{clock.priority}",
        clock=clock.kind,
        due_at=iso(clock.due_at),
        met_at=iso_or_none(stopped_at if stopped_at is not None and stopped_at <= frame.judged_at else None),
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
