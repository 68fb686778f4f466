"""A ticket ends: resolved, or closed for good."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.common import facts
from mainstay.desk.actions import clocks, holding
from mainstay.desk.actions.authors import By, person
from mainstay.desk.actions.conversation import reply
from mainstay.desk.actions.errors import AnswerNeeded, ChangedSince, TicketIsOver
from mainstay.desk.actions.locking import locked, running
from mainstay.desk.facts import TicketClosed, TicketReopened, TicketResolved, TicketState
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import Ticket
from mainstay.desk.queries.life import waits_unanswered
from mainstay.policy.clocks import Kind


@transaction.atomic
def resolve(
    *,
    ticket: Ticket,
    by: By,
    at: datetime,
    text: str = "",
    parts: Iterable[Part] = (),
    copies: Iterable[str] | None = None,
) -> Ticket:
    """The difficulty is put right. `text` tells the client so and counts as an answer; `copies` as for `reply`.

    Raises:
        AnswerNeeded: a person resolves what nobody has answered yet, without a word to the client.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    if text.strip():
        reply(ticket=ticket, text=text, parts=parts, closes=True, copies=copies, by=by, at=at)
    elif person(by) and (clocks.runs(ticket, Kind.FIRST_RESPONSE) or waits_unanswered(ticket)):
        raise AnswerNeeded("Tell the client what was done: nobody has answered this ticket yet.")
    return _resolved(locked(ticket), by=by, at=at)


def standing_of(ticket: Ticket) -> dict[str, Any]:
    """How a ticket stands, as JSON keeps it, for `undo_close`."""
    return {
        "code": ticket.close_code,
        "state": str(ticket.state),
        "needs_hand": ticket.needs_hand,
        **{name: _iso(getattr(ticket, name)) for name in ("waiting_at", "resolved_at", "closed_at")},
        "hold": ticket.ticketholds.filter(ended_at=None).values_list("pk", flat=True).first(),
    }


@transaction.atomic
def undo_close(*, ticket: Ticket, before: dict[str, Any], by: By, at: datetime) -> Ticket:
    """Take back that a ticket was closed: state, waiting, hold and clocks are as if it had not been.

    Args:
        before: what `standing_of` said before it was closed.

    Raises:
        ChangedSince: it is not closed any more.
    """
    ticket = locked(ticket)
    closed_at = ticket.closed_at
    if ticket.state != TicketState.CLOSED or ticket.merged_into_id is not None or closed_at is None:
        raise ChangedSince("It was changed since.")
    ticket.state, ticket.needs_hand, ticket.close_code = before["state"], before["needs_hand"], before["code"]
    for name in ("waiting_at", "resolved_at", "closed_at"):
        setattr(ticket, name, datetime.fromisoformat(before[name]) if before[name] else None)
    ticket.updated_at = at
    ticket.save()
    holding.goes_on(ticket, before["hold"], by=by, at=at)
    clocks.undo_end(ticket, ended_at=closed_at, cause=clocks.CLOSED, at=at)
    holding.lapse_hold(ticket=ticket, at=at)
    facts.record(TicketReopened(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket


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
    holding.over(ticket, by=by, at=at)
    clocks.end_all(ticket, at=at, cause=clocks.CLOSED)
    facts.record(TicketClosed(ticket_id=ticket.pk, code=code), by=by, at=at, client=ticket.client)
    return ticket


def _resolved(ticket: Ticket, *, by: By, at: datetime) -> Ticket:
    ticket.state, ticket.waiting_at, ticket.resolved_at, ticket.updated_at = TicketState.RESOLVED, None, at, at
    ticket.needs_hand = False
    ticket.save()
    holding.over(ticket, by=by, at=at)
    clocks.stop(ticket, Kind.RESOLUTION, at=at, cause="resolved")
    clocks.end_all(ticket, at=at, cause="resolved")
    facts.record(TicketResolved(ticket_id=ticket.pk), by=by, at=at, client=ticket.client)
    return ticket


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
