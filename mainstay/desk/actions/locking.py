"""One writer at a time on a ticket."""

from mainstay.desk.actions.errors import TicketIsOver
from mainstay.desk.models import Ticket


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it is now, locked until the caller's transaction ends."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("client", "requester", "agreement")
    return rows.get(pk=ticket.pk)


def running(ticket: Ticket) -> Ticket:
    """The same, for what only a ticket under way allows.

    Raises:
        TicketIsOver: it was resolved or closed meanwhile.
    """
    found = locked(ticket)
    if found.is_over:
        raise TicketIsOver(f"{found.reference} is {found.state} already.")
    return found
