"""What the desk's letters say: the agency's words in the reader's language, as plain text and the same as HTML."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from mainstay.access.models import User
from mainstay.clients import queries as clients
from mainstay.common import mail
from mainstay.desk.letters.headers import one_line
from mainstay.desk.models import Attachment, Message, Ticket
from mainstay.desk.queries.addresses import seal
from mainstay.desk.queries.wordings import language_of, words_for
from mainstay.desk.wordings import LetterKind, Words, filled
from mainstay.kit.dates import instant


def letter(subject: str, text: str, language: str) -> mail.Letter:
    """A letter of this text. In its twin links can be followed, and nothing that a person wrote is read as HTML."""
    given = {"text": text, "subject": subject, "language": language}
    html = render_to_string("desk/mail/letter.html", given).strip() + "\n"
    return mail.Letter(subject=subject, text=text.strip("\n") + "\n", html=html)


def acknowledgement(ticket: Ticket, *, at: datetime) -> mail.Letter:
    """That the call is logged: nothing of what a stranger typed is repeated."""
    words, language = words_for(LetterKind.ACKNOWLEDGEMENT, language_of(ticket))
    values = _values(ticket, language, at)
    return letter(filled(words.subject, values), _marked(filled(words.text, values), ticket), language)


def answer(
    ticket: Ticket,
    message: Message,
    subject: str,
    *,
    at: datetime,
    closes: bool = False,
    left: Sequence[Attachment] = (),
) -> mail.Letter:
    """What somebody wrote, with the words that stand around it. `left` are files that are too large to go with it."""
    words, language = words_for(LetterKind.CLOSING if closes else LetterKind.ANSWER, language_of(ticket))
    return _around(ticket, message, subject, words, language, at, _portal_url(ticket), left)


def copy_of_answer(
    ticket: Ticket, message: Message, subject: str, *, at: datetime, left: Sequence[Attachment] = ()
) -> mail.Letter:
    """The same for somebody who may not have an account."""
    words, language = words_for(LetterKind.ANSWER, language_of(ticket))
    return _around(ticket, message, subject, words, language, at, "", left)


def event(ticket: Ticket, message: Message, subject: str) -> mail.Letter:
    """What happened on the ticket by itself."""
    context = {
        "ticket": ticket,
        "message": message,
        "url": _portal_url(ticket),
        "marker": seal().marker(ticket.reference),
    }
    return letter(subject, render_to_string("desk/mail/event.txt", context), "en-gb")


def _around(
    ticket: Ticket,
    message: Message,
    subject: str,
    words: Words,
    language: str,
    at: datetime,
    link: str,
    left: Sequence[Attachment],
) -> mail.Letter:
    with translation.override(language):
        author = gettext("Written by Mainstay") if message.is_automatic else message.author_name
        said = "\n\n".join([message.text, *_left_out(left, link)])
    values = {**_values(ticket, language, at), "answer": said, "author": author, "link": link}
    return letter(subject, _marked(filled(words.text, values), ticket), language)


def _left_out(left: Sequence[Attachment], link: str) -> list[str]:
    """What is said of files that are too large for a mail."""
    names = ", ".join(f"{one_line(each.name)} ({filesizeformat(each.file.size_bytes)})" for each in left)
    if not left:
        return []
    if link:
        return [gettext("Too large for a mail, and to be found in the portal: %(names)s") % {"names": names}]
    return [gettext("Too large for a mail, ask us for another way: %(names)s") % {"names": names}]


def _values(ticket: Ticket, language: str, at: datetime) -> dict[str, str]:
    """What variables stand for in any letter about a ticket."""
    is_known = not ticket.client.is_agency and not ticket.needs_hand
    due = ticket.clocks.filter(kind="first_response").values_list("due_at", flat=True).first()
    return {
        "reference": ticket.reference,
        "client": "" if ticket.client.is_agency else ticket.client.name,
        "agency": clients.agency().name,
        "manager": _named(clients.account_manager(ticket.client, at)) if is_known else "",
        "link": _portal_url(ticket),
        "due": _said(due, ticket, language) if due and not ticket.needs_hand else "",
    }


def _named(person: User | None) -> str:
    """How a person can be reached, in one line."""
    return ", ".join(each for each in (person.name, person.email, person.phone) if each) if person else ""


def _marked(text: str, ticket: Ticket) -> str:
    """The text with the token for programs that keep the text they answer and nothing else."""
    return f"{text.strip()}\n[{seal().marker(ticket.reference)}]\n"


def _said(at: datetime, ticket: Ticket, language: str) -> str:
    """An instant as the client reads it, with the zone named."""
    zone = ticket.client.zone
    with translation.override(language):
        return f"{instant(at.astimezone(zone))} ({zone.key})"


def _portal_url(ticket: Ticket) -> str:
    """Where a contact with an account reads the ticket; empty for whoever has none."""
    has_account = ticket.requester is not None and ticket.requester.user_id is not None
    return settings.MAINSTAY.url.rstrip("/") + ticket.portal_url if has_account else ""
