"""The fields at the top of a mail or of a part of one, read even where they broke on the way."""

import re
from dataclasses import dataclass, field
from email.message import Message
from email.policy import Compat32
from typing import Any

from mainstay.desk.letters.headers import unescaped

HEADER_BYTES_MAX = 256 * 1024
ALL_BYTES_MAX = 512 * 1024
"""Of all headers in a mail together."""
FIELDS_MAX = 5_000
FIELD_MAX = 2000
"""Characters of a field that are looked at where its parameters are told apart, which takes time by their square."""
BROKEN_LINE = "A line of the mail's header could not be read; it is in the original."
HEADER_CUT = "The header of the mail is too long; its end is in the original."

_BEFORE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?>\r\n|\n|\r)){0,20}"
    rb"(?:>?From (?![ \t]*:)[^\r\n]{0,500}(?>\r\n|\n|\r))?"
)
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]{0,8}:")
_OF_A_MAIL = re.compile(
    rb"(from|to|cc|subject|date|received|return-path|message-id|mime-version|delivered-to|content-type|reply-to|"
    rb"x-original-to|dkim-signature|sender|references|in-reply-to|content-transfer-encoding|arc-seal)$",
    re.IGNORECASE,
)
_OF_A_PART = re.compile(rb"content-(type|transfer-encoding|disposition|id)$", re.IGNORECASE)


class _Bounded(Compat32):
    """The old and forgiving way of reading, with fields of a bearable length."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return super().header_fetch_parse(name, unescaped(value[:FIELD_MAX]))


_POLICY = _Bounded()


@dataclass(slots=True)
class Reader:
    """Reads the headers of one mail. `room`: bytes of headers still looked at; `problems`: what was left out."""

    room: int = ALL_BYTES_MAX
    problems: list[str] = field(default_factory=list)

    def read(self, raw: bytes, start: int, end: int, *, is_part: bool = False) -> tuple[Message, int]:
        """The fields that begin at `start`, and where what stands below them begins."""
        stop, below = _end_of_header(raw, start, end)
        looked_at = raw[start : min(stop, start + min(self.room, HEADER_BYTES_MAX))]
        if len(looked_at) < stop - start:
            looked_at = looked_at[: max(looked_at.rfind(b"\n"), looked_at.rfind(b"\r")) + 1]
        self.room -= len(looked_at)
        fields, used = self._fields(looked_at, _OF_A_PART if is_part else _OF_A_MAIL)
        if used < len(looked_at):
            below = start + used
        elif len(looked_at) < stop - start or len(fields) > FIELDS_MAX:
            self._note(HEADER_CUT)
        return _message(fields[:FIELDS_MAX]), below

    def begin(self, raw: bytes) -> int:
        """Where the header of a mail begins, after what some programs put in front of it."""
        before = _BEFORE.match(raw)
        at = before.end() if before else 0
        return at if _is_known(raw[at : at + 1_000], _OF_A_MAIL) else 0

    def _fields(self, head: bytes, known: re.Pattern[bytes]) -> tuple[list[list[bytes]], int]:
        """Each field as its name and its lines, and how many bytes of `head` they take. A line that is no field has not
        ended the header where known fields stand below it: it is left out."""
        lines = head.splitlines(keepends=True)
        found: list[list[bytes]] = []
        used, last = 0, -1
        for number, line in enumerate(lines):
            if line[:1] in (b" ", b"\t") and found:
                found[-1].append(line)
            elif begun := _FIELD.match(line):
                found.append([begun[1], line[begun.end() :].lstrip(b" \t")])
            else:
                last = last if last > number else _last_known(lines, number, known)
                if not found or last < number:
                    break
                self._note(BROKEN_LINE)
            used += len(line)
        return found, used

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _end_of_header(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header ends, and where what is below the blank line begins."""
    if raw[start : start + 1] in (b"\n", b"\r"):
        return start, min(end, start + (2 if raw[start : start + 2] == b"\r\n" else 1))
    found = (end, end)
    for mark in (b"\n\r\n", b"\n\n", b"\r\r"):
        at = raw.find(mark, start, min(found[0] + len(mark), end))
        found = (at, at + len(mark)) if 0 <= at < found[0] else found
    return found


def _last_known(lines: list[bytes], number: int, known: re.Pattern[bytes]) -> int:
    """The last line from `number` on that is a known field; -1 when there is none."""
    return max((each for each in range(number, len(lines)) if _is_known(lines[each], known)), default=-1)


def _is_known(line: bytes, known: re.Pattern[bytes]) -> bool:
    found = _FIELD.match(line)
    return found is not None and bool(known.match(found[1]))


def _message(fields: list[list[bytes]]) -> Message:
    message = Message(policy=_POLICY)
    for name, *lines in fields:
        value = b"\n".join(each.rstrip(b"\r\n") for each in lines)
        message.set_raw(name.decode("ascii"), value.decode("ascii", "surrogateescape"))
    return message
