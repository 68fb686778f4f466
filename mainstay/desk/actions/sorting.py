"""A mail that a person wrote becomes a message on its ticket, or a new ticket."""

from dataclasses import replace
from datetime import datetime

from mainstay.clients.facts import Audience
from mainstay.clients.models import Contact
from mainstay.clients.queries import agency, contact_for_address
from mainstay.desk.actions.authors import DESK, Author, of_contact
from mainstay.desk.actions.conversation import add_message, note
from mainstay.desk.actions.opening import Origin, open_ticket
from mainstay.desk.facts import Channel
from mainstay.desk.letters.headers import is_address
from mainstay.desk.letters.parse import parse
from mainstay.desk.letters.parsed import Parsed
from mainstay.desk.models import RawMail, Ticket
from mainstay.desk.queries import matching

CUT = "imap_cut"
"""The source of a mail of which only the beginning was taken."""
TOO_LARGE = "The mail is larger than the desk takes; below is how it begins. All of it is in the mailbox."
NOBODY = "Unknown sender"


def read(raw: RawMail) -> Parsed:
    """What a stored mail holds. Where it does not say who wrote it, the sender of its envelope did."""
    mail = parse(bytes(raw.body.content))
    if raw.source == CUT:
        mail = replace(mail, problems=(*mail.problems, TOO_LARGE))
    envelope = raw.mail_from.lower()
    return mail if mail.sender or not is_address(envelope) else replace(mail, sender=envelope)


def sort(raw: RawMail, mail: Parsed, ticket: Ticket | None, *, at: datetime) -> Ticket:
    """Bring `mail` to `ticket`, or to a new one where it matched none. Returns the ticket that it is on now."""
    if copy := matching.known_copy(mail):
        return copy.ticket
    if ticket is None:
        return open_from(raw, mail, at=at)
    if staff := matching.staff_at(mail.sender):
        return note(ticket=ticket, text=_text(mail), by=staff, at=at, origin=_origin(raw, mail)).ticket
    author = _author(ticket, mail)
    return add_message(
        ticket=ticket, text=_text(mail), channel=Channel.MAIL, author=author, at=at, origin=_origin(raw, mail)
    ).ticket


def open_from(raw: RawMail, mail: Parsed, *, at: datetime) -> Ticket:
    """A new ticket from `mail`: of the sender's client, else in the agency's own queue, where it needs a hand."""
    contact = contact_for_address(mail.sender) if mail.sender else None
    return open_ticket(
        client=contact.client if contact else agency(),
        subject=mail.subject,
        text=_text(mail),
        channel=Channel.MAIL,
        audience=_audience(contact),
        requester=contact,
        requester_name=mail.sender_name or ("" if mail.sender else NOBODY),
        requester_address=mail.sender,
        needs_hand=contact is None or not mail.is_whole,
        acknowledges=not mail.wants_no_answer,
        key=f"mail:{raw.key}",
        origin=_origin(raw, mail),
        by=DESK,
        at=at,
    )


def _author(ticket: Ticket, mail: Parsed) -> Author:
    if contact := matching.contact_on(ticket, mail.sender):
        return of_contact(contact)
    return Author(
        name=mail.sender_name or mail.sender or NOBODY,
        address=mail.sender,
        is_participant=matching.is_participant(ticket, mail.sender),
    )


def _audience(contact: Contact | None) -> Audience:
    return Audience(contact.audience) if contact else Audience.WEBSITE_USER


def _text(mail: Parsed) -> str:
    """What is new in the mail, with what could not be read said in front."""
    return "\n\n".join([*mail.problems, mail.reply or mail.text])


def _origin(raw: RawMail, mail: Parsed) -> Origin:
    return Origin(
        raw=raw,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to[0] if mail.in_reply_to else "",
        full_text=mail.text,
        html_clean=mail.html,
        parts=mail.parts,
    )
