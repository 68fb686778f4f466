"""From the bytes of a mail to `Parsed`. It never fails: what cannot be read is said in `problems`."""

import re
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import Any

from mainstay.desk.letters import body, clean, headers, reply
from mainstay.desk.letters.parsed import Parsed

HEADER_BYTES_MAX = 256 * 1024
FIELD_MAX = 2000
"""Characters of a field that are looked at where its parameters are told apart, which takes time by their square."""
NESTING_MAX = 60
NESTED_WORK_MAX = 20_000_000
SUBJECT_MAX = 250
BEGINNING_MAX = 20_000
TOO_DEEP = "The mail is nested too deeply to be read; below is how it begins."
HEADER_CUT = "The header of the mail is too long; its end is in the original."


class _Bounded(Compat32):
    """The old and forgiving way of reading, with fields of a bearable length."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return super().header_fetch_parse(name, value[:FIELD_MAX])


_POLICY = _Bounded()


def parse(raw: bytes) -> Parsed:
    """Read a mail. Raises nothing: a mail that is no mail at all gives an empty `Parsed` with a problem."""
    try:
        if _is_too_deep(raw):
            return _only_header(raw)
        bounded = _bounded_header(raw)
        found = _parsed(BytesParser(policy=_POLICY).parsebytes(bounded))
        return found if bounded is raw else replace(found, problems=(*found.problems, HEADER_CUT))
    except RecursionError:
        return _only_header(raw)
    except Exception as problem:  # noqa: BLE001 - the promise of this function: the raw mail still becomes a ticket
        return _unreadable(raw, problem)


def _is_too_deep(raw: bytes) -> bool:
    """Whether parts may be nested past any sense: the standard library looks at each line once a level."""
    lower = raw.lower()
    levels = lower.count(b"multipart/") + lower.count(b"message/rfc822")
    return levels > NESTING_MAX and levels * raw.count(b"\n") > NESTED_WORK_MAX


def _bounded_header(raw: bytes) -> bytes:
    """`raw` with a header of a bearable length: a bomb of header lines is cut at its end."""
    ends = [found for mark in (b"\r\n\r\n", b"\n\n") if (found := raw.find(mark)) >= 0]
    end = min(ends, default=len(raw))
    if end <= HEADER_BYTES_MAX:
        return raw
    cut = raw.rfind(b"\n", 0, HEADER_BYTES_MAX)
    return raw[: max(cut, 0)] + b"\n\n" + raw[end:].lstrip()


def _only_header(raw: bytes) -> Parsed:
    """What the header says of a mail whose parts cannot be told apart, and how the rest of it begins."""
    try:
        message = BytesParser(policy=_POLICY).parsebytes(_bounded_header(raw), headersonly=True)
        rest = str(message.get_payload()).encode("utf-8", "surrogateescape")
        text = headers.printable(headers.decode_bytes(rest[:BEGINNING_MAX])).replace("\r\n", "\n").strip()
        return Parsed(**_envelope(message), **_marks(message), text=text, reply=text, problems=(TOO_DEEP,))
    except Exception as problem:  # noqa: BLE001 - as above
        return _unreadable(raw, problem)


def _parsed(message: Message) -> Parsed:
    found = body.read(message)
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
    automatic = re.split(r"[;(\s]", headers.raw_value(message, "Auto-Submitted"))[0].lower()
    precedence = headers.raw_value(message, "Precedence").lower().replace("-", "_")
    kind = message.get_content_type()
    return {
        "is_bounce": kind == "multipart/report" and "delivery-status" in str(message.get("Content-Type", "")).lower(),
        "is_automatic": automatic not in ("", "no")
        or _says_automatic(message)
        or precedence == "auto_reply"
        or kind == "multipart/report",
        "is_list": bool(headers.raw_value(message, "List-Id")) or precedence in ("bulk", "list", "junk"),
        "wants_no_answer": _suppresses_answers(message),
        "return_path": _return_path(message),
        "authentication": tuple(headers.raw_values(message, "Authentication-Results", limit=5)),
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
    text = headers.printable(headers.decode_bytes(raw[:BEGINNING_MAX]))
    return Parsed(text=text, reply=text, problems=(f"The mail could not be read ({type(problem).__name__}).",))
