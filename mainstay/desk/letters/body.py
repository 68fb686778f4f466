"""The parts of a mail: which is the text, which is the HTML, which are files. Bounded in number and size."""

from dataclasses import dataclass, field
from email.message import Message

from charset_normalizer import from_bytes

from mainstay.desk.letters.headers import decode_bytes, decoded, printable
from mainstay.desk.letters.parsed import Part

PARTS_MAX = 500
FILES_MAX = 50
TOO_MANY_FILES = f"The mail has more than {FILES_MAX} files; the rest is in the original."
TEXT_MAX = 500_000
NAME_MAX = 120
WORDS = {"text/plain", "text/html", "text/enriched", "text/markdown"}
"""What a person reads as the text of a mail; any other text is a file, such as an invitation."""
ENDINGS = {"text/calendar": ".ics", "text/vcard": ".vcf", "text/csv": ".csv", "text/rtf": ".rtf", "text/xml": ".xml"}
GUESS_FROM = 120
"""Bytes below which a guess at the character set is worse than Windows-1252."""


@dataclass
class Body:
    """What was found in a mail's parts so far."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(message: Message) -> Body:
    """Walk the parts of `message` in order, without recursion; past 500 parts it stops and says so."""
    body, seen, waiting = Body(), 0, [message]
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > PARTS_MAX:
            body.problems.append(f"The mail has more than {PARTS_MAX} parts; the rest is in the original.")
            break
        waiting.extend(reversed(_take(part, body)))
    return body


def _take(part: Message, body: Body) -> list[Message]:
    """Add `part` to `body`; give back the parts inside it."""
    kind = part.get_content_type()
    payload = part.get_payload()
    if kind == "message/rfc822":
        _add_nested(part, body)
        return []
    if isinstance(payload, list):
        return [each for each in payload if isinstance(each, Message)]
    if kind.startswith("multipart/"):
        body.texts.append(_text(part, body))
    elif _is_file(part, kind):
        _add_file(part, kind, body)
    elif kind == "text/html":
        body.htmls.append(_text(part, body))
    else:
        body.texts.append(_text(part, body))
    return []


def _is_file(part: Message, kind: str) -> bool:
    return bool(_name(part)) or part.get_content_disposition() == "attachment" or kind not in WORDS


def _add_file(part: Message, kind: str, body: Body) -> None:
    if len(body.parts) >= FILES_MAX:
        _once(body, TOO_MANY_FILES)
        return
    name = _name(part) or f"unnamed{ENDINGS.get(kind, '')}"
    body.parts.append(Part(name=name, content_type=kind, content=_content(part, body)))


def _add_nested(part: Message, body: Body) -> None:
    inner = part.get_payload()
    try:
        content = bytes(inner[0].as_bytes()) if isinstance(inner, list) and inner else _content(part, body)  # type: ignore[union-attr]
    except Exception:  # noqa: BLE001 - a nested mail that cannot be written out again is in the original
        _once(body, "A mail inside the mail could not be read.")
        return
    if len(body.parts) >= FILES_MAX:
        _once(body, TOO_MANY_FILES)
        return
    body.parts.append(Part(name=_name(part) or "mail.eml", content_type="message/rfc822", content=content))


def _content(part: Message, body: Body) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - broken transfer encodings raise many kinds of errors
        content = None
    if isinstance(content, bytes):
        return content
    _once(body, "A part of the mail could not be decoded.")
    return b""


def _text(part: Message, body: Body) -> str:
    content = _content(part, body)
    charset = _charset(part)
    text = _claimed(content[: TEXT_MAX * 4], charset) if charset else _guessed(content[: TEXT_MAX * 4])
    if len(text) > TEXT_MAX or len(content) > TEXT_MAX * 4:
        _once(body, "The text of the mail is too long; the rest is in the original.")
    return printable(text.replace("\r\n", "\n").replace("\r", "\n"))[:TEXT_MAX]


def _claimed(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (LookupError, ValueError, TypeError):
        return _guessed(content)


def _guessed(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(content[:20_000]).best() if len(content) >= GUESS_FROM else None
        return decode_bytes(content, best.encoding if best else "")


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except Exception:  # noqa: BLE001 - malformed parameters raise many kinds of errors
        return ""


def _name(part: Message) -> str:
    try:
        raw = str(part.get_filename() or "")
    except Exception:  # noqa: BLE001 - malformed parameters raise many kinds of errors
        return "unnamed"
    name = decoded(raw[:2000]).replace("\\", "/").rsplit("/", 1)[-1].strip(". ")
    return name[-NAME_MAX:]


def _once(body: Body, problem: str) -> None:
    if problem not in body.problems:
        body.problems.append(problem)
