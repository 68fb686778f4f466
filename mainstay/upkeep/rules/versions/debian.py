"""Debian's versions: `epoch:upstream-revision`.

Source: https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
"""

import re

from mainstay.upkeep.rules.versions.order import Key, NoVersion, Order

_SHAPE = re.compile(r"(?:(\d+):)?([A-Za-z0-9.+~:-]*?)(?:-([A-Za-z0-9+.~]+))?")
_RUNS = re.compile(r"([^0-9]*)([0-9]*)")
END = (0,)
"""Where a run of other characters ends: after a tilde, before everything else."""


def _debian(version: str) -> Key:
    match = _SHAPE.fullmatch(version)
    if match is None:
        raise NoVersion(version)
    epoch, upstream, revision = match.groups()
    if not upstream or (revision is None and "-" in upstream) or (epoch is None and ":" in upstream):
        raise NoVersion(version)
    return (int(epoch or 0), _runs(upstream), _runs(revision or ""))


def _runs(text: str) -> Key:
    """Runs of other characters and of digits by turns; a number that is not there is 0."""
    found: list[object] = []
    for other, digits in _RUNS.findall(text):
        if other or digits:
            found += [(*map(_weight, other), *END), int(digits or 0)]
    return (*(found or [END, 0]), END)


def _weight(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


DEBIAN = Order("Debian", _debian)
