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
from mainstay.desk.actions.locking import locked, running, target_of
from mainstay.desk.facts import Category, PriorityChanged, TicketAssigned, TicketMoved, TicketSorted
from mainstay.desk.models import (
    Attachment,
    ClockEvent,
    ClockRecount,
    ClockResult,
    Delivery,
    Draft,
    EscalationStep,
    EscalationTold,
    ForeignTicket,
    Message,
    Presence,
    RawMail,
    Survey,
    Ticket,
    TicketBulkLine,
    TicketClock,
    TicketFollowUp,
    TicketHold,
    TicketLink,
    TicketMerge,
    TicketTag,
    TicketWatch,
    TimeEntry,
)
from mainstay.desk.queries import timing
from mainstay.policy.terms.words import Level

SORTED = ("category", "impact", "urgency", "priority", "priority_reason")
OWN_ROWS: tuple[Any, ...] = (
    EscalationStep,
    TicketTag,
    TicketWatch,
    TicketLink,
    TicketMerge,
    Draft,
    Presence,
    TimeEntry,
    TicketFollowUp,
    TicketHold,
    TicketBulkLine,
    Survey,
    ForeignTicket,
)


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
def categorise(*, ticket: Ticket, category: Category | str, by: By, at: datetime) -> Ticket:
    """Say what kind of difficulty it is. The priority stays, but that of an attack is the highest from then on."""
    ticket = locked(ticket)
    if ticket.category == category:
        return ticket
    before, ticket.category, ticket.updated_at = ticket.category, Category(category), at
    ticket.save(update_fields=["category", "updated_at"])
    fact = TicketSorted(ticket_id=ticket.pk, before=before, after=ticket.category)
    facts.record(fact, by=by, at=at, client=ticket.client)
    least = rules.at_least(timing.terms_of(ticket), Category(ticket.category), ticket.priority)
    if least < ticket.priority and not ticket.is_over:
        impact, urgency = rules.grade_of(least)
        return set_priority(ticket=ticket, impact=impact, urgency=urgency, by=by, at=at)
    return ticket


def sorted_as(ticket: Ticket) -> dict[str, Any]:
    """How a ticket is sorted and judged, as JSON keeps it, for `sort_back`."""
    return {name: getattr(ticket, name) for name in SORTED} | {"clocks": clocks.priorities(ticket)}


@transaction.atomic
def sort_back(*, ticket: Ticket, before: dict[str, Any], by: By, at: datetime) -> Ticket:
    """Take back that a ticket was sorted: category, priority and the times of its clocks are as they were.

    Raises:
        TicketIsOver: it was resolved or closed meanwhile, and its priority would change.
    """
    ticket = locked(ticket)
    moves = ticket.priority != before["priority"]
    if moves:
        ticket = running(ticket)
    sort, judged = ticket.category, ticket.priority
    for name in SORTED:
        setattr(ticket, name, before[name])
    ticket.updated_at = at
    ticket.save(update_fields=[*SORTED, "updated_at"])
    facts.record(
        TicketSorted(ticket_id=ticket.pk, before=sort, after=ticket.category), by=by, at=at, client=ticket.client
    )
    if moves:
        clocks.put_back(ticket, before["clocks"], at=at)
        fact = PriorityChanged(
            ticket_id=ticket.pk, before=judged, after=ticket.priority, is_override=bool(ticket.priority_reason)
        )
        facts.record(fact, by=by, at=at, client=ticket.client)
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
    """Judge impact and urgency anew. Running clocks take the new priority's time, counted from their old start;
    those that are late stay as they are.

    Args:
        override: a priority other than the one that both give together, which for an attack is the highest; it needs a
            `reason`.

    Raises:
        ReasonNeeded: an override without a reason.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket, before = running(ticket), ticket.priority
    terms = timing.terms_of(ticket)
    given = rules.at_least(terms, Category(ticket.category), rules.priority_of(terms, impact, urgency))
    is_override = override is not None and override != given
    if is_override and not reason.strip():
        raise ReasonNeeded("Say why the priority differs from what impact and urgency give.")
    ticket.impact, ticket.urgency, ticket.priority = impact, urgency, override or given
    ticket.priority_reason, ticket.updated_at = reason.strip()[:250] if is_override else "", at
    ticket.save()
    clocks.reprioritise(ticket, at=at)
    fact = PriorityChanged(ticket_id=ticket.pk, before=before, after=ticket.priority, is_override=is_override)
    facts.record(fact, by=by, at=at, client=ticket.client)
    return ticket


@transaction.atomic
def move(*, ticket: Ticket, client: Organisation, by: By, at: datetime) -> Ticket:
    """Give a ticket of an unknown sender to the client it belongs to, with the terms in force when it was opened, and
    with all that was merged into it.

    Raises:
        WrongClient: it is a known client's already; what one client wrote never moves to another.
    """
    ticket = target_of(ticket)
    before = ticket.client
    if not before.is_agency or client.pk == before.pk:
        raise WrongClient("Only a ticket of the agency's own queue can be given to a client.")
    for each in (ticket, *ticket.merged_from.select_for_update(of=("self",))):
        _give(each, client, at=at)
    ticket.updated_at = at
    ticket.save(update_fields=["updated_at"])
    facts.record(
        TicketMoved(ticket_id=ticket.pk, from_client_id=before.pk, to_client_id=client.pk), by=by, at=at, client=client
    )
    return ticket


def _give(ticket: Ticket, client: Organisation, *, at: datetime) -> None:
    """One ticket with all that hangs on it; its clocks count by what this client was promised when it was opened."""
    ticket.client, ticket.agreement = client, agreement_for(client, ticket.opened_at)
    ticket.requester = client.contacts.filter(email=ticket.requester_address, is_active=True).first()
    ticket.needs_hand = False
    ticket.save()
    for rows in _belongings(ticket):
        rows.update(client=client)
    Message.objects.filter(ticket=ticket).update(is_indexed=False)
    clocks.move(ticket, at=at)


def _belongings(ticket: Ticket) -> tuple[QuerySet[Any], ...]:
    """Every row that carries the ticket's client."""
    messages, files = Message.objects.filter(ticket=ticket), Attachment.objects.filter(message__ticket=ticket)
    return (
        messages,
        files,
        StoredFile.objects.filter(pk__in=files.values("file")),
        OutgoingMail.objects.filter(pk__in=Delivery.objects.filter(message__ticket=ticket).values("mail")),
        OutgoingMail.objects.filter(key__startswith=f"ticket:{ticket.pk}:"),
        Delivery.objects.filter(message__ticket=ticket),
        TicketClock.objects.filter(ticket=ticket),
        ClockEvent.objects.filter(clock__ticket=ticket),
        EscalationTold.objects.filter(step__ticket=ticket),
        ClockResult.objects.filter(clock__ticket=ticket),
        ClockRecount.objects.filter(clock__ticket=ticket),
        RawMail.objects.filter(ticket=ticket),
        *(model.objects.filter(ticket=ticket) for model in OWN_ROWS),
    )
