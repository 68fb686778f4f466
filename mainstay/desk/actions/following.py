"""A day on which a ticket comes back to its helper's list."""

from datetime import date, datetime

from django.db import transaction

from mainstay.common import facts
from mainstay.desk.actions.authors import By, person
from mainstay.desk.actions.locking import locked
from mainstay.desk.agreed_facts import FollowUpDone, FollowUpPlanned
from mainstay.desk.models import Ticket, TicketFollowUp


@transaction.atomic
def plan_follow_up(*, ticket: Ticket, due_on: date, note: str, by: By, at: datetime) -> TicketFollowUp:
    """Let the ticket come back to its helper on `due_on`; one that was planned before gives way. It stands for nothing
    else: the ticket stays where it is, and no clock stands."""
    ticket = locked(ticket)
    given = {
        "client": ticket.client,
        "due_on": due_on,
        "note": note.strip()[:250],
        "made_at": at,
        "made_by": person(by),
    }
    planned, _ = TicketFollowUp.objects.update_or_create(ticket=ticket, done_at=None, defaults=given)
    facts.record(FollowUpPlanned(ticket_id=ticket.pk, due_on=due_on.isoformat()), by=by, at=at, client=ticket.client)
    return planned


@transaction.atomic
def tick_off(*, ticket: Ticket, by: By, at: datetime) -> None:
    """What was to be looked at was looked at. Nothing happens when nothing was planned."""
    ticket = locked(ticket)
    if TicketFollowUp.objects.filter(ticket=ticket, done_at=None).update(done_at=at, done_by=person(by)):
        facts.record(FollowUpDone(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
