"""A ticket rests until an instant, and comes back to the top of the queue. No clock stands for it."""

from datetime import datetime

from django.db import transaction

from mainstay.common import facts
from mainstay.desk.actions.authors import DESK, By
from mainstay.desk.actions.errors import NotInFuture
from mainstay.desk.actions.locking import locked, running
from mainstay.desk.facts import TicketSnoozed
from mainstay.desk.models import Ticket


@transaction.atomic
def snooze(*, ticket: Ticket, until: datetime, by: By, at: datetime) -> Ticket:
    """Put the ticket out of the team's sight until `until`. Its clocks go on: resting is no agreed reason to wait.

    Raises:
        NotInFuture: `until` has passed.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    if until <= at:
        raise NotInFuture("Choose a time that lies ahead.")
    return _set(ticket, until=until, returned_at=None, by=by, at=at)


@transaction.atomic
def bring_back(*, ticket: Ticket, by: By = DESK, at: datetime) -> Ticket:
    """Show the ticket again, at the top of the queue; nothing happens when it does not rest."""
    return waked(locked(ticket), by=by, at=at)


def waked(ticket: Ticket, *, by: By, at: datetime) -> Ticket:
    """The same for a ticket that is locked already: whatever the client writes ends its rest."""
    if ticket.snoozed_until is None:
        return ticket
    return _set(ticket, until=None, returned_at=None if ticket.is_over else at, by=by, at=at)


def taken_up(ticket: Ticket) -> None:
    """Somebody of the team has written: it need not lead the queue any more."""
    if ticket.returned_at is not None:
        ticket.returned_at = None
        ticket.save(update_fields=["returned_at"])


def _set(ticket: Ticket, *, until: datetime | None, returned_at: datetime | None, by: By, at: datetime) -> Ticket:
    ticket.snoozed_until, ticket.returned_at, ticket.updated_at = until, returned_at, at
    ticket.save(update_fields=["snoozed_until", "returned_at", "updated_at"])
    fact = TicketSnoozed(ticket_id=ticket.pk, until=until.isoformat() if until else "")
    facts.record(fact, by=by, at=at, client=ticket.client)
    return ticket
