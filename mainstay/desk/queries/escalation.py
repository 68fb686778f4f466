"""Which steps of the escalation procedure a ticket has come to, and what is due next on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from mainstay.desk.facts import Standing
from mainstay.desk.models import EscalationStep, Ticket, TicketClock
from mainstay.desk.queries.procedures import procedure_of
from mainstay.desk.queries.timing import WITH_CALENDAR, Yardstick, clocks_in
from mainstay.desk.rules_escalation import Due, Outlook, ProcedureStep, Taken, ladder, outlook, reached
from mainstay.policy.clocks import Act, Clock, Event, Kind

OPEN = Q(taken_at__isnull=False, accepted_at__isnull=True, ended_at__isnull=True)


@dataclass(frozen=True)
class Line:
    """A clock with the ladder that holds for it, and the steps it came to. `row` is None for what the client asked."""

    row: TicketClock | None
    clock: Clock
    ladder: tuple[ProcedureStep, ...]
    steps: list[EscalationStep]

    @property
    def known_at(self) -> datetime:
        """The last thing that happened to the clock, or is known to come: the end of an agreed hold."""
        return max(each.at for each in self.clock.events)

    def outlook(self, since: datetime | None, at: datetime) -> Outlook:
        """What is due at `at`, and when something is next."""
        begun = self.row.started_at if self.row else at
        done = [each.percent for each in self.steps if each.percent is not None]
        waiting = [_taken(each) for each in self.steps if each.is_open]
        return outlook(self.clock, self.ladder, done, waiting, since=since or begun, at=at)


def due_tickets(at: datetime, limit: int) -> list[Ticket]:
    """Tickets on which a step or a reminder is due, the longest due first; one query."""
    due = Ticket.objects.filter(escalate_at__lte=at, standing__lte=Standing.RESTING, merged_into__isnull=True)
    return list(due.select_related("client", "agreement").order_by("escalate_at")[:limit])


def lines(ticket: Ticket, clocks: Iterable[tuple[TicketClock, Clock]], measure: Yardstick) -> list[Line]:
    """Each of `clocks` with its ladder and its steps, and one line for each open step that the client asked for."""
    procedure, agreed = procedure_of(ticket), measure.terms.escalation
    steps: dict[int | None, list[EscalationStep]] = defaultdict(list)
    for each in EscalationStep.objects.filter(ticket=ticket):
        steps[each.clock_id].append(each)
    found = [
        Line(row, clock, ladder(procedure, agreed, Kind(row.kind), row.priority), steps[row.pk])
        for row, clock in clocks
    ]
    asked = [Line(None, asked_clock(each, measure), (), [each]) for each in steps[None] if each.is_open]
    return [*found, *asked]


def live_lines(ticket: Ticket, measure: Yardstick) -> list[Line]:
    """The same for the clocks that have not ended, as they are stored."""
    rows = TicketClock.objects.filter(ticket=ticket, stopped_at__isnull=True, cancelled_at__isnull=True)
    rows = rows.select_related(*WITH_CALENDAR).prefetch_related("events").order_by("pk")
    return lines(ticket, clocks_in(rows), measure)


def asked_clock(step: EscalationStep, measure: Yardstick) -> Clock:
    """The time in which a step that the client asked for counts: that of a solution at its priority, without pause."""
    events = [Event(step.due_at, Act.START)]
    return Clock(Kind.RESOLUTION, measure.span(Kind.RESOLUTION, step.priority), measure.hours, events)


def next_at(found: Iterable[Line], ticket: Ticket) -> datetime | None:
    """When a step or a reminder is due next on a ticket, by all that has happened to its clocks.

    None when it is over, or nothing can be said.
    """
    if ticket.is_over or ticket.is_imported or ticket.merged_into_id is not None:
        return None
    instants = [each.outlook(ticket.reckoned_at, each.known_at).next_at for each in found]
    return min((each for each in instants if each is not None), default=None)


def coming(line: Line, since: datetime | None, at: datetime) -> tuple[Due, ...]:
    """The steps that a clock has reached or will, each with its instant as far as known; none while it stands."""
    begun = line.row.started_at if line.row else at
    return reached(line.clock, line.ladder, since or begun, at) if line.clock.state(at).is_running else ()


def asked_roles(ticket: Ticket) -> tuple[str, ...]:
    """The roles that the client's own button reaches on a ticket."""
    return tuple(procedure_of(ticket).asked.tells)


def steps_of(ticket: Ticket) -> QuerySet[EscalationStep]:
    """Every step of a ticket, with who was told and who accepted; two queries."""
    rows = EscalationStep.objects.filter(ticket=ticket).select_related("clock", "accepted_by", "asked_by")
    return rows.prefetch_related("people__user")


def open_steps() -> QuerySet[EscalationStep]:
    """Steps that nobody has accepted, of tickets under way, the longest waiting first."""
    rows = EscalationStep.objects.filter(OPEN, ticket__standing__lte=Standing.RESTING, ticket__merged_into__isnull=True)
    rows = rows.select_related("ticket__client", "ticket__assignee", "clock", "client")
    return rows.prefetch_related("people__user").order_by("taken_at", "pk")


def latest_asked(ticket: Ticket) -> datetime | None:
    """When the client escalated the ticket last."""
    asked = EscalationStep.objects.filter(ticket=ticket, clock__isnull=True)
    return asked.order_by("-due_at").values_list("due_at", flat=True).first()


def _taken(step: EscalationStep) -> Taken:
    assert step.taken_at is not None and step.told_at is not None  # noqa: S101, PT018 - the database holds both together
    repeat = timedelta(seconds=step.repeat_s)
    return Taken(step.pk, step.taken_at, step.told_at, repeat, step.reminders)
