"""From the bytes of a mail to `Parsed`. It never fails: what cannot be read is said in `problems`."""

from email import policy
from email.message import Message
from email.parser import BytesParser
from typing import Any

from mainstay.desk.letters import body, clean, headers, reply
from mainstay.desk.letters.parsed import Parsed

HEADER_BYTES_MAX = 256 * 1024
NESTING_MAX = 60
SUBJECT_MAX = 250
TOO_DEEP = "The mail is nested too deeply to be read; it is attached as it came."


def parse(raw: bytes) -> Parsed:
    """Read a mail. Raises nothing: a mail that is no mail at all gives an empty `Parsed` with a problem."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(_bounded_header(raw), headersonly=_is_too_deep(raw))
        return _parsed(message, is_readable=not _is_too_deep(raw))
    except Exception as problem:  # noqa: BLE001 - the promise of this function: the raw mail still becomes a ticket
        return _unreadable(raw, problem)


def _is_too_deep(raw: bytes) -> bool:
    """Whether parts may be nested past any sense, which the standard library's parser would not survive."""
    lower = raw.lower()
    return lower.count(b"multipart/") + lower.count(b"message/rfc822") > NESTING_MAX


def _bounded_header(raw: bytes) -> bytes:
    """`raw` with a header of a bearable length: a bomb of header lines is cut at its end."""
    ends = [found for mark in (b"\r\n\r\n", b"\n\n") if (found := raw.find(mark)) >= 0]
    end = min(ends, default=len(raw))
    if end <= HEADER_BYTES_MAX:
        return raw
    cut = raw.rfind(b"\n", 0, HEADER_BYTES_MAX)
    return raw[: max(cut, 0)] + b"\n\n" + raw[end:].lstrip()


def _parsed(message: Message, *, is_readable: bool) -> Parsed:
    found = body.read(message) if is_readable else body.Body(problems=[TOO_DEEP])
    text, html = _readable(found)
    return Parsed(
        **_envelope(message),
        **_marks(message),
        text=text,
        reply=reply.new_text(text),
        html=html,
        parts=tuple(found.parts),
        problems=tuple(found.problems),
    )


def _readable(found: body.Body) -> tuple[str, str]:
    """(text, cleaned HTML): the plain parts where there are any, else what the HTML says."""
    html = clean.clean("\n".join(found.htmls)) if any(each.strip() for each in found.htmls) else ""
    text = "\n".join(each.strip() for each in found.texts if each.strip())
    return (text or clean.text_of("\n".join(found.htmls))), html


def _envelope(message: Message) -> dict[str, Any]:
    senders = headers.addresses(message, "From") or headers.addresses(message, "Reply-To", "Sender")
    name, address = senders[0] if senders else ("", "")
    ids = headers.message_ids(headers.raw_value(message, "Message-ID"))
    return {
        "subject": headers.value(message, "Subject")[:SUBJECT_MAX],
        "sender_name": name[:200],
        "sender": address,
        "to": tuple(each for _, each in headers.addresses(message, "To", "Delivered-To", "X-Original-To")),
        "cc": tuple(each for _, each in headers.addresses(message, "Cc")),
        "written_at": headers.date(message),
        "message_id": ids[0] if ids else "",
        "in_reply_to": tuple(headers.message_ids(headers.raw_value(message, "In-Reply-To"))),
        "references": tuple(headers.message_ids(" ".join(headers.raw_values(message, "References", limit=5)))),
    }


def _marks(message: Message) -> dict[str, Any]:
    """What tells a person's mail from a machine's."""
    automatic = headers.raw_value(message, "Auto-Submitted").split(";")[0].strip().lower()
    precedence = headers.raw_value(message, "Precedence").lower()
    kind = message.get_content_type()
    return {
        "is_bounce": kind == "multipart/report" and "delivery-status" in str(message.get("Content-Type", "")),
        "is_automatic": automatic not in ("", "no") or _says_automatic(message) or precedence == "auto_reply",
        "is_list": bool(headers.raw_value(message, "List-Id")) or precedence in ("bulk", "list", "junk"),
        "return_path": _return_path(message),
        "authentication": tuple(headers.raw_values(message, "Authentication-Results", limit=5)),
    }


def _says_automatic(message: Message) -> bool:
    names = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress-Reply", "X-Autoresponder")
    return any(headers.raw_value(message, name) for name in names)


def _return_path(message: Message) -> str | None:
    """The address in Return-Path; empty for the null sender `<>`, None when there is no such field."""
    found = headers.raw_values(message, "Return-Path", limit=1)
    return found[0].strip().strip("<>").strip().lower() if found else None


def _unreadable(raw: bytes, problem: Exception) -> Parsed:
    text = headers.printable(headers.decode_bytes(raw[:20_000]))
    return Parsed(text=text, reply=text, problems=(f"The mail could not be read ({type(problem).__name__}).",))
