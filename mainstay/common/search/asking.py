"""What somebody typed into a search field."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mainstay.common.search.words import located, marked

TYPED_MAX = 200
TERMS_MAX = 12

_CHUNK = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<plain>\S+))')


@dataclass(frozen=True, kw_only=True)
class Term:
    """Words that must stand one after another; of the last one the beginning is enough when `is_open`."""

    words: tuple[str, ...]
    is_open: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True)
class Asked:
    """All of `terms` and all of `marks`, where at least one term is wanted."""

    terms: tuple[Term, ...]
    marks: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_unwanted)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_unwanted)


def asked(typed: str, *, marks: Iterable[str] = ()) -> Asked | None:
    """What was typed, at most 12 terms of it: words that must all be there, `"in this order"`, `-without`.

    The word typed last counts as a beginning, because it may not be finished. None when there is nothing to look for.
    """
    chunks = list(_CHUNK.finditer(typed[:TYPED_MAX]))
    terms = [
        Term(words=words, is_open=_is_open(chunk, typed, is_last=chunk is chunks[-1]), is_unwanted=bool(chunk["minus"]))
        for chunk in chunks
        if (words := tuple(word for word, _, _ in located(chunk["phrase"] or chunk["plain"] or "")))
    ][:TERMS_MAX]
    found = Asked(tuple(terms), tuple(marked(each) for each in marks))
    return found if found.wanted else None


def _is_open(chunk: re.Match[str], typed: str, *, is_last: bool) -> bool:
    """Whether more may follow: a word that ends what was typed, or one with a star."""
    if chunk["plain"] is None or chunk["minus"]:
        return False
    ends_typed = is_last and not typed[:TYPED_MAX].endswith(" ")
    return chunk["plain"].endswith("*") or (ends_typed and len(chunk["plain"]) > 1)
