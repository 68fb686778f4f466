"""Letters that did not arrive: raised where people see it, sent again, or left so."""

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction

from mainstay.clients import queries as clients
from mainstay.common import facts, mail
from mainstay.common.mail import Letter, MailState
from mainstay.common.models import OutgoingMail
from mainstay.common.notify import tell
from mainstay.desk.actions import posting, story
from mainstay.desk.actions.authors import DESK, Author, By
from mainstay.desk.actions.locking import locked, target_of
from mainstay.desk.facts import Channel, MessageKind
from mainstay.desk.letters.headers import one_line
from mainstay.desk.mail_facts import LetterLeft, LetterNotDelivered, LetterSentAgain
from mainstay.desk.models import Delivery, Message, Ticket

SERVER = Author(name="Mail server")
REASON_MAX = 500
_KEY = re.compile(r"ticket:(\d+):[\w-]+")


class NothingToSend(ValueError):
    """The letter is on its way or has arrived, as far as is known; or there is no address to send it to."""


@transaction.atomic
def raise_failed(*, letter: OutgoingMail, at: datetime) -> bool:
    """A letter could not be handed over for good: the ticket says so, and its helper is told. Whether it is a ticket's.

    Once for each time that the letter was given up.
    """
    key = _KEY.fullmatch(letter.key)
    ticket = Ticket.objects.filter(pk=int(key[1])).first() if key else None
    once = f"letter:{letter.pk}:failed:{at.isoformat()}"
    if ticket is None or letter.state != MailState.FAILED or Message.objects.filter(key=once).exists():
        return False
    delivery = Delivery.objects.select_related("message").filter(mail=letter).first()
    if delivery is not None and not raise_one(delivery=delivery, at=at):
        return False
    ticket = target_of(delivery.message.ticket if delivery else ticket)
    reason = " ".join(letter.last_error.split())[:REASON_MAX]
    text = f"The letter to {letter.recipient} could not be handed over: {reason or 'no reason is known'}"
    story.write(
        ticket, kind=MessageKind.EVENT, channel=Channel.MAIL, text=text, author=SERVER, at=at, is_public=False,
        code="undelivered", key=once, in_reply_to=letter.message_id if delivery else "",
    )  # fmt: skip
    fact = LetterNotDelivered(
        ticket_id=ticket.pk, mail_id=letter.pk, message_id=delivery.message_id if delivery else None
    )
    facts.record(fact, by=DESK, at=at, client=ticket.client)
    tell_helper(ticket=ticket, letter=letter, message=delivery.message if delivery else None, why=text, at=at)
    return True


def raise_one(*, delivery: Delivery, at: datetime) -> bool:
    """Mark that a letter did not arrive; whether that is news."""
    fresh = Delivery.objects.filter(pk=delivery.pk, raised_at=None) | Delivery.objects.filter(
        pk=delivery.pk, settled_at__isnull=False
    )
    return bool(fresh.update(raised_at=at, settled_at=None))


def tell_helper(
    *, ticket: Ticket, letter: OutgoingMail | None, message: Message | None, why: str, at: datetime
) -> None:
    """Tell who has the ticket and who wrote the letter, else the account manager, once, that it did not arrive."""
    known = (ticket.assignee, message.user if message else None)
    people = {each.pk: each for each in known if each and each.is_active and each.is_staff_member}
    if not people and (manager := clients.account_manager(ticket.client, at)):
        people = {manager.pk: manager}
    words = f"{why}\n\n{one_line(ticket.subject)}\n{settings.MAINSTAY.url.rstrip('/')}{ticket.url}\n"
    key = f"ticket:{ticket.pk}:undelivered:{letter.pk if letter else 0}:{at.timestamp():.0f}"
    said = Letter(f"A letter did not arrive: {ticket.reference}", words)
    for person in people.values():
        tell(person, said, key=key, at=at, client=ticket.client)


@transaction.atomic
def send_again(*, delivery: Delivery, by: By, at: datetime) -> Delivery:
    """Send a message again whose letter did not arrive: the same letter, where it was never handed over and the
    address is still the same; else a new one, to the address that answers go to now.

    Raises:
        NothingToSend: there is nothing to put right about it, or no address.
    """
    ticket = locked(delivery.message.ticket)
    delivery = (
        Delivery.objects.select_for_update(of=("self",)).select_related("message__user", "mail").get(pk=delivery.pk)
    )
    failed = delivery.mail.state == MailState.FAILED
    if not failed and not (delivery.returned_at and delivery.is_hard):
        raise NothingToSend("This letter is on its way, or has been handed over.")
    if delivery.settled_at is not None and not failed:
        raise NothingToSend("This letter was seen to already.")
    again = _once_more(ticket, delivery, failed=failed, at=at)
    _settle(delivery, at)
    fact = LetterSentAgain(ticket_id=ticket.pk, mail_id=again.mail_id, message_id=delivery.message_id)
    facts.record(fact, by=by, at=at, client=ticket.client)
    return again


@transaction.atomic
def leave(*, delivery: Delivery, by: By, at: datetime) -> None:
    """Nothing is to be done about a letter that did not arrive: the client was told in another way, or need not be."""
    if _settle(delivery, at):
        ticket = delivery.message.ticket
        fact = LetterLeft(ticket_id=ticket.pk, mail_id=delivery.mail_id, message_id=delivery.message_id)
        facts.record(fact, by=by, at=at, client=ticket.client)


def _once_more(ticket: Ticket, delivery: Delivery, *, failed: bool, at: datetime) -> Delivery:
    if failed and (delivery.is_copy or delivery.mail.recipient.lower() == ticket.answer_address.lower()):
        mail.send_again(mail=delivery.mail, at=at)
        return delivery
    if delivery.is_copy:
        again = posting.send_copy(ticket, delivery.message, to=delivery.mail.recipient, at=at)
        if again is None:
            raise NothingToSend("No letter can go to this address.")
        return again
    attempt = delivery.message.deliveries.count() + 1
    again = posting.send_reply(ticket, delivery.message, at=at, attempt=attempt)
    if again is None:
        raise NothingToSend("There is no address that this ticket can be answered at.")
    return again


def _settle(delivery: Delivery, at: datetime) -> bool:
    open_ones = Delivery.objects.filter(pk=delivery.pk, raised_at__isnull=False, settled_at=None)
    return bool(open_ones.update(settled_at=at))
