"""From the bytes of a mail to `Parsed`. It never fails: what cannot be read is said in `problems`."""

import re
from email.message import Message
from typing import Any

from mainstay.desk.letters import authentication, body, bounces, charsets, headers, pieces, readable, reply
from mainstay.desk.letters.parsed import Parsed

SUBJECT_MAX = 250
BEGINNING_MAX = 20_000

_AWAY = re.compile(
    r"^\s*(automatic reply|auto(matic)?[ -]?(reply|response)|autoreply|out of (the )?office|automatische antwort|"
    r"abwesenheitsnotiz|abwesend|réponse automatique|absence du bureau|respuesta automática|fuera de la oficina|"
    r"risposta automatica|fuori sede|automatisch antwoord|autosvar|automatická odpověď|odpowiedź automatyczna|"
    r"resposta automática)(?=\s*(?:[:：!(–—-]|$|until\b|from\b|bis\b|vom\b|von\b|jusqu|hasta\b|re:))",
    re.IGNORECASE,
)
"""How a subject begins that Outlook, Gmail and others write for somebody who is away; "Re:" before it is a person."""


_FORWARDED = re.compile(r"\s*(fwd?|wg|tr|rv|i|enc|vs|vb|doorst)\s*:", re.IGNORECASE)
"""How a subject begins where somebody hands on what another wrote: all of it is new to the desk."""


def parse(raw: bytes) -> Parsed:
    """Read a mail. Raises nothing: a mail that is no mail at all gives an empty `Parsed` with a problem."""
    try:
        splitter = pieces.Splitter()
        return _parsed(splitter.split(raw), splitter.problems)
    except Exception as problem:  # noqa: BLE001 - the promise of this function: the raw mail still becomes a ticket
        return _unreadable(raw, problem)


def _parsed(mail: pieces.Piece, problems: list[str]) -> Parsed:
    found = body.read(mail)
    text, html = readable.text_of(found.words), readable.html_of(found.words)
    if len(text) > body.TEXT_MAX:
        text = text[: body.TEXT_MAX]
        found.note(body.TEXT_CUT)
    envelope, marks = _envelope(mail.head), _marks(mail.head)
    return Parsed(
        **envelope,
        **marks,
        bounce=bounces.read(mail, envelope["sender"], envelope["subject"], text, marks["return_path"]),
        text=text,
        reply=text if _FORWARDED.match(envelope["subject"]) else reply.new_text(text),
        html=html,
        parts=tuple(found.parts),
        problems=(*problems, *found.problems),
    )


def _envelope(message: Message) -> dict[str, Any]:
    senders = headers.addresses(message, "From") or headers.addresses(message, "Reply-To", "Sender")
    name, address = senders[0] if senders else ("", "")
    ids = headers.message_ids(headers.raw_value(message, "Message-ID"))
    return {
        "subject": headers.value(message, "Subject")[:SUBJECT_MAX],
        "sender_name": name[:200],
        "sender": address,
        "to": tuple(each for _, each in headers.addresses(message, "To")),
        "delivered_to": tuple(each for _, each in headers.addresses(message, "Delivered-To", "X-Original-To")),
        "cc": tuple(each for _, each in headers.addresses(message, "Cc")),
        "written_at": headers.date(message),
        "message_id": ids[0] if ids else "",
        "in_reply_to": tuple(headers.message_ids(headers.raw_value(message, "In-Reply-To"))),
        "references": tuple(headers.message_ids(" ".join(headers.raw_values(message, "References", limit=5)))),
    }


def _marks(message: Message) -> dict[str, Any]:
    """What tells a person's mail from a machine's."""
    automatic = re.split(r"[;(\s]", headers.raw_value(message, "Auto-Submitted"))[0].lower()
    precedence = headers.raw_value(message, "Precedence").lower().replace("-", "_")
    kind = message.get_content_type()
    return {
        "is_automatic": automatic not in ("", "no")
        or _says_automatic(message)
        or precedence == "auto_reply"
        or kind == "multipart/report"
        or bool(_AWAY.match(headers.value(message, "Subject"))),
        "is_list": bool(headers.raw_value(message, "List-Id")) or precedence in ("bulk", "list", "junk"),
        "wants_no_answer": _suppresses_answers(message),
        "return_path": _return_path(message),
        "authentication": authentication.fields_of(message),
    }


def _says_automatic(message: Message) -> bool:
    names = ("X-Autoreply", "X-Autorespond", "X-Autoresponder")
    return any(headers.raw_value(message, name) for name in names)


def _suppresses_answers(message: Message) -> bool:
    """Whether no machine is to answer; some programs say so in what a person wrote, and newsletters by their form."""
    refused = {each.strip() for each in headers.raw_value(message, "X-Auto-Response-Suppress").lower().split(",")}
    return bool({"all", "autoreply"} & refused) or bool(headers.raw_value(message, "List-Unsubscribe"))


def _return_path(message: Message) -> str | None:
    """The address in Return-Path; empty for the null sender `<>`, None when there is no such field."""
    found = headers.raw_values(message, "Return-Path", limit=1)
    return found[0].strip().strip("<>").strip().lower() if found else None


def _unreadable(raw: bytes, problem: Exception) -> Parsed:
    text = headers.printable(charsets.decode(raw[:BEGINNING_MAX]))
    return Parsed(text=text, reply=text, problems=(f"The mail could not be read ({type(problem).__name__}).",))
