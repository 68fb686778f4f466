"""Ruby's versions, as `Gem::Version` orders them.

Source: https://docs.ruby-lang.org/en/master/Gem/Version.html
"""

import re
from functools import cmp_to_key
from itertools import zip_longest

from mainstay.upkeep.rules.versions.order import NoVersion, Order

_SHAPE = re.compile(r"[0-9]+(\.[0-9a-zA-Z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?")


def _gem(version: str) -> list[int | str]:
    """Numbers and words by turns, without the zeros before the first word and at the end."""
    if _SHAPE.fullmatch(version) is None:
        raise NoVersion(version)
    said = re.findall(r"[0-9]+|[a-zA-Z]+", version.replace("-", ".pre."))
    parts = [int(each) if each.isdigit() else each for each in said]
    word = next((place for place, each in enumerate(parts) if isinstance(each, str)), len(parts))
    return _without_zeros(parts[:word]) + _without_zeros(parts[word:])


def _without_zeros(parts: list[int | str]) -> list[int | str]:
    while parts and parts[-1] == 0:
        parts = parts[:-1]
    return parts


def _compare(one: list[int | str], other: list[int | str]) -> int:
    """A part that is not there is 0, and a word stands before a number."""
    for mine, theirs in zip_longest(one, other, fillvalue=0):
        if mine == theirs:
            continue
        if isinstance(mine, str) != isinstance(theirs, str):
            return -1 if isinstance(mine, str) else 1
        return -1 if mine < theirs else 1  # type: ignore[operator]  # two of the same type
    return 0


_key = cmp_to_key(_compare)
GEM = Order("RubyGems", lambda version: _key(_gem(version)))
