"""A ticket waits for the client, goes on, or goes on again after its end."""

from datetime import datetime

from django.db import transaction

from mainstay.common import facts
from mainstay.desk.actions import clocks
from mainstay.desk.actions.authors import By
from mainstay.desk.actions.locking import locked, running
from mainstay.desk.facts import TicketReopened, TicketState, WaitingBegan, WaitingEnded
from mainstay.desk.models import Ticket
from mainstay.policy.clocks import Kind


@transaction.atomic
def wait_for_client(*, ticket: Ticket, by: By, at: datetime) -> Ticket:
    """The client was asked something: the resolution clock stands until the answer. First response never does.

    Raises:
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    if ticket.state == TicketState.WAITING:
        return ticket
    ticket.state, ticket.waiting_at, ticket.updated_at = TicketState.WAITING, at, at
    ticket.save()
    clocks.pause(ticket, Kind.RESOLUTION, at=at, cause="waiting")
    facts.record(WaitingBegan(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket


@transaction.atomic
def resume(*, ticket: Ticket, by: By, at: datetime) -> Ticket:
    """The ticket goes on: the resolution clock runs again. Nothing happens when it was not waiting."""
    ticket = locked(ticket)
    if ticket.state != TicketState.WAITING:
        return ticket
    ticket.state, ticket.waiting_at, ticket.updated_at = TicketState.OPEN, None, at
    ticket.save()
    clocks.resume(ticket, Kind.RESOLUTION, at=at, cause="resumed")
    facts.record(WaitingEnded(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket


@transaction.atomic
def reopen(*, ticket: Ticket, by: By, at: datetime) -> Ticket:
    """A resolved or closed ticket goes on: the same resolution clock, and a new next-response clock."""
    ticket = locked(ticket)
    if not ticket.is_over:
        return ticket
    ticket.state, ticket.resolved_at, ticket.closed_at, ticket.close_code = TicketState.OPEN, None, None, ""
    ticket.updated_at = at
    ticket.save()
    clocks.reopen(ticket, Kind.RESOLUTION, at=at, cause="reopened")
    clocks.start_next_response(ticket, at=at, cause="reopened")
    facts.record(TicketReopened(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket
