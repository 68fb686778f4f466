"""Posting: the letter is stored with the job that sends it, in the caller's transaction."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from mainstay.common.mail.deliver import deliver_mail
from mainstay.common.mail.letter import Enclosure, Letter, LetterRefused, address, further_headers, message_ids
from mainstay.common.models.outgoing_mail import OutgoingMail

KEY_LIMIT = 200
REFERENCES_LIMIT = 30


def post(
    letter: Letter,
    *,
    to: str,
    key: str,
    at: datetime,
    client: Any = None,
    reply_to: str = "",
    message_id: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    sender: str = "",
    headers: Mapping[str, str] | None = None,
    automatic: bool = False,
    files: Sequence[Enclosure] = (),
) -> OutgoingMail:
    """Send `letter` to `to`, once for each `key`: posting again returns the first.

    Args:
        to: one address, with or without a name: `Ada Moss <ada@example.org>`.
        key: what the letter is about and for whom, for example `outage:7:opened:person:3`.
        sender: the From address; without it the installation's.
        automatic: nobody wrote this: it is marked so that no machine answers it.
        files: what goes with it. They are kept for as long as the letter may be sent again.

    Raises:
        LetterRefused: an address or a header is none, or would begin a new header.
    """
    if not key or len(key) > KEY_LIMIT:
        raise LetterRefused(f"key must have 1 to {KEY_LIMIT} characters")
    from_ = address("From", sender or settings.MAINSTAY.mail_from)
    values = {
        "client": client,
        "recipient": str(address("To", to)),
        "sender": str(from_),
        "subject": letter.subject,
        "text": _without_nul(letter.text),
        "html": _without_nul(letter.html),
        "headers": _headers(headers or {}, reply_to, in_reply_to, references, automatic),
        "message_id": _message_id(message_id, from_.domain),
        "files": [{"id": each.file_id, "name": each.name, "type": each.media_type} for each in files],
        "posted_at": at,
    }
    return _post_once(key, values, at)


@transaction.atomic
def _post_once(key: str, values: dict[str, Any], at: datetime) -> OutgoingMail:
    mail, is_new = OutgoingMail.objects.get_or_create(key=key, defaults=values)
    if is_new:
        deliver_mail.using(run_after=at).enqueue(mail_id=mail.pk)
    return mail


def _headers(
    further: Mapping[str, str], reply_to: str, in_reply_to: str, references: Sequence[str], automatic: bool
) -> dict[str, str]:
    headers = further_headers(further)
    if automatic:
        headers.setdefault("Auto-Submitted", "auto-generated")
    if reply_to:
        headers["Reply-To"] = str(address("Reply-To", reply_to))
    if in_reply_to:
        headers["In-Reply-To"] = message_ids("In-Reply-To", (in_reply_to,))[0]
    if references:
        headers["References"] = " ".join(_bounded(message_ids("References", tuple(references))))
    return headers


def _bounded(references: tuple[str, ...]) -> tuple[str, ...]:
    """The first and the newest: what threading needs, however long a conversation gets."""
    if len(references) <= REFERENCES_LIMIT:
        return references
    return (references[0], *references[1 - REFERENCES_LIMIT :])


def _message_id(given: str, domain: str) -> str:
    if given:
        return message_ids("Message-ID", (given,))[0]
    return f"<{secrets.token_hex(16)}@{domain}>"


def _without_nul(text: str) -> str:
    """Text as a database and a mail can hold it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
