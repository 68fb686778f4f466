"""What somebody of the agency who leaves had at the desk goes back to the queue."""

from datetime import datetime

from django.db import transaction

from mainstay.access.facts import Removed
from mainstay.access.models import User
from mainstay.common.facts import Process
from mainstay.desk import queries
from mainstay.desk.actions.handling import assign
from mainstay.desk.facts import Standing
from mainstay.desk.models import Draft, TicketWatch


@transaction.atomic
def give_back(*, user: User, by: User | Process, at: datetime) -> list[Removed]:
    """Put the open tickets of `user` back into the queue, and forget what they watched and had not sent."""
    tickets = list(queries.tickets().filter(assignee=user, standing__lte=Standing.RESTING))
    for ticket in tickets:
        assign(ticket=ticket, assignee=None, by=by, at=at)
    return [
        Removed("tickets", len(tickets)),
        Removed("watched_tickets", TicketWatch.objects.filter(user=user).delete()[0]),
        Removed("drafts", Draft.objects.filter(user=user).delete()[0]),
    ]
