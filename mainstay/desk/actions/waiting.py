"""A ticket waits for the client, goes on, or goes on again after its end."""

from datetime import datetime

from django.db import transaction

from mainstay.common import facts
from mainstay.desk.actions import clocks
from mainstay.desk.actions.authors import By
from mainstay.desk.actions.errors import TicketIsOver
from mainstay.desk.actions.locking import locked, running
from mainstay.desk.facts import TicketReopened, TicketState, WaitingBegan, WaitingEnded
from mainstay.desk.models import Ticket
from mainstay.policy.clocks import Kind


@transaction.atomic
def wait_for_client(*, ticket: Ticket, by: By, at: datetime) -> Ticket:
    """The client was asked something: what was agreed to wait stands until the answer, by default the resolution alone.

    Raises:
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    if ticket.state == TicketState.WAITING:
        return ticket
    ticket.state, ticket.waiting_at, ticket.updated_at = TicketState.WAITING, at, at
    ticket.save()
    clocks.wait(ticket, at=at)
    facts.record(WaitingBegan(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket


@transaction.atomic
def resume(*, ticket: Ticket, by: By, at: datetime) -> Ticket:
    """The ticket goes on, and what stood for the client runs again. Nothing happens when it was not waiting."""
    ticket = locked(ticket)
    if ticket.state != TicketState.WAITING:
        return ticket
    ticket.state, ticket.waiting_at, ticket.updated_at = TicketState.OPEN, None, at
    ticket.save()
    clocks.go_on(ticket, at=at)
    facts.record(WaitingEnded(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket


@transaction.atomic
def reopen(*, ticket: Ticket, by: By, at: datetime) -> Ticket:
    """A resolved or closed ticket goes on: the same resolution clock, and a new next-response clock unless an answer
    was owed when it was closed, which is owed still.

    Raises:
        TicketIsOver: it was merged into another ticket.
    """
    ticket = locked(ticket)
    if not ticket.is_over:
        return ticket
    if ticket.merged_into_id is not None:
        raise TicketIsOver(f"{ticket.reference} was merged into another ticket and goes on there.")
    ticket.state, ticket.resolved_at, ticket.closed_at, ticket.close_code = TicketState.OPEN, None, None, ""
    ticket.updated_at = at
    ticket.save()
    clocks.reopen(ticket, Kind.RESOLUTION, at=at, cause="reopened")
    clocks.owe_on(ticket, at=at, cause="reopened")
    clocks.start_next_response(ticket, at=at, cause="reopened")
    facts.record(TicketReopened(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket
