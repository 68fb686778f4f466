"""Which characters the bundled fonts can show. What none of them can is written out as its code: ‹U+4E2D›.

A character without a glyph would stop an accessible PDF, and a box in its place would hide what was written.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT = frozenset("\n\t \u00a0\u200d\ufe0f")


def showable(text: str) -> str:
    """`text` with every character that the fonts lack, and every control character, written out or left off."""
    return "".join(_shown(character) for character in unicodedata.normalize("NFC", text))


@cache
def characters() -> frozenset[int]:
    """The code points that at least one bundled font has a glyph for."""
    return frozenset().union(*(_code_points(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))))


def _shown(character: str) -> str:
    if character in _KEPT or (ord(character) in characters() and not _is_control(character)):
        return character
    if _is_control(character):
        return ""
    return f"‹U+{ord(character):04X}›"


def _is_control(character: str) -> bool:
    """Control characters, and the marks that turn the direction of the text around them."""
    return unicodedata.category(character) in ("Cc", "Cs") or character in _TURNS


def _code_points(font: bytes) -> set[int]:
    """The code points in a TrueType font's character map, formats 4 and 12."""
    start = _table(font, b"cmap")
    count = struct.unpack_from(">H", font, start + 2)[0]
    found: set[int] = set()
    for index in range(count):
        offset = struct.unpack_from(">I", font, start + 8 + 8 * index)[0]
        found.update(_subtable(font, start + offset))
    return found


def _table(font: bytes, tag: bytes) -> int:
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag.decode()}")


def _subtable(font: bytes, start: int) -> Iterator[int]:
    kind = struct.unpack_from(">H", font, start)[0]
    if kind == 4:
        yield from _segments(font, start)
    if kind == 12:
        for group in range(struct.unpack_from(">I", font, start + 12)[0]):
            first, last, _ = struct.unpack_from(">III", font, start + 16 + 12 * group)
            yield from range(first, last + 1)


def _segments(font: bytes, start: int) -> Iterator[int]:
    """Format 4: segments of code points, the last of which (0xFFFF) is only an end mark."""
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    last = struct.unpack_from(f">{count}H", font, start + 14)
    first = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
    delta = struct.unpack_from(f">{count}H", font, start + 16 + 4 * count)
    offset = struct.unpack_from(f">{count}H", font, start + 16 + 6 * count)
    for index in range(count):
        for code in range(first[index], last[index] + 1):
            if code != 0xFFFF and (offset[index] or (code + delta[index]) % 65536):
                yield code
