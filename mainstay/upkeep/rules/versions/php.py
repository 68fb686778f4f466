"""PHP's `version_compare`, as WordPress uses it, and Composer's versions, which are normalised before it.

Source: https://www.php.net/manual/en/function.version-compare.php; Composer: https://getcomposer.org/doc/04-schema.md#version
"""

import re
from dataclasses import dataclass
from functools import cmp_to_key

from mainstay.upkeep.rules.versions.order import NoVersion, Order

FORMS = (("dev", 0), ("alpha", 1), ("a", 1), ("beta", 2), ("b", 2), ("RC", 3), ("rc", 3), ("#", 4), ("pl", 5), ("p", 5))
UNKNOWN_FORM, NUMBER_RANK = -1, 4
INT_MAX = 2**63 - 1

_DOTS = re.compile(r"[-_+]|(?<![0-9])[^0-9A-Za-z.]")
"""What stands for a dot; another sign after a digit does not, and begins a word."""
_DIGITS = re.compile(r"[0-9]+")
_MANY_DOTS = re.compile(r"\.{2,}")
_BREAKS = re.compile(r"(?<=[0-9])(?=[^0-9.])|(?<=[^0-9.])(?=[0-9])")
_COMPOSER = re.compile(
    r"v?(\d{1,5})(\.\d+)?(\.\d+)?(\.\d+)?"
    r"(?:[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?\d+)*)?)?([.-]?dev)?)?",
    re.IGNORECASE,
)
_WORDS = {"a": "alpha", "b": "beta", "p": "patch", "pl": "patch", "rc": "RC"}


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between two dots: a number, a word by its rank, or nothing."""

    rank: int
    number: int | None = None
    is_empty: bool = False


NOTHING = Part(UNKNOWN_FORM, is_empty=True)
NUMBER = [Part(NUMBER_RANK)]
"""What a number is, and the end of a version, beside a word: 1-beta < 1 < 1pl."""


def compare(one: list[Part], other: list[Part]) -> int:
    """-1, 0 or 1, as `version_compare` says of the versions that were read."""
    if one == [NOTHING] or other == [NOTHING]:
        return (one != [NOTHING]) - (other != [NOTHING])
    shared = 0
    while _goes_on(one, shared) and _goes_on(other, shared):
        if said := _compare_parts(one[shared], other[shared]):
            return said
        shared += 1
    if shared < len(one):
        return _compare_rest(one[shared:])
    return -_compare_rest(other[shared:]) if shared < len(other) else 0


def parts_of(version: str) -> list[Part]:
    """What stands between the dots of a version, those included that PHP puts in."""
    if version.startswith("#") or not version:
        return [_part(each) for each in version.split(".")]
    dotted = _BREAKS.sub(".", version[0] + _DOTS.sub(".", version)[1:])
    return [_part(each) for each in _MANY_DOTS.sub(".", dotted).split(".")]


def _part(text: str) -> Part:
    if not text:
        return NOTHING
    if digits := _DIGITS.match(text):
        return Part(NUMBER_RANK, min(int(digits[0]), INT_MAX))
    return Part(next((rank for form, rank in FORMS if text.startswith(form)), UNKNOWN_FORM))


def _goes_on(parts: list[Part], place: int) -> bool:
    """Whether anything stands from there on; a dot at the very end is an end of its own."""
    return place < len(parts) - 1 or (place == len(parts) - 1 and not parts[place].is_empty)


def _compare_parts(one: Part, other: Part) -> int:
    if one.number is not None and other.number is not None:
        return (one.number > other.number) - (one.number < other.number)
    return (one.rank > other.rank) - (one.rank < other.rank)


def _compare_rest(parts: list[Part]) -> int:
    """What one version has and the other has not: a number makes it later, a word as much as the word says."""
    return 1 if parts[0].number is not None else compare(parts, NUMBER)


def _composer(version: str) -> str:
    """A tag without its `v`, filled up to four numbers, its suffix in one spelling; what builds say after + is nothing.

    A branch (`dev-main`) is no version.
    """
    match = _COMPOSER.fullmatch(re.sub(r"^([^+]+)\+\S*$", r"\1", version))
    if match is None:
        raise NoVersion(version)
    major, *rest, word, count, dev = match.groups()
    normal = major + "".join(each or ".0" for each in rest)
    word = (word or "").lower()
    if word == "stable":
        return normal
    if word:
        normal += f"-{_WORDS.get(word, word)}{(count or '').lstrip('.-')}"
    return normal + ("-dev" if dev else "")


_key = cmp_to_key(compare)
PHP = Order("PHP", lambda version: _key(parts_of(version)))
COMPOSER = Order("Composer", lambda version: _key(parts_of(_composer(version))))
