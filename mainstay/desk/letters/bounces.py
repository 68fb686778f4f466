"""What a mail server says of a mail that it could not hand over: of which, to whom, for good or for now.

RFC 3464 where the server keeps to it; else what Exim, qmail, Postfix, Exchange and Gmail write into header and text.
Nothing here raises, whatever the bytes.
"""

import re
from collections.abc import Iterator
from email.message import Message
from itertools import islice

from mainstay.desk.letters import headers, heads
from mainstay.desk.letters.parsed import Bounce, Undelivered
from mainstay.desk.letters.pieces import Piece

PARTS_MAX = 100
RECIPIENTS_MAX = 50
BLOCKS_MAX = 200
TEXT_LOOKED_AT = 20_000
LINE_MAX = 1_000
REASON_MAX = 300
REPORT_BYTES_MAX = 256 * 1024
REPORTS = ("message/delivery-status", "message/global-delivery-status")
ORIGINALS = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/global-headers",
    "message/rfc822-headers",
)
HANDED_OVER = frozenset({"delivered", "relayed", "expanded"})

_BLANKS = re.compile(rb"(?>\r\n|\n|\r){2,}")
_SENDER = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mailerdaemon)@", re.IGNORECASE)
_SUBJECT = re.compile(
    r"(undeliver|delivery (status notification|(has )?failed|failure)|mail delivery (failed|system)|failure notice|"
    r"returned mail|could not be delivered|non remis|unzustellbar|nicht zugestellt|konnte nicht zugestellt|"
    r"no se (ha podido|pudo) entregar|mancata consegna|onbestelbaar|delivery delayed|warning: message)",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\d.\[])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
"""An enhanced status (RFC 3463), which no part of an address of the network looks like."""
_CODED_STATUS = re.compile(r"(?<![\d.])[245]\d\d[ \-]#?([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_CODE = re.compile(r"(?<![\d.\[:-])[45]\d\d(?![\d.\]-])")
_NAMED = re.compile(r"<?([^\s<>@:]{1,64}@[^\s<>@:]{1,190})>?:?(.*)")
_ID_LINE = re.compile(r"[> \t]{0,20}message-id:[ \t]{0,20}(<[^<>\s]{1,498}>)", re.IGNORECASE)
_LATE = re.compile(
    r"\b(delayed|will be retried|still trying|not yet been delivered|warning message only)\b", re.IGNORECASE
)


def read(mail: Piece, sender: str, subject: str, text: str, return_path: str | None) -> Bounce | None:
    """What `mail` says of another mail; None where it is no bounce.

    Args:
        sender: the address it is from.
        return_path: of its envelope, empty for the null sender; None where that is not known.
    """
    is_report = _is_report(mail.head)
    failed_to = headers.raw_value(mail.head, "X-Failed-Recipients")
    looks_so = bool(_SENDER.match(sender) or return_path == "") and bool(_SUBJECT.search(subject))
    if not (is_report or failed_to or looks_so):
        return None
    blocks = [each for part in _parts(mail, REPORTS) for each in _blocks(part)]
    found = [each for block in blocks if (each := _of_block(block))]
    named = found or list(_of_text(failed_to, text))
    return Bounce(undelivered=tuple(named[:RECIPIENTS_MAX]), original_ids=tuple(_original_ids(mail, text)))


def _is_report(message: Message) -> bool:
    kind = str(message.get("Content-Type", "")).lower()
    return message.get_content_type() == "multipart/report" and "delivery-status" in kind


def _parts(mail: Piece, kinds: tuple[str, ...]) -> Iterator[Piece]:
    return (each for each in islice(mail.walk(), PARTS_MAX) if each.kind in kinds)


def _blocks(part: Piece) -> list[Message]:
    """The blocks of fields of a delivery status, of which there is one a recipient."""
    blocks = _BLANKS.split(part.content()[0][:REPORT_BYTES_MAX].strip(), maxsplit=BLOCKS_MAX)[:BLOCKS_MAX]
    reader = heads.Reader()
    return [reader.read(each, 0, len(each))[0] for each in blocks]


def _of_block(block: Message) -> Undelivered | None:
    """What a block of a delivery status says of one recipient (RFC 3464, section 2.3)."""
    named = headers.raw_value(block, "Original-Recipient") or headers.raw_value(block, "Final-Recipient")
    address = named.rpartition(";")[2].strip().strip("<>").lower()
    action = headers.raw_value(block, "Action").lower()
    if not headers.is_address(address) or action in HANDED_OVER:
        return None
    status = headers.raw_value(block, "Status").split(" ")[0]
    said = headers.raw_value(block, "Diagnostic-Code").partition(";")[2].strip()
    is_hard = action != "delayed" and not status.startswith("4")
    return Undelivered(address=address, status=status[:16], is_hard=is_hard, reason=headers.one_line(said)[:REASON_MAX])


def _of_text(failed_to: str, text: str) -> Iterator[Undelivered]:
    """What a server says in words: the recipients are named in a field, or at the beginning of a line."""
    lines = _lines(text)
    begins = _named_lines(lines)
    said = [each.strip().lower() for each in failed_to.split(",")]
    named = [each for each in dict.fromkeys(said) if headers.is_address(each)] or list(begins)
    is_late, anywhere = any(_LATE.search(each) for each in lines), _status_in(lines)
    ends = sorted([*begins.values(), len(lines)])
    for address in named[:RECIPIENTS_MAX]:
        first = begins.get(address, 0)
        below = lines[first : next((each for each in ends if each > first), len(lines))]
        status, reason = _status_in(below) or anywhere or ("", _rest(below) if address in begins else "")
        is_hard = not status.startswith("4") and not is_late
        enhanced = status if "." in status else ""
        yield Undelivered(address, enhanced, is_hard=is_hard, reason=headers.one_line(reason)[:REASON_MAX])


def _lines(text: str) -> list[str]:
    """The lines that are looked at, none of them longer than a server writes."""
    return [each[:LINE_MAX].strip() for each in text[:TEXT_LOOKED_AT].split("\n")]


def _named_lines(lines: list[str]) -> dict[str, int]:
    """The addresses that stand at the beginning of a line, each with the first such line."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines):
        named = _NAMED.match(line)
        if named and headers.is_address(named[1].lower()):
            found.setdefault(named[1].lower(), number)
    return found


def _rest(below: list[str]) -> str:
    """What stands after the address at the beginning of the first line."""
    named = _NAMED.match(below[0]) if below else None
    return named[2].strip() if named else ""


def _status_in(lines: list[str]) -> tuple[str, str] | None:
    """An enhanced status, else a code of three digits, and the line that says it."""
    for pattern in (_CODED_STATUS, _STATUS, _CODE):
        for line in lines:
            if found := pattern.search(line):
                return found[found.lastindex or 0], line
    return None


def _original_ids(mail: Piece, text: str) -> list[str]:
    """The Message-IDs by which the mail that came back is known: its own first, then those that it answered."""
    for part in _parts(mail, ORIGINALS):
        reader, raw = heads.Reader(), part.content()[0]
        original, _ = reader.read(raw, reader.begin(raw), len(raw))
        if own := headers.message_ids(headers.raw_value(original, "Message-ID")):
            answered = headers.message_ids(" ".join(headers.raw_values(original, "References", limit=5)))
            return list(dict.fromkeys([*own, *reversed(answered)]))
    named = (_ID_LINE.match(each) for each in text[:TEXT_LOOKED_AT].split("\n"))
    return list(dict.fromkeys(each[1] for each in named if each))
