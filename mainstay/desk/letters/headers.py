"""Reading header fields of mails that keep to no rule. Nothing here raises, whatever the bytes."""

import re
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime

from mainstay.desk.letters.charsets import decode

VALUE_MAX = 4000
ADDRESSES_MAX = 100
REFERENCES_MAX = 50

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_ID = re.compile(r"<[^<>\s]{1,498}>")
"""A Message-ID that fits its column, brackets included."""
_ONE_ANGLE = re.compile(r"^([^<>]*)<([^<>\s]+)>[^<>@]*$")
_ADDRESS = re.compile(r"^[^\s@<>,;:\"()\[\]]{1,64}@[^\s@<>,;:\"()\[\]]{1,190}$")


def printable(text: str) -> str:
    """`text` without what a database or a page cannot hold: control characters and lone surrogates."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """`text` on one line, as a database, a page and a header can hold it."""
    return _squeezed(printable(text))


def raw_values(message: Message, name: str, *, limit: int = 20) -> list[str]:
    """The values of every field `name`, undecoded, raw 8-bit bytes read as text, each cut to a bounded length."""
    wanted = name.lower()
    found = [unescaped(str(value)[:VALUE_MAX]) for key, value in message.raw_items() if key.lower() == wanted]
    return found[:limit]


def raw_value(message: Message, name: str) -> str:
    """The first field `name`, undecoded, on one line; empty when there is none."""
    found = raw_values(message, name, limit=1)
    return _squeezed(found[0]) if found else ""


def value(message: Message, name: str) -> str:
    """The first field `name` as a person reads it, on one line; empty when there is none."""
    return decoded(raw_value(message, name))


def decoded(text: str) -> str:
    """`text` with its encoded words decoded, whatever charset they claim."""
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError, TypeError, IndexError):
        return one_line(text)
    return one_line("".join(_decode_part(part, charset) for part, charset in parts))


def addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """(display name, lower-case address) of every well-formed address in the fields `names`, at most 100."""
    raw = [_squeezed(each) for name in names for each in raw_values(message, name)]
    pairs = [pair for each in raw for pair in _pairs(each)]
    return [(decoded(name), address.lower()) for name, address in pairs if is_address(address)][:ADDRESSES_MAX]


def is_address(text: str) -> bool:
    """Whether `text` has the form of one plain mail address."""
    return bool(_ADDRESS.match(text)) and printable(text) == text


def message_ids(text: str) -> list[str]:
    """The message ids in a References or In-Reply-To field, in order; the last fifty count."""
    return [printable(each) for each in _ID.findall(text)][-REFERENCES_MAX:]


def date(message: Message) -> datetime | None:
    """When the mail says it was written; None when it does not say so intelligibly."""
    try:
        found = parsedate_to_datetime(raw_value(message, "Date"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def written_at(head: bytes) -> datetime | None:
    """The date in the beginning of a mail; None when it says none."""
    return date(BytesHeaderParser().parsebytes(head))


def _pairs(raw: str) -> list[tuple[str, str]]:
    """(name, address) in one field. Where one address stands in brackets, all before it is its name, with whatever
    comma or @ is in it, so that no name passes for an address."""
    if (found := _ONE_ANGLE.match(raw)) and not _is_list(found[1]):
        return [(found[1].strip().strip('"').replace('\\"', '"'), found[2])]
    try:
        pairs = getaddresses([raw])
    except (ValueError, TypeError, IndexError, RecursionError):
        pairs = []
    return [pair for pair in pairs if pair[1]] or _loose_addresses(raw)


def _is_list(name: str) -> bool:
    """Whether what stands before the brackets holds further addresses: a comma or a colon, an @, and no quotes."""
    return '"' not in name and "=?" not in name and "@" in name and bool({",", ";", ":"} & set(name))


def _loose_addresses(raw: str) -> list[tuple[str, str]]:
    words = (word.strip("<>\"'(),;") for word in raw.split())
    return [("", word) for word in words if "@" in word]


def unescaped(text: str) -> str:
    """Text whose raw bytes the parser kept as surrogates, decoded as far as possible."""
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return decode(text.encode("utf-8", "surrogateescape")) if _is_escaped(text) else printable(text)


def _is_escaped(text: str) -> bool:
    return all(not "\ud800" <= letter <= "\udfff" or "\udc80" <= letter <= "\udcff" for letter in text)


def _decode_part(part: str | bytes, charset: str | None) -> str:
    return part if isinstance(part, str) else decode(part, "" if charset in (None, "unknown-8bit") else charset)


def _squeezed(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
