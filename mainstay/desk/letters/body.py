"""The parts of a mail: which is the text, which is the HTML, which are files. Bounded in number and size."""

import mimetypes
import re
from dataclasses import dataclass, field

from mainstay.desk.letters import headers, inline, uuencoded
from mainstay.desk.letters.charsets import decode
from mainstay.desk.letters.headers import decoded, printable
from mainstay.desk.letters.markup import TAGS_MAX
from mainstay.desk.letters.parsed import CONTENT_ID_MAX, Part
from mainstay.desk.letters.pieces import Piece

FILES_MAX = 50
TOO_MANY_FILES = f"The mail has more than {FILES_MAX} files; the rest is in the original."
ALTERNATIVE = "multipart/alternative"
TEXT_MAX = 500_000
HTML_MAX = 1_000_000
"""Characters of a whole mail that are read."""
BYTES_A_SIGN = 4
TEXT_CUT = "The text of the mail is too long; the rest is in the original."
NAME_MAX = 120
WORDS = {"text/plain", "text/html", "text/enriched", "text/markdown"}
"""What a person reads as the text of a mail; any other text is a file, such as an invitation."""
ENDINGS = {"text/calendar": ".ics", "text/vcard": ".vcf", "text/csv": ".csv", "text/rtf": ".rtf", "text/xml": ".xml"}
NESTED = {
    "message/rfc822": "mail.eml",
    "message/global": "mail.eml",
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/global-disposition-notification": "receipt.txt",
}
"""Parts that are made of mails or header blocks, kept as files under these names, byte for byte."""
NOT_DECODED = "A part of the mail could not be decoded in full."
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the order of letters about, and so hide what kind of file a name says."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands: in the `branch` of the alternatives numbered `group`; 0: in no alternatives."""

    group: int = 0
    branch: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """What a part says: `kind` is text/plain, text/html, ... Of HTML so many `tags` are read, the rest is left out."""

    kind: str
    text: str
    place: Place
    tags: int = 0


@dataclass
class Body:
    """What was found in a mail's parts so far. `room`, `html_room`, `tag_room`: characters of text and HTML and
    tags still taken."""

    words: list[Words] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    room: int = TEXT_MAX
    html_room: int = HTML_MAX
    tag_room: int = TAGS_MAX

    def note(self, problem: str) -> None:
        """Tell of a problem, once."""
        if problem not in self.problems:
            self.problems.append(problem)


def read(mail: Piece) -> Body:
    """What the parts of `mail` hold, in their order."""
    body, group, waiting = Body(), 0, [(mail, Place())]
    while waiting:
        piece, place = waiting.pop()
        if not piece.inner:
            _take(piece, body, place)
            continue
        opens = piece.kind == ALTERNATIVE and not place.group
        group += opens
        places = [Place(group, number) if opens else place for number in range(len(piece.inner))]
        waiting.extend(reversed(list(zip(piece.inner, places, strict=True))))
    return body


def _take(piece: Piece, body: Body, place: Place) -> None:
    kind = piece.kind
    if kind.startswith("multipart/") or kind == "message/partial":
        body.words.append(Words("text/plain", _text(piece, body), place))
    elif _is_file(piece, kind):
        _add_file(piece, kind, body)
    elif kind == "text/html":
        html = _html(piece, body)
        tags = min(html.count("<"), body.tag_room)
        body.tag_room -= tags
        body.words.append(Words(kind, html, place, tags))
    else:
        _add_text(piece, kind, body, place)


def _add_text(part: Piece, kind: str, body: Body, place: Place) -> None:
    """The text of a part, and the files that old programs put into it."""
    text, files = uuencoded.taken_out(_text(part, body))
    body.words.append(Words(kind, text, place))
    for name, content in files:
        if len(body.parts) >= FILES_MAX:
            body.note(TOO_MANY_FILES)
            return
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        body.parts.append(Part(name=_plain_name(name) or "unnamed", content_type=kind, content=content))


def _is_file(part: Piece, kind: str) -> bool:
    return bool(_name(part)) or part.head.get_content_disposition() == "attachment" or kind not in WORDS


def _add_file(part: Piece, kind: str, body: Body) -> None:
    if len(body.parts) >= FILES_MAX:
        body.note(TOO_MANY_FILES)
        return
    name = _name(part) or NESTED.get(kind) or f"unnamed{ENDINGS.get(kind, '')}"
    content_id = headers.raw_value(part.head, "Content-ID").strip("<> ")[:CONTENT_ID_MAX]
    body.parts.append(Part(name=name, content_type=kind, content=_content(part, body), content_id=content_id))


def _content(part: Piece, body: Body) -> bytes:
    content, is_whole = part.content()
    if not is_whole:
        body.note(NOT_DECODED)
    return content


def _text(part: Piece, body: Body) -> str:
    content = _content(part, body)
    looked_at = content[: body.room * BYTES_A_SIGN]
    text = _lines(decode(looked_at, _charset(part)))
    if len(text) > body.room or len(content) > len(looked_at):
        body.note(TEXT_CUT)
    text = text[: body.room]
    body.room -= len(text)
    return text


def _html(part: Piece, body: Body) -> str:
    """The HTML of a part, of a bearable length; the pictures that are written into it become files."""
    content, pictures, is_whole = inline.taken_out(_content(part, body), before=len(body.parts))
    if not is_whole:
        body.note(NOT_DECODED)
    for each in pictures:
        if len(body.parts) >= FILES_MAX:
            body.note(TOO_MANY_FILES)
            break
        name = f"picture-{len(body.parts) + 1}{mimetypes.guess_extension(each.kind) or ''}"
        body.parts.append(Part(name=name, content_type=each.kind, content=each.content, content_id=each.content_id))
    looked_at = content[: body.html_room * BYTES_A_SIGN]
    html = _lines(decode(looked_at, _charset(part)))
    if len(html) > body.html_room or len(content) > len(looked_at):
        body.note(TEXT_CUT)
    html = html[: body.html_room]
    body.html_room -= len(html)
    return html


def _lines(text: str) -> str:
    return printable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _charset(part: Piece) -> str:
    try:
        return str(part.head.get_content_charset() or "")
    except Exception:  # noqa: BLE001 - malformed parameters raise many kinds of errors
        return ""


def _name(part: Piece) -> str:
    try:
        raw = str(part.head.get_filename() or "")
    except Exception:  # noqa: BLE001 - malformed parameters raise many kinds of errors
        return "unnamed"
    return _plain_name(decoded(raw[:2000]))


def _plain_name(name: str) -> str:
    """A file's name without folders, of a bearable length."""
    return _BIDI.sub("", name).replace("\\", "/").rsplit("/", 1)[-1].strip(". ")[-NAME_MAX:]
