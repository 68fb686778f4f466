"""The clocks of tickets: by the terms in force when each was opened, and as they were kept when they ended."""

import importlib.metadata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mainstay.clients.models import Agreement
from mainstay.desk.facts import ClockOutcome
from mainstay.desk.models import ClockEvent, ClockResult, Ticket, TicketClock
from mainstay.policy.clocks import Act, Clock, ClockState, Event, Kind, Standing
from mainstay.policy.hours import OfficeHours
from mainstay.policy.spans import Span
from mainstay.policy.terms import Terms, default, load
from mainstay.policy.terms.words import PauseReason

WAITS_FOR = "client"
"""Whom a clock waits for that waits for an answer."""
HOLD = "hold:"
"""With what the cause of a hold's events begins; its number follows."""

WITH_CALENDAR = ("ticket__agreement", "began_on__agreement", "calendar")
"""What has to be fetched with clocks that are measured."""


@dataclass(frozen=True)
class Yardstick:
    """What a ticket was promised, and the hours in which its time runs."""

    terms: Terms
    hours: OfficeHours

    def span(self, kind: str, priority: int) -> Span:
        """The time that a clock has. Each further answer is owed as fast as the first."""
        promised = self.terms.response_for(priority)
        return promised.resolution if kind == Kind.RESOLUTION else promised.first

    def waits(self, kind: str) -> bool:
        """Whether it was agreed that a clock stands while the ticket waits for the client."""
        pause = self.terms.pause
        reasons = {Kind.RESOLUTION: pause.resolution, Kind.FIRST_RESPONSE: pause.first}.get(Kind(kind), ())
        return PauseReason.WAITING_FOR_CLIENT in reasons

    def clock(self, row: TicketClock, events: Sequence[ClockEvent]) -> Clock:
        """The clock of `row`, to be read at any instant."""
        return Clock(
            kind=Kind(row.kind),
            span=self.span(row.kind, row.priority),
            hours=self.hours,
            events=events_of((each.at, each.act, each.cause) for each in events),
            waits=self.waits(row.kind),
        )


def events_of(rows: Iterable[tuple[datetime, str, str]]) -> list[Event]:
    """What happened, or was agreed to happen: a hold's end stands beside its beginning from the first.

    Where a hold was ended before its day, only the later of its two ends was agreed beforehand.
    """
    found = list(rows)
    agreed = {cause: at for at, act, cause in sorted(found) if act == Act.RESUME and cause.startswith(HOLD)}
    return [
        Event(at=at, act=Act(act), by=cause if cause.startswith(HOLD) else WAITS_FOR,
              is_agreed=act == Act.RESUME and agreed.get(cause) == at)
        for at, act, cause in found
    ]  # fmt: skip


class Yardsticks:
    """Terms and office hours of agreements, each worked out once; None stands for the default terms."""

    def __init__(self) -> None:
        self._terms: dict[int | None, Terms] = {}
        self._hours: dict[int | None, OfficeHours] = {}

    def of(self, agreement: Agreement | None, calendar: Agreement | None = None) -> Yardstick:
        """The promises of `agreement`, in the hours of `calendar` where that is given."""
        return Yardstick(self.terms(agreement), self.hours(calendar or agreement))

    def terms(self, agreement: Agreement | None) -> Terms:
        """What the version promises."""
        key = agreement.pk if agreement else None
        if key not in self._terms:
            self._terms[key] = load(agreement.terms) if agreement else default()
        return self._terms[key]

    def hours(self, agreement: Agreement | None) -> OfficeHours:
        """The version's office hours, closed on its holidays."""
        key = agreement.pk if agreement else None
        if key not in self._hours:
            closed = [date.fromisoformat(day) for day in agreement.holidays] if agreement else ()
            self._hours[key] = self.terms(agreement).office_hours(holidays=closed)
        return self._hours[key]


def yardstick(ticket: Ticket) -> Yardstick:
    """The terms and hours pinned to a ticket; the agency's default ones where no agreement was in force."""
    return Yardsticks().of(ticket.agreement)


def last_step(events: Iterable[ClockEvent], at: datetime) -> ClockEvent | None:
    """What began, ended or opened a clock last up to `at`; the end of a hold may come after its clock has ended."""
    steps = [each for each in events if each.at <= at and each.act not in (Act.PAUSE, Act.RESUME)]
    return steps[-1] if steps else None


def terms_of(ticket: Ticket) -> Terms:
    """The terms pinned to a ticket."""
    return Yardsticks().terms(ticket.agreement)


def clocks_in(rows: Iterable[TicketClock], measures: Yardsticks | None = None) -> list[tuple[TicketClock, Clock]]:
    """Many clocks, with which `WITH_CALENDAR` and `events` were fetched."""
    known = measures or Yardsticks()
    return [(row, known.of(row.promised, row.calendar).clock(row, list(row.events.all()))) for row in rows]


def stood(row: TicketClock, clock: Clock, at: datetime) -> ClockState:
    """How a clock stood at `at`: as it was kept where it had ended, else as its events say.

    What it is measured by can change later; what it came to does not. `events` and `results` were fetched with `row`.
    """
    result = kept_result(row, at)
    if result is None:
        return clock.state(at)
    is_met, is_missed = _ending(result)
    if result.used is None or result.total is None:  # it ended before results were kept in full
        return replace(clock.state(at), due_at=result.due_at, is_met=is_met, is_missed=is_missed)
    return ClockState(
        standing=Standing.CANCELLED if result.outcome == ClockOutcome.CANCELLED else Standing.STOPPED,
        started_at=result.started_at,
        due_at=result.due_at,
        stopped_at=result.ended_at,
        total=result.total,
        consumed=result.used,
        is_met=is_met,
        is_missed=is_missed,
    )


def kept_result(row: TicketClock, at: datetime) -> ClockResult | None:
    """What a clock that had ended by `at` was held to have come to; None while it runs or where nothing is kept."""
    last = last_step(row.events.all(), at)
    if last is None or last.act not in (Act.STOP, Act.CANCEL):
        return None
    ended_at = last.at
    kept = [each for each in row.results.all() if each.ended_at == ended_at and each.at <= at]
    return max(kept, key=lambda each: each.pk, default=None)


def result_of(row: TicketClock, state: ClockState, outcome: ClockOutcome, at: datetime) -> ClockResult:
    """What a clock has come to, with all that it was measured by; not saved yet. `state` is read at its end."""
    agreement = row.promised
    return ClockResult(
        clock=row,
        client_id=row.client_id,
        outcome=outcome,
        priority=row.priority,
        started_at=state.started_at or row.started_at,
        due_at=state.due_at,
        ended_at=state.stopped_at,
        used=max(state.consumed, timedelta()),
        total=state.total,
        agreement=agreement,
        calendar=row.calendar or agreement,
        tzdata_version=importlib.metadata.version("tzdata"),
        at=at,
    )


def _ending(result: ClockResult) -> tuple[bool, bool]:
    """Whether it was met, and whether it was missed."""
    return result.outcome == ClockOutcome.MET, result.outcome == ClockOutcome.MISSED
