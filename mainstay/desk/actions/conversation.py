"""What is said on a ticket: the client's messages, staff's answers and notes, events from elsewhere."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.common import facts
from mainstay.desk import rules
from mainstay.desk.actions import clocks, posting, story, waiting
from mainstay.desk.actions.authors import DESK, Author, By, at_client, is_staff, of
from mainstay.desk.actions.errors import TicketIsOver
from mainstay.desk.actions.locking import locked, target_of
from mainstay.desk.actions.opening import Origin, open_ticket
from mainstay.desk.actions.snoozing import taken_up, waked
from mainstay.desk.facts import Channel, EventAdded, MessageKind, MessageReceived, NoteWritten, ReplySent, TicketState
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import Message, Ticket
from mainstay.desk.queries import timing
from mainstay.desk.queries.copying import takers
from mainstay.desk.rules import Follow
from mainstay.policy.clocks import Kind

UNREACHABLE = (
    "No mail can be sent to {}: that is not an address. The answer above has reached nobody, and does not count. "
    "Answer by phone, or give the ticket a requester who can be written to."
)


@transaction.atomic
def add_message(
    *,
    ticket: Ticket,
    text: str,
    channel: Channel | str,
    at: datetime,
    by: By = DESK,
    author: Author | None = None,
    origin: Origin | None = None,
    parts: Iterable[Part] = (),
    is_held: bool = False,
) -> Message:
    """The client wrote. That ends the waiting, re-opens what ended lately (14 days unless agreed otherwise), and
    starts the next-response clock unless one runs; on a ticket that ended longer ago it opens a new one linked to it.

    Returns the message, whose `ticket` is the one that it ended up on.

    Args:
        is_held: the client does not read it until staff releases it.
    """
    ticket, origin = waked(target_of(ticket), by=by, at=at), origin or Origin(parts=tuple(parts))
    author = author or at_client(ticket, by)
    follow = rules.follow(TicketState(ticket.state), ticket.ended_at, at, timing.terms_of(ticket).reopening.within)
    if follow is Follow.NEW:
        given: dict[str, Any] = {"author": author, "origin": origin, "is_held": is_held}
        return _follow_up(ticket, text=text, channel=Channel(channel), by=by, at=at, **given)
    message = story.write(
        ticket, kind=MessageKind.INBOUND, channel=Channel(channel), text=text, author=author,
        at=at, is_public=not is_held, parts=origin.parts, **origin.fields(),
    )  # fmt: skip
    facts.record(
        MessageReceived(ticket_id=ticket.pk, message_id=message.pk, channel=channel), by=by, at=at, client=ticket.client
    )
    _go_on(ticket, follow, by=by, at=at, cause=f"message:{message.pk}")
    return message


@transaction.atomic
def reply(
    *,
    ticket: Ticket,
    text: str,
    by: By,
    at: datetime,
    then_wait: bool = False,
    channel: Channel | str = Channel.CONSOLE,
    parts: Iterable[Part] = (),
    closes: bool = False,
    copies: Iterable[str] | None = None,
) -> Message:
    """Answer the client, by mail where an address is known. A person's answer stops the response clocks, an
    automatic one (`by` a process) stops none, and so does one to an address to which no letter can go.

    Args:
        then_wait: the answer asks something: the ticket waits for the client from here on.
        closes: the ticket is resolved with it, which the letter says.
        channel: `phone` when the answer was spoken: it is logged, and no mail goes out.
        copies: further addresses that get it by mail; those who take part in the ticket unless said otherwise. What a
            process writes goes to whoever asked alone.

    Raises:
        TicketIsOver: the ticket is closed.
    """
    ticket = locked(ticket)
    if ticket.state == TicketState.CLOSED:
        raise TicketIsOver(f"{ticket.reference} is closed: open it again to answer.")
    message = story.write(
        ticket, kind=MessageKind.REPLY, channel=Channel(channel), text=text, author=of(by), at=at,
        is_public=True, is_automatic=not is_staff(by), parts=parts,
    )  # fmt: skip
    if channel == Channel.PHONE or posting.can_reach(ticket):
        if channel != Channel.PHONE:
            _send(ticket, message, closes=closes, copies=copies, at=at)
        _count_answer(ticket, message, by=by, at=at)
    else:
        _tell_of_nobody_reached(ticket, at=at)
    if then_wait and not ticket.is_over:
        waiting.wait_for_client(ticket=ticket, by=by, at=at)
    return message


@transaction.atomic
def note(*, ticket: Ticket, text: str, by: By, at: datetime, origin: Origin | None = None) -> Message:
    """Write something for the team alone. It counts as no answer, and the client never reads it."""
    ticket, origin = target_of(ticket), origin or Origin()
    taken_up(ticket)
    message = story.write(
        ticket, kind=MessageKind.NOTE, channel=Channel.MAIL if origin.raw else Channel.CONSOLE, text=text,
        author=of(by), at=at, is_public=False, parts=origin.parts, **origin.fields(),
    )  # fmt: skip
    facts.record(NoteWritten(ticket_id=ticket.pk, message_id=message.pk), by=by, at=at, client=ticket.client)
    return message


@transaction.atomic
def add_event(
    *, ticket: Ticket, text: str, code: str, by: By, at: datetime, is_public: bool = True, key: str = ""
) -> Message:
    """Tell on the ticket what happened elsewhere, such as the website's recovery. The same `key` tells it once."""
    ticket = target_of(ticket)
    if key and (found := Message.objects.filter(key=key).first()):
        return found
    message = story.write(
        ticket, kind=MessageKind.EVENT, channel=Channel.WATCH, text=text, author=of(by), at=at,
        is_public=is_public, is_automatic=True, code=code, key=key or None,
    )  # fmt: skip
    fact = EventAdded(ticket_id=ticket.pk, message_id=message.pk, code=code)
    facts.record(fact, by=by, at=at, client=ticket.client)
    return message


