"""Which ticket a mail belongs to."""

from collections.abc import Iterable

from mainstay.access.models import User
from mainstay.clients.models import Contact
from mainstay.desk import rules
from mainstay.desk.letters.parsed import Parsed
from mainstay.desk.models import Message, Ticket
from mainstay.desk.queries.addresses import seal


def ticket_of(mail: Parsed, rcpt_to: Iterable[str]) -> Ticket | None:
    """The ticket that `mail` goes on with, looked for in the order in which the signs can be trusted: our token in
    an address, our token in a Message-ID that it answers, any Message-ID that we know, and the number in the
    subject, which counts only when somebody writes who is on that ticket already."""
    return (
        _by_reference(seal().reference_in_address(each) for each in (*rcpt_to, *mail.to, *mail.cc))
        or _by_reference(seal().reference_in_id(each) for each in _answered(mail))
        or _by_known_id(_answered(mail))
        or _by_subject(mail)
    )


def is_participant(ticket: Ticket, address: str) -> bool:
    """Whether somebody writing from `address` is on the ticket: asked for it, or has been written or listened to."""
    address = address.lower()
    if not address:
        return False
    if address in (ticket.requester_address, ticket.answer_address):
        return True
    known = ticket.messages.filter(author_address=address, is_participant=True)
    return known.exists() or Contact.objects.filter(client=ticket.client, email=address, is_active=True).exists()


def contact_on(ticket: Ticket, address: str) -> Contact | None:
    """The contact of the ticket's client who writes from `address`."""
    found = Contact.objects.select_related("user").filter(client=ticket.client, is_active=True)
    return found.filter(email=address.lower()).first()


def staff_at(address: str) -> User | None:
    """The member of staff who writes from `address`."""
    return User.objects.exclude(agency_role="").filter(email=address.lower(), is_active=True).first()


def known_copy(mail: Parsed) -> Message | None:
    """The message that this very mail has become already, when it came to two of our addresses."""
    if not mail.message_id:
        return None
    same = Message.objects.filter(message_id=mail.message_id, raw__isnull=False, author_address=mail.sender)
    return next((each for each in same.select_related("ticket__client")[:5] if each.full_text == mail.text), None)


def _answered(mail: Parsed) -> list[str]:
    """The Message-IDs that a mail answers, nearest first."""
    return list(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))


def _by_reference(references: Iterable[str]) -> Ticket | None:
    for reference in references:
        if reference and (ticket := _tickets().filter(reference=reference).first()):
            return ticket
    return None


def _by_known_id(ids: list[str]) -> Ticket | None:
    found = Message.objects.filter(message_id__in=ids).values_list("message_id", "ticket_id")
    by_id = dict(found[:200])
    nearest = next((by_id[each] for each in ids if each in by_id), None)
    return _tickets().filter(pk=nearest).first() if nearest else None


def _by_subject(mail: Parsed) -> Ticket | None:
    named = _tickets().filter(reference__in=rules.references_in(mail.subject))
    return next((ticket for ticket in named if is_participant(ticket, mail.sender)), None)


def _tickets():  # type: ignore[no-untyped-def]
    return Ticket.objects.select_related("client", "requester", "agreement")
