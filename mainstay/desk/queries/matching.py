"""Which ticket a mail belongs to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models.functions import Substr

from mainstay.access.models import User
from mainstay.clients.models import Contact
from mainstay.desk import rules
from mainstay.desk.letters.authentication import Confirmation, confirmation
from mainstay.desk.letters.headers import written_at
from mainstay.desk.letters.parsed import Parsed
from mainstay.desk.models import Delivery, Message, RawBody, RawMail, Ticket, TicketLink
from mainstay.desk.models.ticket import OVER
from mainstay.desk.queries.addresses import seal
from mainstay.desk.queries.seeing import reads_all, takes_part
from mainstay.desk.rules_joining import Joining, Sign, Writer, joining

COPIES_MAX = 5
COPIES_WITHIN = timedelta(days=1)
HEAD_BYTES = 64 * 1024
SAME_ID_MAX = 20
"""Tickets that are looked at when mails of several bear the ids that a mail answers."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """Where a mail belongs: on `ticket`, in which way, or on none. `beside` is a ticket that it names and must not be
    part of; `confirmation` says whether the sender is who the mail says, `writer` what they are to `ticket`."""

    how: Joining
    confirmation: Confirmation
    ticket: Ticket | None = None
    beside: Ticket | None = None
    writer: Writer | None = None


def match(mail: Parsed, rcpt_to: Iterable[str]) -> Match:
    """The ticket that `mail` goes on with: the first sign counts by which it may join one.

    The signs in the order in which they can be trusted: our token in an address, our token in a Message-ID that it
    answers, any Message-ID that we know (In-Reply-To before References, and those from the right), the mail that came
    back in a bounce, our token in the text that it quotes, and the number in the subject.
    """
    word = confirmation_of(mail)
    beside = None
    for sign, ticket in _signs(mail, rcpt_to):
        writer = _writer(ticket, mail.sender)
        how = joining(sign, writer, word)
        if how.joins:
            return Match(how=how, confirmation=word, ticket=ticket, writer=writer)
        if how is Joining.APART:
            own = _taken_apart(ticket, mail.sender)
            if own is not None:
                return Match(how=Joining.SHOWN, confirmation=word, ticket=own, writer=Writer.ELSEWHERE)
            beside = beside or ticket
    return Match(how=Joining.APART if beside else Joining.ALONE, confirmation=word, beside=beside)


def confirmation_of(mail: Parsed) -> Confirmation:
    """Whether a mail server of ours has confirmed the sender."""
    return confirmation(mail.authentication, mail.sender, settings.MAINSTAY.mail_authserv_ids)


def bounced(mail: Parsed) -> Delivery | None:
    """The letter that a bounce is about, where it is one of ours."""
    ids = mail.bounce.original_ids if mail.bounce else ()
    found = Delivery.objects.select_related("message__user", "mail").filter(mail__message_id__in=ids[:1])
    return found.first() if ids else None


def is_participant(ticket: Ticket, address: str) -> bool:
    """Whether somebody writing from `address` is on the ticket: asked for it, or has been written or listened to, or is
    of the client and may read it: what a number in a subject opens is no more than the portal does."""
    address = address.lower()
    if not address:
        return False
    if address in (ticket.requester_address, ticket.answer_address):
        return True
    known = ticket.messages.filter(author_address=address, is_participant=True)
    if known.exists():
        return True
    contact = (
        Contact.objects.select_related("client").filter(client=ticket.client, email=address, is_active=True).first()
    )
    return contact is not None and (reads_all(contact) or takes_part(contact, ticket))


def contact_on(ticket: Ticket, address: str) -> Contact | None:
    """The contact of the ticket's client who writes from `address`."""
    found = Contact.objects.select_related("user").filter(client=ticket.client, is_active=True)
    return found.filter(email=address.lower()).first()


def staff_at(address: str) -> User | None:
    """The member of staff who writes from `address`."""
    return User.objects.exclude(agency_role="").filter(email=address.lower(), is_active=True).first()


