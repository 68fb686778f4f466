"""Semantic versions (https://semver.org/), read as widely as npm, Go and the advisories write them."""

import re

from mainstay.upkeep.rules.versions.order import Key, NoVersion, Order

_SHAPE = re.compile(
    r"[=v]*(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:\.\d+)*)"
    r"(?:-?((?<=-)[0-9A-Za-z.-]+|[A-Za-z][0-9A-Za-z.-]*))?(?:\+[0-9A-Za-z.-]*)?"
)
RELEASED = (1,)


def _semver(version: str) -> Key:
    match = _SHAPE.fullmatch(version)
    if match is None:
        raise NoVersion(version)
    major, minor, patch, more, early = match.groups()
    further = tuple(int(each) for each in more.split(".")[1:])
    numbers = (int(major), int(minor or 0), int(patch or 0), further)
    return (*numbers, (0, tuple(_identifier(each) for each in early.split("."))) if early else RELEASED)


def _identifier(text: str) -> tuple[int, int, str]:
    """Numbers stand before words."""
    return (0, int(text), "") if text.isdigit() else (1, 0, text)


SEMVER = Order("SemVer", _semver)
