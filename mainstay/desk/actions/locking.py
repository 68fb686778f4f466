"""One writer at a time on a ticket."""

from mainstay.desk.actions.errors import TicketIsOver
from mainstay.desk.models import Ticket


def lock(ticket: Ticket) -> None:
    """Lock the ticket until the caller's transaction ends, without reading it."""
    list(Ticket.objects.select_for_update().filter(pk=ticket.pk).values_list("pk", flat=True))


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it is now, locked until the caller's transaction ends."""
    rows = Ticket.objects.select_for_update(of=("self",))
    return rows.select_related("client", "requester", "agreement", "procedure").get(pk=ticket.pk)


def running(ticket: Ticket) -> Ticket:
    """The same, for what only a ticket under way allows.

    Raises:
        TicketIsOver: it was resolved or closed meanwhile.
    """
    found = locked(ticket)
    if found.is_over:
        raise TicketIsOver(f"{found.reference} is {found.state} already.")
    return found


def target_of(ticket: Ticket) -> Ticket:
    """The ticket that `ticket` goes on in: itself, or the one that it was merged into, locked."""
    found = locked(ticket)
    while found.merged_into_id is not None:  # a merge refuses circles
        found = locked(Ticket(pk=found.merged_into_id))
    return found
