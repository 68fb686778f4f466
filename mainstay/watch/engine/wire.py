"""Questions to name servers and their answers, as bytes (RFC 1035). Only what addresses need. Pure."""

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

TYPE_A = 1
TYPE_AAAA = 28
CLASS_IN = 1
RECURSION_DESIRED = 0x0100
IS_RESPONSE = 0x8000
IS_TRUNCATED = 0x0200
CODE_MASK = 0x000F
NO_ERROR = 0
NO_SUCH_NAME = 3
NAME_BYTES_MAX = 255
LABEL_BYTES_MAX = 63
POINTER_MASK = 0xC0
RECORDS_MAX = 256

_HEADER = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHIH")


class NotAName(ValueError):
    """The text cannot be asked for: a label is empty or too long, or it is not in ASCII."""


class BadAnswer(ValueError):
    """The bytes are not an answer to the question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name server said: its code (0: no error), whether it was cut short, and the addresses."""

    code: int
    is_truncated: bool
    addresses: tuple[str, ...]


def question(number: int, name: str, kind: int) -> bytes:
    """A question for the records of `kind` of `name`. Raises `NotAName`."""
    return _HEADER.pack(number, RECURSION_DESIRED, 1, 0, 0, 0) + _encode(name) + struct.pack("!HH", kind, CLASS_IN)


def answer(asked: bytes, got: bytes, kind: int) -> Answer:
    """Read `got` as the answer to `asked`.

    Aliases need no following: a recursive server gives the records that they lead to in the same answer.

    Raises:
        BadAnswer: it is cut off, malformed, or answers another question.
    """
    try:
        number, flags, questions, records, _, _ = _HEADER.unpack_from(got)
        asks = asked[_HEADER.size :]
        echoed = got[_HEADER.size : _HEADER.size + len(asks)]
        if number != _HEADER.unpack_from(asked)[0] or not flags & IS_RESPONSE:
            raise BadAnswer("another message")
        if questions != 1 or echoed.lower() != asks.lower():
            raise BadAnswer("another question")
        if flags & IS_TRUNCATED:
            return Answer(flags & CODE_MASK, is_truncated=True, addresses=())
        found = _addresses(got, _HEADER.size + len(asks), min(records, RECORDS_MAX), kind)
    except (struct.error, IndexError) as problem:
        raise BadAnswer("cut off") from problem
    return Answer(flags & CODE_MASK, is_truncated=False, addresses=found)


def _encode(name: str) -> bytes:
    try:
        labels = name.rstrip(".").encode("ascii").split(b".")
    except UnicodeEncodeError as problem:
        raise NotAName(name) from problem
    if any(not 0 < len(label) <= LABEL_BYTES_MAX for label in labels):
        raise NotAName(name)
    encoded = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    if len(encoded) > NAME_BYTES_MAX:
        raise NotAName(name)
    return encoded


def _addresses(got: bytes, at: int, records: int, kind: int) -> tuple[str, ...]:
    found = []
    for _ in range(records):
        at = _after_name(got, at)
        found_kind, found_class, _, length = _RECORD.unpack_from(got, at)
        at += _RECORD.size
        data = got[at : at + length]
        at += length
        if found_kind == kind and found_class == CLASS_IN:
            found.append(_address(data, kind))
    return tuple(found)


def _address(data: bytes, kind: int) -> str:
    if kind == TYPE_A and len(data) == 4:
        return str(IPv4Address(data))
    if kind == TYPE_AAAA and len(data) == 16:
        return str(IPv6Address(data))
    raise BadAnswer("an address of the wrong length")


def _after_name(got: bytes, at: int) -> int:
    """Where the name that begins at `at` ends. A pointer ends it: where that leads to does not matter here."""
    while True:
        length = got[at]
        if length & POINTER_MASK == POINTER_MASK:
            return at + 2
        if length & POINTER_MASK:
            raise BadAnswer("an unknown kind of label")
        at += 1 + length
        if length == 0:
            return at
