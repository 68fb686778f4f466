"""Mailboxes and addresses for tests."""

from datetime import UTC, datetime
from typing import Any

from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.common.models import OutgoingMail
from mainstay.desk import actions
from mainstay.desk.actions import mailboxes
from mainstay.desk.actions.authors import Author
from mainstay.desk.actions.opening import Origin
from mainstay.desk.models import Delivery, DeskAddress, Mailbox, Message, Ticket

SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def mailbox_of(by: User, **given: Any) -> Mailbox:
    """A mailbox on this machine, at which nobody answers unless `port` says so."""
    fields = {
        "name": "Hello", "address": "hello@boxes.example", "host": "127.0.0.1", "port": 1, "security": "none",
        "user": "hello@boxes.example", "folder": "INBOX", "sign_in": "password", "password": "secret",
        "allow_private": True,
    }  # fmt: skip
    return mailboxes.keep_mailbox(by=by, at=SINCE, **{**fields, **given})


def mail_address_of(client: Organisation | None, by: User, address: str = "theirs@boxes.example") -> DeskAddress:
    """An address whose mail is a client's."""
    return mailboxes.keep_address(address=address, client=client, by=by, at=SINCE)


def held_message_of(ticket: Ticket) -> Message:
    """What somebody wrote who is not on the ticket."""
    stranger = Author(name="Eve", address="eve@elsewhere.example", is_participant=False)
    given = {"channel": "mail", "author": stranger, "is_held": True, "at": SINCE}
    return actions.add_message(ticket=ticket, text="I have seen it too.", **given)


def laid_out(ticket: Ticket) -> Message:
    """What whoever asked wrote in more than plain text."""
    given = {"channel": "mail", "at": SINCE, "origin": Origin(html_clean="<p>It is <b>broken</b>.</p>")}
    return actions.add_message(ticket=ticket, text="It is broken.", **given)


def delivery_of(ticket: Ticket, by: User) -> Delivery:
    """A letter with an answer that a mail server has sent back for good."""
    message = actions.reply(ticket=ticket, text="We look at it.", by=by, at=SINCE)
    delivery = message.deliveries.get()
    OutgoingMail.objects.filter(pk=delivery.mail_id).update(state="sent", sent_at=SINCE)
    Delivery.objects.filter(pk=delivery.pk).update(returned_at=SINCE, is_hard=True, raised_at=SINCE, reason="Nobody.")
    delivery.refresh_from_db()
    return delivery
