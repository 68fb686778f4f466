"""The escalation procedure in the demo's past: each step at its instant, accepted some minutes later."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.desk import actions as desk
from mainstay.desk.models import EscalationStep, Ticket

Event = tuple[datetime, Callable[[], Any]]
ACCEPTED_AFTER = timedelta(minutes=12)
REASON = "The consultation ends on Friday, and until this works nobody can send us an answer."


def steps_until(ticket: Ticket, until: datetime, acceptor: User) -> Iterator[Event]:
    """What the procedure does on a ticket before `until`, if nothing else happens to it."""
    while (due_at := _due_at(ticket)) is not None and due_at < until:
        yield due_at, partial(desk.escalate, ticket=ticket, at=due_at)
        accepted_at = due_at + ACCEPTED_AFTER
        if accepted_at < until and _waits(ticket):
            yield accepted_at, partial(desk.accept, ticket=ticket, by=acceptor, at=accepted_at)


def catch_up(ticket: Ticket, until: datetime, acceptor: User) -> None:
    """Let the steps before `until` be taken."""
    for _, event in steps_until(ticket, until, acceptor):
        event()


def ask(client: Organisation, at: datetime) -> None:
    """Somebody of the client's did not want to wait for the next step of its newest open ticket."""
    tickets = Ticket.objects.filter(client=client, state="open", requester__user__isnull=False, opened_at__lt=at)
    ticket = tickets.select_related("requester__user").order_by("-opened_at").first()
    if ticket is not None and ticket.requester is not None and ticket.requester.user is not None:
        desk.ask(ticket=ticket, reason=REASON, by=ticket.requester.user, at=at)


def _due_at(ticket: Ticket) -> datetime | None:
    return Ticket.objects.values_list("escalate_at", flat=True).get(pk=ticket.pk)


def _waits(ticket: Ticket) -> bool:
    steps = EscalationStep.objects.filter(ticket=ticket, taken_at__isnull=False, accepted_at=None, ended_at=None)
    return steps.exists()
