"""PHP's `version_compare`, as WordPress uses it, and Composer's versions, which are normalised before it.

Source: https://www.php.net/manual/en/function.version-compare.php; Composer: https://getcomposer.org/doc/04-schema.md#version
"""

import re
from functools import cmp_to_key

from mainstay.upkeep.rules.versions.order import NoVersion, Order

FORMS = (("dev", 0), ("alpha", 1), ("a", 1), ("beta", 2), ("b", 2), ("RC", 3), ("rc", 3), ("#", 4), ("pl", 5), ("p", 5))
UNKNOWN_FORM = -1
NUMBER = "#N#"
"""What a number is, and the end of a version, beside a word: 1-beta < 1 < 1pl."""
INT_MAX = 2**63 - 1

_DOTS = re.compile(r"[-_+]|(?<![0-9])[^0-9A-Za-z.]")
"""What stands for a dot; another sign after a digit does not, and begins a word."""
_BREAKS = re.compile(r"(?<=[0-9])(?=[^0-9.])|(?<=[^0-9.])(?=[0-9])")
_COMPOSER = re.compile(
    r"v?(\d{1,5})(\.\d+)?(\.\d+)?(\.\d+)?"
    r"(?:[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?\d+)*)?)?([.-]?dev)?)?",
    re.IGNORECASE,
)
_WORDS = {"a": "alpha", "b": "beta", "p": "patch", "pl": "patch", "rc": "RC"}


def compare(one: str, other: str) -> int:
    """-1, 0 or 1, as `version_compare` says."""
    if not one or not other:
        return _sign(one, other)
    mine, theirs = _parts(one), _parts(other)
    shared = 0
    while _goes_on(mine, shared) and _goes_on(theirs, shared):
        if said := _compare_parts(mine[shared], theirs[shared]):
            return said
        shared += 1
    if shared < len(mine):
        return _compare_rest(mine[shared:])
    return -_compare_rest(theirs[shared:]) if shared < len(theirs) else 0


def _parts(version: str) -> list[str]:
    if version.startswith("#"):
        return version.split(".")
    dotted = _BREAKS.sub(".", version[0] + _DOTS.sub(".", version)[1:])
    return re.sub(r"\.{2,}", ".", dotted).split(".")


def _goes_on(parts: list[str], place: int) -> bool:
    """Whether anything stands from there on; a dot at the very end is an end of its own."""
    return place < len(parts) - 1 or (place == len(parts) - 1 and parts[place] != "")


def _compare_parts(one: str, other: str) -> int:
    if _is_number(one) and _is_number(other):
        return _sign(min(int(_digits(one)), INT_MAX), min(int(_digits(other)), INT_MAX))
    return _sign(_rank(NUMBER if _is_number(one) else one), _rank(NUMBER if _is_number(other) else other))


def _compare_rest(parts: list[str]) -> int:
    """What one version has and the other has not: a number makes it later, a word as much as the word says."""
    return 1 if _is_number(parts[0]) else compare(".".join(parts), NUMBER)


def _is_number(part: str) -> bool:
    return part[:1].isascii() and part[:1].isdigit()


def _digits(part: str) -> str:
    return re.match(r"[0-9]+", part)[0]  # type: ignore[index]  # it begins with one


def _rank(word: str) -> int:
    return next((rank for form, rank in FORMS if word.startswith(form)), UNKNOWN_FORM)


def _sign(one: int | str, other: int | str) -> int:
    return (one > other) - (one < other)  # type: ignore[operator]  # two of the same type


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
PHP = Order("PHP", _key)
COMPOSER = Order("Composer", lambda version: _key(_composer(version)))
