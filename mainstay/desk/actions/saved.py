"""Saved answers: keeping them, and using one that also sets what the ticket needs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mainstay.access.models import User
from mainstay.common import facts
from mainstay.desk import rules
from mainstay.desk.actions import clocks, handling
from mainstay.desk.actions.errors import ChangedSince
from mainstay.desk.actions.locking import running
from mainstay.desk.facts import PriorityChanged
from mainstay.desk.models import SavedReply, Ticket
from mainstay.desk.placeholders import unknown
from mainstay.desk.word_facts import MacroUndone, MacroUsed

MACRO_FIELDS = ("impact", "urgency", "priority", "priority_reason", "category", "assignee_id")
"""What a macro may set on a ticket, and what undoing it puts back."""
PUT_BACK_WITHIN = timedelta(minutes=15)


class UnknownVariable(ValueError):
    """The text names a variable that there is none of."""


@transaction.atomic
def save_reply(*, by: User, at: datetime, saved: SavedReply | None = None, is_shared: bool, **given: Any) -> SavedReply:
    """Keep an answer to be used again: everybody's, or `by`'s own.

    Raises:
        UnknownVariable: its text names a variable that there is none of.
    """
    if names := unknown(given["text"]):
        raise UnknownVariable(
            f"There is no {', '.join(f'{{{each}}}' for each in names)}. Look at the list of variables."
        )
    saved = saved or SavedReply()
    for name, value in given.items():
        setattr(saved, name, value)
    saved.owner, saved.updated_at = None if is_shared else by, at
    saved.save()
    return saved


@transaction.atomic
def delete_reply(*, saved: SavedReply, by: User, at: datetime) -> None:
    """Forget a saved answer; what was sent with it stays."""
    saved.delete()


@transaction.atomic
def use_macro(*, ticket: Ticket, saved: SavedReply, by: User, at: datetime) -> dict[str, Any]:
    """Set priority, category and assignee as the macro says, all or nothing.

    Returns what the ticket was before, for `undo_macro`.

    Raises:
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    before = _state(ticket) | {"at": at.isoformat(), "clocks": clocks.priorities(ticket)}
    if saved.category:
        ticket = handling.categorise(ticket=ticket, category=saved.category, by=by, at=at)
    if saved.priority:
        impact, urgency = rules.grade_of(saved.priority)
        handling.set_priority(
            ticket=ticket, impact=impact, urgency=urgency, override=saved.priority,
            reason=f"Saved answer: {saved.title}", by=by, at=at,
        )  # fmt: skip
    if saved.takes_on:
        handling.assign(ticket=ticket, assignee=by, by=by, at=at)
    after = _state(Ticket.objects.get(pk=ticket.pk))
    facts.record(
        MacroUsed(ticket_id=ticket.pk, saved_id=saved.pk, set=_differing(before, after)),
        by=by,
        at=at,
        client=ticket.client,
    )
    return {"before": before, "after": after}


@transaction.atomic
def undo_macro(*, ticket: Ticket, before: dict[str, Any], after: dict[str, Any], by: User, at: datetime) -> Ticket:
    """Put back what a macro set. For 15 minutes the clocks are as they were, also one that the macro made late; later
    they follow the priority, and what is late stays so.

    Raises:
        ChangedSince: somebody changed one of these meanwhile.
        TicketIsOver: it was resolved or closed meanwhile.
    """
    ticket = running(ticket)
    if _state(ticket) != after:
        raise ChangedSince("Somebody changed the ticket since. Put it right by hand.")
    for name in MACRO_FIELDS:
        setattr(ticket, name, before[name])
    ticket.updated_at = at
    ticket.save()
    if ticket.priority != after["priority"]:
        _put_back_clocks(ticket, before, at=at)
        fact = PriorityChanged(
            ticket_id=ticket.pk, before=after["priority"], after=ticket.priority,
            is_override=bool(ticket.priority_reason),
        )  # fmt: skip
        facts.record(fact, by=by, at=at, client=ticket.client)
    facts.record(MacroUndone(ticket_id=ticket.pk, set=_differing(after, before)), by=by, at=at, client=ticket.client)
    return ticket


def _put_back_clocks(ticket: Ticket, before: dict[str, Any], *, at: datetime) -> None:
    if "at" in before and at - datetime.fromisoformat(before["at"]) <= PUT_BACK_WITHIN:
        clocks.put_back(ticket, before["clocks"], at=at)
    else:
        clocks.reprioritise(ticket, at=at)


def _state(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in MACRO_FIELDS}


def _differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [name for name in _told(MACRO_FIELDS) if one[name] != other[name]]


def _told(names: Iterable[str]) -> list[str]:
    return [each for each in names if each != "priority_reason"]
