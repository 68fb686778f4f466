"""Clocks as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from mainstay.desk.models import Ticket, TicketClock
from mainstay.desk.queries.timing import HOLD, clocks_in, stood
from mainstay.policy.clocks import ClockState, Kind, Standing
from mainstay.policy.remaining import Remaining
from mainstay.policy.spans import Measure

AT_RISK_PERCENT = 75

WAITS, HELD = _("waits for the client"), _("agreed hold")

LABELS = {
    Kind.FIRST_RESPONSE: _("First response"),
    Kind.NEXT_RESPONSE: _("Next response"),
    Kind.RESOLUTION: _("Resolution"),
}


@dataclass(frozen=True, kw_only=True)
class ClockView:
    """One clock at an instant. `state`: running, at_risk, late, paused, met, missed or cancelled.

    What is left is in the time that the clock counts (`in_office`: office time), negative when late.
    """

    kind: str
    number: int
    priority: int
    reading: ClockState
    in_office: bool = False

    @property
    def state(self) -> str:
        standing = self.reading.standing
        if standing is Standing.STOPPED:
            return "met" if self.reading.is_met else "missed"
        if standing is Standing.CANCELLED:
            return "cancelled"
        if self.reading.is_missed:
            return "late"
        if standing is Standing.PAUSED:
            return "paused"
        return "at_risk" if self.reading.percent >= AT_RISK_PERCENT else "running"

    @property
    def label(self) -> str:
        return LABELS[Kind(self.kind)]

    @property
    def due_at(self) -> datetime | None:
        return self.reading.due_at

    @property
    def left_s(self) -> int:
        return int(self.reading.remaining.total_seconds())

    @property
    def paused_by(self) -> str:
        """For what it stands, in words."""
        reasons = self.reading.paused_by.split(", ") if self.reading.paused_by else []
        words = [HELD if each.startswith(HOLD) else WAITS for each in reasons]
        return " · ".join(str(each) for each in dict.fromkeys(words))

    @property
    def remaining(self) -> Remaining:
        """What is left of it, to be said in words."""
        return Remaining(
            state=self.state,
            left=self.reading.remaining,
            in_office=self.in_office,
            due_at=self.reading.due_at,
            paused_at=self.reading.paused_at,
            waits_for=self.reading.paused_by,
            done_at=self.reading.stopped_at,
        )

    @property
    def is_over(self) -> bool:
        return self.reading.is_over


def clocks(ticket: Ticket, at: datetime) -> list[ClockView]:
    """Every clock of a ticket at `at`, in the order in which they began."""
    return clocks_of([ticket], at)[ticket.pk]


def clocks_of(tickets: Iterable[Ticket], at: datetime) -> dict[int, list[ClockView]]:
    """The clocks of many tickets, fetched with their agreements, in three queries: `{ticket id: clocks}`."""
    known = {ticket.pk: ticket for ticket in tickets}
    found: dict[int, list[ClockView]] = {pk: [] for pk in known}
    asked = TicketClock.objects.filter(ticket__in=list(found)).select_related("began_on__agreement", "calendar")
    rows = list(asked.prefetch_related("events", "results").order_by("started_at", "id"))
    for row in rows:
        row.ticket = known[row.ticket_id]
    for row, clock in clocks_in(rows):
        view = ClockView(
            kind=row.kind,
            number=row.number,
            priority=row.priority,
            reading=stood(row, clock, at),
            in_office=clock.span.measure is not Measure.ELAPSED,
        )
        found[row.ticket_id].append(view)
    return found


def foremost(views: list[ClockView]) -> ClockView | None:
    """The clock to look at first: the running one that is due next, else one that stands, else the last to end."""
    running = [view for view in views if not view.is_over]
    with_due = [view for view in running if view.due_at is not None]
    if with_due:
        return min(with_due, key=lambda view: view.due_at.timestamp() if view.due_at else 0.0)
    if running:
        return running[-1]
    return views[-1] if views else None
