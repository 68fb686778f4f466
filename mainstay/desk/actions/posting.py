"""Letters of the desk go out: the acknowledgement, and answers that find their way back into the ticket."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from django.db.models import QuerySet

from mainstay.common import mail
from mainstay.common.mail.letter import MESSAGE_ID, Enclosure
from mainstay.common.mail.letter import address as mail_address
from mainstay.common.models import OutgoingMail
from mainstay.desk import rules
from mainstay.desk.actions import writing
from mainstay.desk.facts import Channel
from mainstay.desk.letters import threading
from mainstay.desk.models import Acknowledgement, Attachment, Delivery, Message, Ticket
from mainstay.desk.queries.addresses import answer_to, is_own, seal, untagged
from mainstay.desk.queries.copying import COPIES_MAX
from mainstay.desk.queries.mail import thread_index_of

log = structlog.get_logger()
REFERENCES_MAX = 20
COPIES_KNOWN = 5
ENCLOSED_BYTES_MAX = 10 * 1024 * 1024
"""All files of a letter together: many servers refuse mails of more than 20 MB, and files grow on the way."""


def acknowledge(ticket: Ticket, *, at: datetime) -> OutgoingMail | None:
    """Tell whoever asked that the call is logged: at most once an hour for an address, and nothing is echoed."""
    to = ticket.answer_address
    if not to or is_own(to) or not _claim(to, at):
        return None
    return _post(ticket, writing.acknowledgement(ticket, at=at), to=to, name="ack", at=at, automatic=True)


def can_reach(ticket: Ticket) -> bool:
    """Whether an answer arrives: by mail where the address of whoever asked is one, else in the portal."""
    to = ticket.answer_address
    if not to or is_own(to):
        return True
    try:
        mail_address("To", to)
    except mail.LetterRefused:
        return False
    return True


def send_reply(
    ticket: Ticket, message: Message, *, at: datetime, closes: bool = False, attempt: int = 1
) -> Delivery | None:
    """Send an answer by mail, where an address is known, and note on the message by which letter.

    Args:
        closes: the ticket is resolved with it, which the letter says.
        attempt: tells apart the letters that carry the same message: a later one when the first did not arrive.
    """
    to = ticket.answer_address
    if not to or is_own(to):
        return None
    subject = _subject(ticket)
    files, left = _enclosed(message)
    letter = writing.answer(ticket, message, subject, at=at, closes=closes, left=left)
    name = str(message.pk) if attempt == 1 else f"{message.pk}-{attempt}"
    sent = _post(ticket, letter, to=to, name=name, at=at, automatic=message.is_automatic, is_threaded=True, files=files)
    return _carried(message, sent) if sent else None


def send_event(ticket: Ticket, message: Message, *, at: datetime) -> OutgoingMail | None:
    """Send what happened by mail to whoever asked; None where no address is known. It is written by a machine."""
    to = ticket.answer_address
    if not to or is_own(to):
        return None
    letter = writing.event(ticket, message, _subject(ticket))
    sent = _post(ticket, letter, to=to, name=str(message.pk), at=at, automatic=True, is_threaded=True)
    if sent:
        _carried(message, sent)
    return sent


def send_copies(ticket: Ticket, message: Message, to: Iterable[str], *, at: datetime) -> list[Delivery]:
    """Send what was said to others too, each by a letter of their own; not twice to one address."""
    sent = (send_copy(ticket, message, to=each, at=at) for each in _others(ticket, to))
    return [each for each in sent if each is not None]


def send_copy(ticket: Ticket, message: Message, *, to: str, at: datetime) -> Delivery | None:
    """Send what was said to somebody else too; None where no letter can go to that address."""
    files, left = _enclosed(message)
    letter = writing.copy_of_answer(ticket, message, _subject(ticket), at=at, left=left)
    name = f"{message.pk}-copy-{message.deliveries.count() + 1}"
    automatic, before = message.is_automatic, _letters_to(ticket, to)
    sent = _post(
        ticket, letter, to=to, name=name, at=at, automatic=automatic, is_threaded=True, files=files, before=before
    )
    return Delivery.objects.create(message=message, client=message.client, mail=sent, is_copy=True) if sent else None


def _others(ticket: Ticket, addresses: Iterable[str]) -> list[str]:
    found = dict.fromkeys(each.strip().lower() for each in addresses)
    found.pop(ticket.answer_address.lower(), None)
    return [each for each in found if each and not is_own(each)][:COPIES_MAX]


def _letters_to(ticket: Ticket, address: str) -> list[str]:
    """The Message-IDs of the last copies to an address, oldest first: what its mail program knows of the ticket."""
    copies = Delivery.objects.filter(message__ticket=ticket, is_copy=True, mail__recipient=address).order_by("-pk")
    return list(reversed(copies.values_list("mail__message_id", flat=True)[:COPIES_KNOWN]))


def _enclosed(message: Message) -> tuple[list[Enclosure], list[Attachment]]:
    """The files of an answer that go with its letter, and those that are too large for that."""
    files: list[Enclosure] = []
    left: list[Attachment] = []
    room = ENCLOSED_BYTES_MAX
    for each in message.attachments.select_related("file"):
        if each.file.size_bytes > room:
            left.append(each)
            continue
        room -= each.file.size_bytes
        files.append(Enclosure(file_id=each.file_id, name=each.name, media_type=each.file.media_type))
    return files, left


def _carried(message: Message, sent: OutgoingMail) -> Delivery:
    """Note on the message by which letter it goes out."""
    message.mail, message.message_id = sent, sent.message_id
    message.in_reply_to = sent.headers.get("In-Reply-To", "")
    message.save(update_fields=["mail", "message_id", "in_reply_to"])
    return Delivery.objects.create(message=message, client=message.client, mail=sent)


def _subject(ticket: Ticket) -> str:
    began_by_mail = ticket.channel == Channel.MAIL
    return threading.answer_subject(ticket.subject, ticket.reference, began_by_mail=began_by_mail)


def _post(
    ticket: Ticket,
    letter: mail.Letter,
    *,
    to: str,
    name: str,
    at: datetime,
    automatic: bool,
    is_threaded: bool = False,
    files: Sequence[Enclosure] = (),
    before: Sequence[str] = (),
) -> OutgoingMail | None:
    address, chain = answer_to(ticket), [*_chain(ticket.messages.all()), *before]
    try:
        return mail.post(
            letter,
            to=to,
            key=f"ticket:{ticket.pk}:{name}",
            at=at,
            client=ticket.client,
            reply_to=seal().reply_address(ticket.reference, address),
            message_id=seal().message_id(ticket.reference, name, address.partition("@")[2]),
            in_reply_to=chain[-1] if chain else "",
            references=chain,
            headers=_thread_headers(ticket, letter.subject, at) if is_threaded else None,
            automatic=automatic,
            files=files,
        )
    except mail.LetterRefused as problem:
        log.warning("no letter can go to this address", ticket=ticket.reference, problem=str(problem))
        return None


def _thread_headers(ticket: Ticket, subject: str, at: datetime) -> dict[str, str]:
    """What Outlook goes by: the conversation's topic, and its index carried on."""
    index = threading.next_index(
        thread_index_of(ticket), key=f"{seal().marker(ticket.reference)}", began_at=ticket.opened_at, at=at
    )
    return {"Thread-Topic": threading.base_subject(subject), "Thread-Index": index}


def _chain(messages: "QuerySet[Message]") -> list[str]:
    """The Message-IDs of the conversation so far, oldest first, as far as they may stand in a header."""
    known = messages.filter(is_public=True).exclude(message_id="").order_by("-id")[:REFERENCES_MAX]
    ids = [each for each in known.values_list("message_id", flat=True) if MESSAGE_ID.fullmatch(each)]
    return list(dict.fromkeys(reversed(ids)))


def _claim(address: str, at: datetime) -> bool:
    """Whether `address` may get an acknowledgement now; taken by a conditional update, so that one wins.

    What stands behind a plus is no other mailbox."""
    address = untagged(address)
    _, is_new = Acknowledgement.objects.get_or_create(address=address, defaults={"sent_at": at})
    rested = Acknowledgement.objects.filter(address=address, sent_at__lte=at - rules.ACKNOWLEDGE_EVERY)
    return is_new or bool(rested.update(sent_at=at))
