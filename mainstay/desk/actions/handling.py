"""Whose a ticket is and how urgent: assignment, priority, and the client it belongs to."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.clients.queries import agreement_for
from mainstay.common import facts
from mainstay.common.models import OutgoingMail, StoredFile
from mainstay.desk import rules
from mainstay.desk.actions import clocks
from mainstay.desk.actions.authors import By
from mainstay.desk.actions.errors import ReasonNeeded, WrongClient
from mainstay.desk.actions.locking import locked, running
from mainstay.desk.facts import PriorityChanged, TicketAssigned, TicketMoved
from mainstay.desk.models import Attachment, ClockEvent, Message, RawMail, Ticket, TicketClock
from mainstay.desk.queries import timing
from mainstay.policy.terms.words import Level


@transaction.atomic
def assign(*, ticket: Ticket, assignee: User | None, by: By, at: datetime) -> Ticket:
    """Give the ticket to somebody of the agency, or (`assignee` None) back to the queue."""
    ticket = locked(ticket)
    if assignee is not None and not (assignee.is_staff_member and assignee.is_active):
        raise ValueError("a ticket is given to people of the agency")
    if ticket.assignee_id == (assignee.pk if assignee else None):
        return ticket
    ticket.assignee, ticket.updated_at = assignee, at
    ticket.save(update_fields=["assignee", "updated_at"])
    facts.record(
        TicketAssigned(ticket_id=ticket.pk, assignee_id=ticket.assignee_id), by=by, at=at, client=ticket.client
    )
    return ticket


@transaction.atomic
def set_priority(
    *,
    ticket: Ticket,
    impact: Level,
    urgency: Level,
    by: By,
    at: datetime,
    override: int | None = None,
    reason: str = "",
) -> Ticket:
    """Judge impact and urgency anew. Running clocks take the new priority's time, counted from their old start.

    Args:
        override: a priority other than the one that both give together; it needs a `reason`.

    Raises:
        ReasonNeeded: an override without a reason.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket, before = running(ticket), ticket.priority
    given = rules.priority_of(timing.terms_of(ticket), impact, urgency)
    is_override = override is not None and override != given
    if is_override and not reason.strip():
        raise ReasonNeeded("Say why the priority differs from what impact and urgency give.")
    ticket.impact, ticket.urgency, ticket.priority = impact, urgency, override or given
    ticket.priority_reason, ticket.updated_at = reason.strip()[:250] if is_override else "", at
    ticket.save()
    clocks.reprioritise(ticket)
    fact = PriorityChanged(ticket_id=ticket.pk, before=before, after=ticket.priority, is_override=is_override)
    facts.record(fact, by=by, at=at, client=ticket.client)
    return ticket


@transaction.atomic
def move(*, ticket: Ticket, client: Organisation, by: By, at: datetime) -> Ticket:
    """Give a ticket of an unknown sender to the client it belongs to, with the terms in force when it was opened.

    Raises:
        WrongClient: it is a known client's already; what one client wrote never moves to another.
    """
    ticket, before = locked(ticket), ticket.client
    if not before.is_agency or client.pk == before.pk:
        raise WrongClient("Only a ticket of the agency's own queue can be given to a client.")
    ticket.client, ticket.agreement = client, agreement_for(client, ticket.opened_at)
    ticket.requester = client.contacts.filter(email=ticket.requester_address, is_active=True).first()
    ticket.needs_hand, ticket.updated_at = False, at
    ticket.save()
    for rows in _belongings(ticket):
        rows.update(client=client)
    clocks.refresh(ticket)
    facts.record(
        TicketMoved(ticket_id=ticket.pk, from_client_id=before.pk, to_client_id=client.pk), by=by, at=at, client=client
    )
    return ticket


def _belongings(ticket: Ticket) -> tuple[QuerySet[Any], ...]:
    """Every row that carries the ticket's client."""
    messages, files = Message.objects.filter(ticket=ticket), Attachment.objects.filter(message__ticket=ticket)
    return (
        messages,
        files,
        StoredFile.objects.filter(pk__in=files.values("file")),
        OutgoingMail.objects.filter(pk__in=messages.values("mail")),
        TicketClock.objects.filter(ticket=ticket),
        ClockEvent.objects.filter(clock__ticket=ticket),
        RawMail.objects.filter(ticket=ticket),
    )