def _send(ticket: Ticket, message: Message, *, closes: bool, copies: Iterable[str] | None, at: datetime) -> None:
    posting.send_reply(ticket, message, at=at, closes=closes)
    if not message.is_automatic:
        posting.send_copies(ticket, message, takers(ticket) if copies is None else copies, at=at)


def _tell_of_nobody_reached(ticket: Ticket, *, at: datetime) -> None:
    ticket.needs_hand = True
    ticket.save(update_fields=["needs_hand"])
    story.write(
        ticket, kind=MessageKind.EVENT, channel=Channel.CONSOLE, text=UNREACHABLE.format(ticket.answer_address), at=at,
        author=of(DESK), is_public=False, is_automatic=True, code="undelivered",
    )  # fmt: skip


def _count_answer(ticket: Ticket, message: Message, *, by: By, at: datetime) -> None:
    by_person = is_staff(by)
    if by_person:
        taken_up(ticket)
        for kind in (Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE):
            clocks.stop(ticket, kind, at=at, cause=f"reply:{message.pk}")
    fact = ReplySent(ticket_id=ticket.pk, message_id=message.pk, by_person=by_person)
    facts.record(fact, by=by, at=at, client=ticket.client)


def _go_on(ticket: Ticket, follow: Follow, *, by: By, at: datetime, cause: str) -> None:
    if follow is Follow.REOPEN:
        waiting.reopen(ticket=ticket, by=by, at=at)
    elif ticket.state == TicketState.WAITING:
        waiting.resume(ticket=ticket, by=by, at=at)
    clocks.start_next_response(ticket, at=at, cause=cause)


def _follow_up(
    ticket: Ticket, *, text: str, channel: Channel, by: By, at: datetime, author: Author, **given: Any
) -> Message:
    opened = open_ticket(
        client=ticket.client,
        subject=ticket.subject,
        text=text,
        channel=channel,
        audience=ticket.audience,
        category=ticket.category,
        website=ticket.website,
        **_asker(ticket, author),
        previous=ticket,
        needs_hand=ticket.client.is_agency or not author.is_participant,
        acknowledges=author.is_participant,
        author=author,
        **given,
        by=by,
        at=at,
    )
    return opened.messages.earliest("id")


def _asker(ticket: Ticket, author: Author) -> dict[str, Any]:
    """Who gets the answers to what follows `ticket`: whoever wrote, when they were on it; else who asked for it."""
    if author.contact:
        return {"requester": author.contact}
    if author.is_participant and author.address and author.user is None:
        return {"requester_name": author.name, "requester_address": author.address}
    return {
        "requester": ticket.requester,
        "requester_name": ticket.requester_name,
        "requester_address": ticket.requester_address,
    }