def known_copy(mail: Parsed, raw: RawMail) -> Message | None:
    """The message that this very mail has become already, when it came to two of our addresses.

    Without a Message-ID it is known by sender, date, subject, text and files, within a day; and by its way: what
    came to the same address again was sent again.
    """
    same = Message.objects.filter(raw__isnull=False, author_address=mail.sender, message_id=mail.message_id)
    if not mail.message_id:
        since = raw.received_at - COPIES_WITHIN
        same = same.filter(raw__subject=mail.subject, raw__received_at__gte=since).exclude(raw__rcpt_to=raw.rcpt_to)
    sizes = sorted(len(each.content) for each in mail.parts)
    newest = list(same.order_by("-pk").values_list("pk", flat=True)[:COPIES_MAX])
    if not newest:
        return None
    held = Message.objects.select_related("ticket__client").prefetch_related("attachments__file").order_by("-pk")
    for each in held.filter(pk__in=newest):
        if (
            each.full_text == mail.text
            and sorted(file.file.size_bytes for file in each.attachments.all()) == sizes
            and (mail.message_id or _date_of(each) == mail.written_at)
        ):
            return each
    return None


def _date_of(message: Message) -> datetime | None:
    """When the mail that the message came by says that it was written."""
    heads = RawBody.objects.filter(raw=message.raw_id).values_list(Substr("content", 1, HEAD_BYTES), flat=True)
    return written_at(bytes(heads.first() or b""))


def _answered(mail: Parsed) -> list[str]:
    """The Message-IDs that a mail answers, nearest first."""
    return list(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))


def _signs(mail: Parsed, rcpt_to: Iterable[str]) -> Iterator[tuple[Sign, Ticket]]:
    token = seal()
    in_addresses = (token.reference_in_address(each) for each in (*rcpt_to, *mail.to, *mail.cc, *mail.delivered_to))
    yield from _each(Sign.TOKEN, _by_reference(in_addresses))
    yield from _each(Sign.TOKEN, _by_reference(token.reference_in_id(each) for each in _answered(mail)))
    yield from _each(Sign.KNOWN_ID, _by_known_id(_answered(mail), mail.sender))
    if mail.bounce is not None:
        ids = list(mail.bounce.original_ids)
        yield from _each(Sign.TOKEN, _by_reference(token.reference_in_id(each) for each in ids))
        yield from _each(Sign.KNOWN_ID, _by_known_id(ids, mail.sender))
    yield from _each(Sign.TOKEN, _by_reference([token.reference_in_text(mail.text)]))
    yield from _each(Sign.NUMBER, _by_number(mail))


def _each(sign: Sign, tickets: Iterable[Ticket]) -> Iterator[tuple[Sign, Ticket]]:
    return ((sign, ticket) for ticket in tickets)


def _writer(ticket: Ticket, address: str) -> Writer:
    if address and staff_at(address):
        return Writer.STAFF
    if is_participant(ticket, address):
        return Writer.ON_IT
    known = Contact.objects.filter(email=address.lower(), is_active=True).exclude(client=ticket.client)
    return Writer.ELSEWHERE if address and known.exists() else Writer.STRANGER


def _taken_apart(ticket: Ticket, address: str) -> Ticket | None:
    """The ticket of their own that whoever writes got when a mail of theirs named `ticket` before; while it goes on."""
    beside = TicketLink.objects.filter(other=ticket, ticket__requester_address=address.lower())
    own = _tickets().filter(pk__in=beside.values("ticket")).exclude(client=ticket.client).exclude(state__in=OVER)
    return own.order_by("-pk").first()


def _by_reference(references: Iterable[str]) -> Iterator[Ticket]:
    for reference in references:
        if reference and (ticket := _tickets().filter(reference=reference).first()):
            yield ticket


def _by_known_id(ids: list[str], sender: str) -> Iterator[Ticket]:
    """Several mails may bear an id, since anybody can write any: tickets that the sender is on come first, then those
    of the nearest id, of these the oldest."""
    rank = {each: number for number, each in enumerate(ids)}
    found = Message.objects.filter(message_id__in=ids).order_by("pk").values_list("message_id", "ticket_id")
    nearest: dict[int, int] = {}
    for message_id, ticket_id in found[:200]:
        nearest[ticket_id] = min(rank[message_id], nearest.get(ticket_id, rank[message_id]))
    order = sorted(nearest, key=lambda pk: (nearest[pk], pk))[:SAME_ID_MAX]
    tickets = [each for pk in order if (each := _tickets().filter(pk=pk).first())]
    yield from sorted(tickets, key=lambda each: not is_participant(each, sender))


def _by_number(mail: Parsed) -> Iterator[Ticket]:
    """By the number in the subject: ours, or the one that another help desk wrote there."""
    yield from _tickets().filter(reference__in=rules.references_in(mail.subject))
    numbers = rules.foreign_numbers_in(mail.subject)
    yield from _tickets().filter(foreign__number__in=numbers)[:50] if numbers else ()


def _tickets():  # type: ignore[no-untyped-def]
    return Ticket.objects.select_related("client", "requester")
