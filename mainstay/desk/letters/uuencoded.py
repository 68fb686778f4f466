"""Files that stand in the text of a mail, as programs of the last century send them (uuencode, POSIX)."""

import binascii
import re

BEGIN = re.compile(r"begin(?:-base64)? ([0-7]{3,4}) (\S.{0,200})$")
BEGIN_MAX = 240
LINES_MIN = 1
BROKEN_MAX = 20
"""After so many beginnings without an end the rest is text: each costs a look at all that follows."""


def taken_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """`text` without the files in it, and these: name and content. What is cut off or broken stays text."""
    if "begin" not in text:
        return text, []
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    lines = text.split("\n")
    number = broken = 0
    while number < len(lines):
        begun = _begun(lines[number]) if broken < BROKEN_MAX else None
        found = _file(lines, number + 1, is_base64=lines[number].startswith("begin-base64")) if begun else None
        if begun and found:
            content, number = found
            files.append((begun[2], content))
        else:
            broken += begun is not None
            kept.append(lines[number])
            number += 1
    return "\n".join(kept), files


def _begun(line: str) -> re.Match[str] | None:
    return BEGIN.match(line[:BEGIN_MAX].rstrip()) if line.startswith("begin") else None


def _file(lines: list[str], number: int, *, is_base64: bool) -> tuple[bytes, int] | None:
    """The file whose first line is at `number`, and the number of the line after its end."""
    content = bytearray()
    start = number
    for number in range(start, len(lines)):
        line = lines[number].rstrip()
        if line in ("end", "===="):
            return (bytes(content), number + 1) if number - start >= LINES_MIN else None
        chunk = _decoded(line, is_base64=is_base64)
        if chunk is None:
            return None
        content += chunk
    return None


def _decoded(line: str, *, is_base64: bool) -> bytes | None:
    if not line or line == "`":
        return b""
    try:
        if is_base64:
            return binascii.a2b_base64(line, strict_mode=True)
        return binascii.a2b_uu(line)
    except (binascii.Error, ValueError):
        return _without_padding(line)


def _without_padding(line: str) -> bytes | None:
    """A line to which some programs add a check or padding: as long as its first character says."""
    length = (ord(line[0]) - 32) & 63
    needed = (length * 8 + 5) // 6 + 1
    try:
        return binascii.a2b_uu(line[:needed])
    except (binascii.Error, ValueError):
        return None
