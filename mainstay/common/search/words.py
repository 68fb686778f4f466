"""From a text to the words that are looked for: without accents and case, English endings taken off.

Chinese and Japanese write no spaces: there each character is a word, and a run of them is looked for as a phrase.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer import stemmer

WORDS_MAX = 10_000
"""What is kept of one text; PostgreSQL keeps no position past 16,383."""
LENGTH_MAX = 40
TEXT_MAX = 200_000

_STEMMER = stemmer("english")
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_MARK = re.compile(r"[a-z0-9]{1,30}")


@dataclass(frozen=True)
class Words:
    """The words of a text in their order, and its marks."""

    words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def words_of(*texts: str, marks: Iterable[str] = ()) -> Words:
    """The first 10,000 words of the texts together, each cut at 40 characters.

    Raises:
        ValueError: a mark is more than lower-case letters and digits.
    """
    found: list[str] = []
    for text in texts:
        for word, _, _ in located(text[:TEXT_MAX]):
            if len(found) == WORDS_MAX:
                break
            found.append(word)
    return Words(tuple(found), tuple(marked(each) for each in marks))


def marked(mark: str) -> str:
    """A mark as it stands in the index: with a character that belongs to no word."""
    if not _MARK.fullmatch(mark):
        raise ValueError(f"a mark is lower-case letters and digits: {mark!r}")
    return f"_{mark}"


def located(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of the text as it is looked for, with where it stands: `(word, start, end)`."""
    for match in _WORD.finditer(text):
        if word := stem(match.group()):
            yield word, match.start(), match.end()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word as it is looked for; empty when nothing is left of it."""
    apart = unicodedata.normalize("NFKD", word[:LENGTH_MAX]).casefold()
    plain = "".join(each for each in apart if each.isalnum())[:LENGTH_MAX]
    return str(_STEMMER.stemWord(plain)) if plain else ""
