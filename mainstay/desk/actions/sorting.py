"""A mail that a person wrote becomes a message on its ticket, or a new ticket."""

from dataclasses import replace
from datetime import datetime, timedelta

from mainstay.clients.facts import Audience
from mainstay.clients.models import Contact, Organisation
from mainstay.clients.queries import agency, contact_for_address
from mainstay.desk import rules
from mainstay.desk.actions import references
from mainstay.desk.actions.authors import DESK, Author, of_contact
from mainstay.desk.actions.conversation import add_message, note
from mainstay.desk.actions.keeping import link
from mainstay.desk.actions.locking import lock
from mainstay.desk.actions.opening import Origin, open_ticket
from mainstay.desk.facts import Category, Channel, LinkKind, RawState
from mainstay.desk.letters.authentication import Confirmation
from mainstay.desk.letters.headers import is_address
from mainstay.desk.letters.parse import parse
from mainstay.desk.letters.parsed import Parsed
from mainstay.desk.models import DeskAddress, Message, RawMail, ReferenceCounter, Ticket
from mainstay.desk.queries import matching
from mainstay.desk.queries.addresses import written_to
from mainstay.desk.queries.matching import Match
from mainstay.desk.rules_joining import Joining, Writer

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


def sort(raw: RawMail, mail: Parsed, match: Match, *, at: datetime) -> Ticket:
    """Bring `mail` to the ticket that it matches, or to a new one. Returns the ticket that it is on now.

    What it could become twice is locked before a copy of it is looked for: two workers may have one each. What must
    not be part of a ticket that it names is linked with it, for the team alone.
    """
    ours = agency() if match.ticket is None else None
    counter = references.lock_counter(ours, at) if ours else None
    if match.ticket is not None:
        lock(match.ticket)
    if copy := matching.known_copy(mail, raw):
        return copy.ticket
    if match.ticket is None:
        opened = open_from(raw, mail, match, counter=counter, at=at)
        if match.beside is not None:
            link(ticket=opened, other=match.beside, kind=LinkKind.RELATED, by=DESK, at=at)
        return opened
    return _join(raw, mail, match, match.ticket, at=at).ticket


def _join(raw: RawMail, mail: Parsed, match: Match, ticket: Ticket, *, at: datetime) -> Message:
    staff = matching.staff_at(mail.sender) if match.how is Joining.NOTE else None
    if staff is not None:
        return note(ticket=ticket, text=_text(mail, is_answer=True), by=staff, at=at, origin=_origin(raw, mail))
    return add_message(
        ticket=ticket,
        text=_text(mail, is_answer=True),
        channel=Channel.MAIL,
        author=_author(ticket, mail, match),
        is_held=match.how is Joining.HELD,
        at=at,
        origin=_origin(raw, mail),
    )


def open_from(
    raw: RawMail, mail: Parsed, match: Match, *, at: datetime, counter: ReferenceCounter | None = None
) -> Ticket:
    """A new ticket from `mail`: of the sender's client, else of the client whose address it was written to, else in
    the agency's own queue. An unknown sender's needs a hand."""
    contact = contact_for_address(mail.sender) if mail.sender else None
    is_doubted = match.confirmation is Confirmation.DOUBTED
    place = written_to(mail, raw.rcpt_to, by_envelope=not raw.source.startswith("imap"))
    return open_ticket(
        client=contact.client if contact else _client_of(place),
        subject=mail.subject,
        text=_text(mail, is_answer=mail.is_answer),
        channel=Channel.MAIL,
        category=place.category if place and place.category else Category.OTHER,
        audience=place.audience if place and place.audience else _audience(contact),
        came_to=place,
        requester=contact,
        requester_name=mail.sender_name or ("" if mail.sender else NOBODY),
        requester_address=mail.sender,
        needs_hand=contact is None or not mail.is_whole,
        acknowledges=not mail.wants_no_answer
        and (contact is not None or not (is_doubted or _writes_for_many(raw, mail))),
        author=_doubted(contact, mail) if is_doubted else None,
        key=f"mail:{raw.key}",
        origin=_origin(raw, mail),
        counter=counter,
        by=DESK,
        at=at,
    )


def _author(ticket: Ticket, mail: Parsed, match: Match) -> Author:
    """Whoever wrote, as an account or a contact only where nothing speaks against it."""
    is_doubted = match.confirmation is Confirmation.DOUBTED or _claims_staff(match)
    if not is_doubted and (contact := matching.contact_on(ticket, mail.sender)):
        return replace(of_contact(contact), is_participant=match.how is Joining.SHOWN)
    return Author(
        name=mail.sender_name or mail.sender or NOBODY,
        address=mail.sender,
        is_participant=match.how is Joining.SHOWN,
        is_doubted=is_doubted,
    )


def _writes_for_many(raw: RawMail, mail: Parsed) -> bool:
    """Whether the sender of the envelope has sent mail of too many names lately: each may be somebody who never wrote,
    and would hear of it from us."""
    if raw.mail_from.lower() in ("", mail.sender):
        return False
    lately = (raw.received_at - timedelta(hours=1), raw.received_at)
    sent = RawMail.objects.filter(state=RawState.PARSED, received_at__range=lately, mail_from=raw.mail_from)
    return sent.exclude(sender_address=raw.mail_from.lower()).count() >= rules.ACKNOWLEDGE_FOR_ONE_SENDER


def _doubted(contact: Contact | None, mail: Parsed) -> Author:
    """Whoever a mail says that it is from, without their account."""
    name = contact.name if contact else mail.sender_name or mail.sender or NOBODY
    return Author(contact=contact, name=name, address=mail.sender, is_doubted=True)


def _claims_staff(match: Match) -> bool:
    """Whether a mail says that it is a member of staff's, and cannot show it."""
    return match.how is not Joining.NOTE and match.writer is Writer.STAFF


def _client_of(place: DeskAddress | None) -> Organisation:
    return place.client if place and place.client else agency()


def _audience(contact: Contact | None) -> Audience:
    return Audience(contact.audience) if contact else Audience.WEBSITE_USER


def _text(mail: Parsed, *, is_answer: bool) -> str:
    """What is new in the mail, with what could not be read said in front. Of what answers nothing all is new."""
    return "\n\n".join([*mail.problems, (mail.reply if is_answer else "") or mail.text])


def _origin(raw: RawMail, mail: Parsed) -> Origin:
    return Origin(
        raw=raw,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to[0] if mail.in_reply_to else "",
        full_text=mail.text,
        html_clean=mail.html,
        parts=mail.parts,
    )
