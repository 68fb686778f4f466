"""The place in a text where something was found."""

from dataclasses import dataclass

from mainstay.common.search.asking import Asked, Term
from mainstay.common.search.words import TEXT_MAX, located

BEFORE = 60
LENGTH = 200


@dataclass(frozen=True)
class Piece:
    """A part of an excerpt; `is_found` when it is what was looked for."""

    text: str
    is_found: bool = False


def excerpt(text: str, sought: Asked, *, length: int = LENGTH) -> list[Piece]:
    """About `length` characters of the text around the first place where a term stands, what was found apart.

    Empty when no term stands in it.
    """
    spans = _spans(text[:TEXT_MAX], sought)
    if not spans:
        return []
    start = max(0, spans[0][0] - BEFORE)
    if start:
        start = min(spans[0][0], text.find(" ", start) + 1 or start)
    end = min(len(text), max(start + length, spans[0][1]))
    pieces, here = [Piece("… ")] if start else [], start
    for first, last in spans:
        if first < here or last > end:
            continue
        pieces += [Piece(text[here:first])] if first > here else []
        pieces.append(Piece(text[first:last], is_found=True))
        here = last
    pieces += [Piece(text[here:end])] if end > here else []
    return pieces + ([Piece(" …")] if end < len(text) else [])


def _spans(text: str, sought: Asked) -> list[tuple[int, int]]:
    """Where the terms stand, in the order of the text."""
    words = list(located(text))
    found = [
        (words[here][1], words[here + len(term.words) - 1][2])
        for here in range(len(words))
        for term in sought.wanted
        if _stands(words, here, term)
    ]
    return sorted(set(found))


def _stands(words: list[tuple[str, int, int]], here: int, term: Term) -> bool:
    there = [word for word, _, _ in words[here : here + len(term.words)]]
    if len(there) < len(term.words) or tuple(there[:-1]) != term.words[:-1]:
        return False
    return there[-1].startswith(term.words[-1]) if term.is_open else there[-1] == term.words[-1]
