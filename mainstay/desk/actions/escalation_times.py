"""Keeping the steps of a ticket in time with its clocks: what ended, what was missed, and when to look again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mainstay.common import facts
from mainstay.desk.actions.authors import DESK
from mainstay.desk.escalation_facts import EscalationLapsed, EscalationMissed
from mainstay.desk.models import EscalationStep, Ticket, TicketClock
from mainstay.desk.queries.escalation import Line, lines, next_at
from mainstay.desk.queries.timing import Yardstick
from mainstay.desk.rules_escalation import TAKEN_WITHIN, Due, accept_times, reached, was_missed
from mainstay.policy.clocks import Clock


def keep_up(ticket: Ticket, clocks: Iterable[tuple[TicketClock, Clock]], measure: Yardstick) -> None:
    """Let the steps follow what happened to `clocks`, and set on the ticket when to look again; it is not saved.

    A clock that ended leaves nothing to accept; what should have been taken before and was not stays on record.
    """
    found = lines(ticket, clocks, measure)
    for line in found:
        ended_at = _ended_at(line, ticket)
        if ended_at is not None:
            _end(ticket, line, ended_at)
        else:
            _follow(line)
    ticket.escalate_at = next_at(found, ticket)


def note_lapse(ticket: Ticket, *, at: datetime) -> None:
    """Keep on record that what was due on the ticket had not been taken by `at`, before something moves it.

    So that a month that is over can be told as it stood, whatever happens to the ticket later.
    """
    due_at = ticket.escalate_at
    if due_at is not None and due_at < at - TAKEN_WITHIN:
        fact = EscalationLapsed(ticket_id=ticket.pk, due_at=due_at.isoformat())
        facts.record(fact, by=DESK, at=at, client=ticket.client)


def kept(step: EscalationStep, line_clock: Clock, at: datetime) -> EscalationStep:
    """The step with the times by which it is to be accepted, as they are known at `at`; it is not saved."""
    assert step.taken_at is not None  # noqa: S101 - only steps that were taken are to be accepted
    within = timedelta(seconds=step.accept_s)
    step.half_at, step.accept_by = accept_times(line_clock, step.taken_at, within, at)
    return step


def _ended_at(line: Line, ticket: Ticket) -> datetime | None:
    if line.row is None:
        return ticket.ended_at if ticket.is_over else None
    return line.row.stopped_at or line.row.cancelled_at


def _end(ticket: Ticket, line: Line, ended_at: datetime) -> None:
    for each in line.steps:
        if each.is_open:
            each.ended_at = ended_at
            each.save(update_fields=["ended_at"])
    if line.row is None:
        return
    done = {each.percent for each in line.steps}
    left = (each for each in line.ladder if each.percent not in done)
    for due in reached(line.clock, left, ticket.reckoned_at or line.row.started_at, ended_at):
        if was_missed(due, ended_at):
            _miss(ticket, line.row, due, ended_at)


def _follow(line: Line) -> None:
    """The time to accept a step stands with its clock, and goes on with it."""
    for each in line.steps:
        if each.is_open:
            kept(each, line.clock, line.known_at).save(update_fields=["half_at", "accept_by"])


def _miss(ticket: Ticket, clock: TicketClock, due: Due, ended_at: datetime) -> None:
    step = EscalationStep.objects.create(
        ticket=ticket,
        client=ticket.client,
        clock=clock,
        procedure_id=ticket.procedure_id,
        percent=due.step.percent,
        way=due.step.way,
        tells=list(due.step.tells),
        priority=clock.priority,
        due_at=due.due_at,
        accept_s=int(due.step.accept_within.total_seconds()),
        repeat_s=int(due.step.repeat_every.total_seconds()),
        ended_at=ended_at,
    )
    fact = EscalationMissed(ticket_id=ticket.pk, step_id=step.pk, clock=clock.kind, percent=due.step.percent)
    facts.record(fact, by=DESK, at=ended_at, client=ticket.client)
