"""A letter of ours came back: the ticket says so, and somebody looks at it when trying again is of no use."""

from datetime import datetime

from django.db.models import Q

from mainstay.common import facts
from mainstay.desk.actions import delivering, story
from mainstay.desk.actions.authors import DESK
from mainstay.desk.actions.delivering import SERVER
from mainstay.desk.actions.locking import target_of
from mainstay.desk.facts import Channel, LetterBounced, MessageKind
from mainstay.desk.letters.parsed import Bounce, Undelivered
from mainstay.desk.models import Delivery, RawMail, Ticket

NOBODY_NAMED = "A mail server says that a letter of this ticket was not delivered; whom it was for is not said."


def note_bounce(*, raw: RawMail, bounce: Bounce, about: Delivery | None, ticket: Ticket, at: datetime) -> None:
    """Put what a mail server says into the ticket's story, for the team alone; a hard bounce asks for a hand, and the
    ticket's helper is told.

    `about` is the letter that did not arrive, where it is known. Once for each mail: `raw` is taken in once.
    """
    ticket = target_of(ticket)
    lines = [_line(each) for each in bounce.undelivered] or [NOBODY_NAMED]
    is_hard = any(each.is_hard for each in bounce.undelivered) or not bounce.undelivered
    story.write(
        ticket,
        kind=MessageKind.EVENT,
        channel=Channel.MAIL,
        text="\n".join(lines),
        author=SERVER,
        at=at,
        is_public=False,
        code="bounced" if is_hard else "delayed",
        raw=raw,
        in_reply_to=about.mail.message_id if about else "",
    )
    if is_hard and not ticket.needs_hand:
        ticket.needs_hand = True
        ticket.save(update_fields=["needs_hand"])
    if about is not None:
        _note_return(about, is_hard=is_hard, reason=lines[0], at=at)
    if is_hard:
        message, letter = (about.message, about.mail) if about else (None, None)
        delivering.tell_helper(ticket=ticket, letter=letter, message=message, why="\n".join(lines), at=at)
    message_id = about.message_id if about else None
    fact = LetterBounced(ticket_id=ticket.pk, message_id=message_id, raw_id=raw.pk, is_hard=is_hard)
    facts.record(fact, by=DESK, at=at, client=ticket.client)


def _note_return(about: Delivery, *, is_hard: bool, reason: str, at: datetime) -> None:
    """Note at the letter itself what came back; what was said for good stands."""
    rows = Delivery.objects.filter(pk=about.pk)
    rows.filter(Q(is_hard=False) | Q(returned_at=None)).update(returned_at=at, is_hard=is_hard, reason=reason[:500])
    if is_hard:
        delivering.raise_one(delivery=about, at=at)


def _line(each: Undelivered) -> str:
    what = "could not be delivered" if each.is_hard else "is delayed; the mail server goes on trying"
    why = " ".join(word for word in (each.status, each.reason) if word)
    return f"The letter to {each.address} {what}" + (f": {why}" if why else ".")
