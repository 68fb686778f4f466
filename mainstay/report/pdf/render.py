"""A printed report as a tagged PDF. Nothing is read from the disk or the network while it is laid out."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from mainstay.report.pdf.coverage import FONTS, showable

SOURCES = Path(__file__).parent
CODE = "‹U+"
"""How a character begins that is written out; the report then says what that means."""

GLYPH_MISSING = "could not be displayed"
BREAK_PAST, BREAK_EVERY = 20, 8
"""A run of more than 20 characters without a space gets an invisible place to break after every 8: none is cut."""


def pdf(printed: dict[str, Any], *, at: datetime, source: str = "report.typ") -> bytes:
    """The PDF of `printed`, laid out by `source`, dated `at` to the second. The same content gives the same bytes.

    It is PDF/UA-1, unless a cluster of characters has no glyph in spite of `showable`: then the standard refuses
    the file, and it is tagged all the same.

    Raises:
        typst.TypstError: the template does not compile; its message says where.
    """
    safe = _safe(printed)
    safe["has_codes"] = CODE in json.dumps(safe, ensure_ascii=False)
    data = json.dumps(safe, ensure_ascii=False).encode()
    files = {"main.typ": _source(source), "look.typ": _source("look.typ"), "data.json": data}
    try:
        return _compile(files, at, ["ua-1"])
    except typst.TypstError as problem:
        if GLYPH_MISSING not in problem.message:
            raise
    return _compile(files, at, [])


def _compile(files: dict[str, bytes], at: datetime, standards: list[Any]) -> bytes:
    stamp = at.astimezone(UTC).replace(microsecond=0)  # finer ones are refused
    world: Any = files  # the type hints leave out that a world of files in memory is taken as well
    return bytes(typst.compile(world, font_paths=_fonts(), format="pdf", pdf_standards=standards, timestamp=stamp))


@cache
def _source(name: str) -> bytes:
    return (SOURCES / name).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _safe(value: Any) -> Any:
    """`value` with every text made showable."""
    if isinstance(value, str):
        return _breakable(showable(value))
    if isinstance(value, dict):
        return {key: _safe(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_safe(each) for each in value]
    return value


def _breakable(text: str) -> str:
    """`text` in which no run without a space is too long for a narrow column."""
    return " ".join(_broken(word) for word in text.split(" "))


def _broken(word: str) -> str:
    if len(word) <= BREAK_PAST:
        return word
    return "\u200b".join(word[start : start + BREAK_EVERY] for start in range(0, len(word), BREAK_EVERY))
