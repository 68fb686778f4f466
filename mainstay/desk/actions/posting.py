"""Letters of the desk: the acknowledgement, and answers that find their way back into the ticket."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string

from mainstay.common import mail
from mainstay.common.mail.letter import MESSAGE_ID
from mainstay.common.models import OutgoingMail
from mainstay.desk import rules
from mainstay.desk.models import Acknowledgement, Message, Ticket
from mainstay.desk.queries.addresses import desk_address, is_own, seal

log = structlog.get_logger()
REFERENCES_MAX = 20


def acknowledge(ticket: Ticket, *, at: datetime) -> OutgoingMail | None:
    """Tell whoever asked that the call is logged: at most once an hour for an address, and nothing is echoed."""
    to = ticket.answer_address
    if not to or is_own(to) or not _claim(to, at):
        return None
    subject, text = f"Your request is logged: {ticket.reference}", _words("acknowledgement", ticket)
    return _post(ticket, to=to, subject=subject, name="ack", text=text, at=at, automatic=True)


def send_reply(ticket: Ticket, message: Message, *, at: datetime) -> None:
    """Send an answer by mail, where an address is known, and note on the message by which letter."""
    to = ticket.answer_address
    if not to or is_own(to):
        return
    subject = f"Re: {ticket.subject} [{ticket.reference}]"
    text = _words("reply", ticket, message=message)
    sent = _post(ticket, to=to, subject=subject, name=str(message.pk), text=text, at=at, automatic=message.is_automatic)
    if sent:
        message.mail, message.message_id = sent, sent.message_id
        message.in_reply_to = sent.headers.get("In-Reply-To", "")
        message.save(update_fields=["mail", "message_id", "in_reply_to"])


def _post(
    ticket: Ticket, *, to: str, subject: str, name: str, text: str, at: datetime, automatic: bool
) -> OutgoingMail | None:
    address, chain = desk_address(), _chain(ticket.messages.all())
    try:
        return mail.post(
            mail.Letter(subject=subject, text=text),
            to=to,
            key=f"ticket:{ticket.pk}:{name}",
            at=at,
            client=ticket.client,
            reply_to=seal().reply_address(ticket.reference, address),
            message_id=seal().message_id(ticket.reference, name, address.partition("@")[2]),
            in_reply_to=chain[-1] if chain else "",
            references=chain,
            automatic=automatic,
        )
    except mail.LetterRefused as problem:
        log.warning("no letter can go to this address", ticket=ticket.reference, problem=str(problem))
        return None


def _words(name: str, ticket: Ticket, **context: object) -> str:
    """The text of a letter. It is plain text: nothing in it is ever read as HTML."""
    due = ticket.clocks.filter(kind="first_response").values_list("due_at", flat=True).first()
    context = {"ticket": ticket, "due": _said(due, ticket) if due else "", "url": _portal_url(ticket), **context}
    return render_to_string(f"desk/mail/{name}.txt", context).strip() + "\n"


def _said(at: datetime, ticket: Ticket) -> str:
    """An instant as the client reads it, with the zone named."""
    zone = ticket.client.zone
    return f"{at.astimezone(zone):%A %-d %B %Y, %H:%M} ({zone.key})"


def _portal_url(ticket: Ticket) -> str:
    """Where a contact with an account reads the ticket; empty for whoever has none."""
    has_account = ticket.requester is not None and ticket.requester.user_id is not None
    return settings.MAINSTAY.url.rstrip("/") + ticket.portal_url if has_account else ""


def _chain(messages: "QuerySet[Message]") -> list[str]:
    """The Message-IDs of the conversation so far, oldest first, as far as they may stand in a header."""
    known = messages.filter(is_public=True).exclude(message_id="").order_by("-id")[:REFERENCES_MAX]
    ids = [each for each in known.values_list("message_id", flat=True) if MESSAGE_ID.fullmatch(each)]
    return list(dict.fromkeys(reversed(ids)))


def _claim(address: str, at: datetime) -> bool:
    """Whether `address` may get an acknowledgement now; taken by a conditional update, so that one wins."""
    _, is_new = Acknowledgement.objects.get_or_create(address=address, defaults={"sent_at": at})
    rested = Acknowledgement.objects.filter(address=address, sent_at__lte=at - rules.ACKNOWLEDGE_EVERY)
    return is_new or bool(rested.update(sent_at=at))
