"""A mail taken apart, byte for byte, in a time that grows with its size and no faster."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from mainstay.desk.letters import headers, transfer
from mainstay.desk.letters.heads import Reader

PARTS_MAX = 500
LEVELS_MAX = 50
SCANNED_BYTES_MAX = 300 * 1024 * 1024
"""Bytes that are looked at for boundaries, each once a level."""
BOUNDARY_MAX = 500
TOO_DEEP = "The mail is nested too deeply to be read in full; what is inside is in the original."
TOO_MANY = f"The mail has more than {PARTS_MAX} parts; the rest is in the original."


@dataclass(slots=True)
class Piece:
    """A mail or a part of one: its fields, where in `mail` stands what is below them, and the parts inside it."""

    head: Message
    mail: bytes
    start: int
    end: int
    inner: list["Piece"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The content type that it claims, in lower case."""
        return self.head.get_content_type()

    def raw(self) -> bytes:
        """What is below the header, as it came."""
        return self.mail[self.start : self.end]

    def content(self) -> tuple[bytes, bool]:
        """What is below the header without its transfer encoding; and whether all of it could be decoded."""
        return transfer.decoded(self.raw(), headers.raw_value(self.head, "Content-Transfer-Encoding"))

    def walk(self) -> Iterator["Piece"]:
        """This piece and all within it, in their order."""
        yield self
        for each in self.inner:
            yield from each.walk()


@dataclass(slots=True)
class Splitter:
    """Takes one mail apart. `problems` say what of it is not taken apart."""

    reader: Reader = field(default_factory=Reader)
    scanned: int = 0
    parts: int = 0
    problems: list[str] = field(default_factory=list)

    def split(self, raw: bytes) -> Piece:
        """The mail `raw` with all its parts."""
        head, below = self.reader.read(raw, self.reader.begin(raw), len(raw))
        whole = Piece(head, raw, below, len(raw))
        self._fill(whole, level=1)
        self.problems += self.reader.problems
        return whole

    def _fill(self, piece: Piece, *, level: int) -> None:
        boundary = _boundary(piece.head) if piece.kind.startswith("multipart/") else b""
        if not boundary:
            return
        self.scanned += piece.end - piece.start
        if level > LEVELS_MAX or self.scanned > SCANNED_BYTES_MAX:
            self._note(TOO_DEEP)
            return
        for start, end in _between(piece, boundary):
            if self.parts >= PARTS_MAX:
                self._note(TOO_MANY)
                return
            self.parts += 1
            head, below = self.reader.read(piece.mail, start, end, is_part=True)
            inner = Piece(head, piece.mail, below, end)
            if piece.kind == "multipart/digest":
                head.set_default_type("message/rfc822")
            piece.inner.append(inner)
            self._fill(inner, level=level + 1)

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _boundary(head: Message) -> bytes:
    """What stands between the parts; empty where the header does not say it."""
    try:
        found = head.get_boundary() or ""
    except Exception:  # noqa: BLE001 - malformed parameters raise many kinds of errors
        return b""
    return found.encode("utf-8", "surrogateescape")[:BOUNDARY_MAX]


def _between(piece: Piece, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts of `piece` begin and end. The line break before a boundary belongs to the boundary."""
    mark = re.escape(b"--" + boundary)
    line = re.compile(mark + rb"(?<=[\r\n]" + mark + rb")(--)?[ \t]*+(?:\r\n|\n|\r|(?![\s\S]))")
    begin = None
    for found in line.finditer(piece.mail, piece.start, piece.end):
        if begin is not None:
            yield begin, max(begin, _before_break(piece.mail, found.start()))
        begin = None if found[1] else found.end()
    if begin is not None:
        yield begin, piece.end


def _before_break(raw: bytes, at: int) -> int:
    return at - 2 if raw[at - 2 : at] == b"\r\n" else at - 1
