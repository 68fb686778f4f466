"""Which texts speak of what somebody types: words and their beginnings, small slips forgiven. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from math import log

WORD = re.compile(r"[^\W_]{2,40}")
_ENGLISH = """a an and are as at be but by can cannot did do does for from had has have how i if in into is it its me
my no not of on or our out so some something t that the their them then there they this to up us was we were what when
where which who why will with would you your"""
_GERMAN = "der die das und ist nicht ich wir ein eine mit auf im zu den von"
COMMON = frozenset(f"{_ENGLISH} {_GERMAN}".split())
WORDS_MAX = 40
"""How much of what is typed is looked at."""
TITLE_WEIGHT = 3.0
LEAST_LIKE = 0.5
LEAST_SCORE = 1.2
"""Less than about one rare word in common is chance."""


def words_of(text: str) -> list[str]:
    """The words that say something, each once, without case and accents, in the order of the text."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return list(dict.fromkeys(word for word in WORD.findall(plain) if word not in COMMON))


def ranked(typed: str, texts: Mapping[int, tuple[str, str]], *, least: float = LEAST_SCORE) -> list[int]:
    """The keys of `texts` (title and all words) that speak of what was typed, best first.

    A word that many texts have counts less than one that few have.
    """
    asked = words_of(typed)[:WORDS_MAX]
    titles = {key: words_of(title) for key, (title, _) in texts.items()}
    bodies = {key: list(dict.fromkeys([*titles[key], *body.split()])) for key, (_, body) in texts.items()}
    scores = dict.fromkeys(texts, 0.0)
    for word in asked:
        likes = {key: _likeness(word, body) for key, body in bodies.items()}
        hits = sum(like > 0 for like in likes.values())
        rarity = 1.0 + log((1 + len(texts)) / (1 + hits))
        for key, like in likes.items():
            scores[key] += rarity * (like + (TITLE_WEIGHT - 1) * _likeness(word, titles[key]))
    good = [key for key, score in scores.items() if score >= least]
    return sorted(good, key=lambda key: (-scores[key], key))


def _likeness(word: str, among: Iterable[str]) -> float:
    """How much the likest of the other words is like `word`: 1 the same, below LEAST_LIKE nothing."""
    best = 0.0
    for other in among:
        if other == word:
            return 1.0
        if word[0] == other[0]:
            best = max(best, _pair(word, other))
    return best if best >= LEAST_LIKE else 0.0


def _pair(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= 4 and longer.startswith(shorter):
        return max(0.75, len(shorter) / len(longer))
    if len(shorter) < 4 or len(longer) - len(shorter) > 3:
        return 0.0
    left, right = _trigrams(one), _trigrams(other)
    return len(left & right) / len(left | right)


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
