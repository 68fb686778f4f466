"""A ticket ends: resolved, or closed for good."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from mainstay.common import facts
from mainstay.desk.actions import clocks
from mainstay.desk.actions.authors import By, person
from mainstay.desk.actions.conversation import reply
from mainstay.desk.actions.errors import AnswerNeeded, TicketIsOver
from mainstay.desk.actions.locking import locked, running
from mainstay.desk.facts import TicketClosed, TicketResolved, TicketState
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import Ticket
from mainstay.policy.clocks import Kind


@transaction.atomic
def resolve(*, ticket: Ticket, by: By, at: datetime, text: str = "", parts: Iterable[Part] = ()) -> Ticket:
    """The difficulty is put right. `text` tells the client so and counts as an answer.

    Raises:
        AnswerNeeded: a person resolves what nobody has answered yet, without a word to the client.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    if text.strip():
        reply(ticket=ticket, text=text, parts=parts, by=by, at=at)
    elif person(by) and clocks.runs(ticket, Kind.FIRST_RESPONSE):
        raise AnswerNeeded("Tell the client what was done: nobody has answered this ticket yet.")
    return _resolved(locked(ticket), by=by, at=at)


@transaction.atomic
def close(*, ticket: Ticket, code: str, by: By, at: datetime) -> Ticket:
    """End a ticket for good. What is not resolved loses its running clocks without a result, unless they are late.

    Args:
        code: why: lapsed, agreed, spam, duplicate, unresolved.

    Raises:
        TicketIsOver: it is closed already.
    """
    ticket = locked(ticket)
    if ticket.state == TicketState.CLOSED:
        raise TicketIsOver(f"{ticket.reference} is closed already.")
    ticket.state, ticket.waiting_at, ticket.closed_at, ticket.close_code = TicketState.CLOSED, None, at, code
    ticket.needs_hand, ticket.updated_at = False, at
    ticket.save()
    clocks.end_all(ticket, at=at, cause="closed")
    facts.record(TicketClosed(ticket_id=ticket.pk, code=code), by=by, at=at, client=ticket.client)
    return ticket


def _resolved(ticket: Ticket, *, by: By, at: datetime) -> Ticket:
    ticket.state, ticket.waiting_at, ticket.resolved_at, ticket.updated_at = TicketState.RESOLVED, None, at, at
    ticket.needs_hand = False
    ticket.save()
    clocks.stop(ticket, Kind.RESOLUTION, at=at, cause="resolved")
    clocks.end_all(ticket, at=at, cause="resolved")
    facts.record(TicketResolved(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket
