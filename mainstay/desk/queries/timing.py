"""The clocks of tickets: by the terms that were in force when each was opened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mainstay.clients.models import Agreement
from mainstay.desk.models import ClockEvent, Ticket, TicketClock
from mainstay.policy.clocks import Act, Clock, Event, Kind
from mainstay.policy.hours import OfficeHours
from mainstay.policy.spans import Span
from mainstay.policy.terms import Terms, default, load

WAITS_FOR = "client"
"""Whom a paused clock waits for; there is no other agreed hold."""


@dataclass(frozen=True)
class Yardstick:
    """What a ticket was promised, and the hours in which its time runs."""

    terms: Terms
    hours: OfficeHours

    def span(self, kind: str, priority: int) -> Span:
        """The time that a clock has. Each further answer is owed as fast as the first."""
        promised = self.terms.response_for(priority)
        return promised.resolution if kind == Kind.RESOLUTION else promised.first

    def clock(self, row: TicketClock, events: Sequence[ClockEvent]) -> Clock:
        """The clock of `row`, to be read at any instant."""
        return Clock(
            kind=Kind(row.kind),
            span=self.span(row.kind, row.priority),
            hours=self.hours,
            events=[Event(at=each.at, act=Act(each.act), by=WAITS_FOR) for each in events],
        )


def yardstick(ticket: Ticket) -> Yardstick:
    """The terms and hours pinned to a ticket; the agency's default ones where no agreement was in force."""
    return _of_agreement(ticket.agreement)


def terms_of(ticket: Ticket) -> Terms:
    """The terms pinned to a ticket."""
    return load(ticket.agreement.terms) if ticket.agreement else default()


def clocks_in(rows: Iterable[TicketClock]) -> list[tuple[TicketClock, Clock]]:
    """Many clocks, whose `ticket__agreement` and `events` were fetched with them."""
    measures: dict[int | None, Yardstick] = {}
    found = []
    for row in rows:
        agreement = row.ticket.agreement
        key = agreement.pk if agreement else None
        if key not in measures:
            measures[key] = _of_agreement(agreement)
        found.append((row, measures[key].clock(row, list(row.events.all()))))
    return found


def _of_agreement(agreement: Agreement | None) -> Yardstick:
    if agreement is None:
        return Yardstick(default(), default().office_hours())
    terms = load(agreement.terms)
    return Yardstick(terms, terms.office_hours(holidays=[date.fromisoformat(day) for day in agreement.holidays]))
