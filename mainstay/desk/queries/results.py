"""What a ticket's clocks came to, with what they were measured by and what was corrected."""

from dataclasses import dataclass
from datetime import datetime

from mainstay.clients.models import Agreement
from mainstay.desk.models import ClockRecount, ClockResult, Ticket, TicketClock
from mainstay.desk.queries.clocks import ClockView
from mainstay.desk.queries.timing import WITH_CALENDAR, clocks_in, stood


@dataclass(frozen=True, kw_only=True)
class Account:
    """One clock with everything that is kept about it, newest result last."""

    clock: TicketClock
    view: ClockView
    results: list[ClockResult]
    recounts: list[ClockRecount]

    @property
    def calendar(self) -> Agreement | None:
        """The version in whose office hours it counts."""
        return self.clock.calendar or self.clock.promised


def accounts(ticket: Ticket, at: datetime) -> list[Account]:
    """Every clock of a ticket in the order in which they began. Five queries."""
    rows = TicketClock.objects.filter(ticket=ticket).select_related(*WITH_CALENDAR).order_by("started_at", "id")
    held = (
        "events", "results__by", "results__calendar", "results__agreement", "recounts__recomputation__confirmed_by",
    )  # fmt: skip
    return [
        Account(
            clock=row,
            view=ClockView(kind=row.kind, number=row.number, priority=row.priority, reading=stood(row, clock, at)),
            results=list(row.results.all()),
            recounts=list(row.recounts.all()),
        )
        for row, clock in clocks_in(rows.prefetch_related(*held))
    ]
