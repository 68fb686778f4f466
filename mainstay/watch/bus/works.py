"""A prober's work on its way from the centre: sealed parts, and a head that says which parts there are.

Passwords that a monitor signs in with are in it as they are needed, so each part is sealed for the one prober that
gets it. The head holds numbers alone. A part is named by what is in it: where a monitor changes, one part moves.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import structlog

from mainstay.watch.prober.schedule import Assignment
from mainstay.watch.probes import SettingsWrong, spec_of

log = structlog.get_logger()

PARTS = 256
"""Ten thousand monitors are about 40 a part, some kilobytes of the megabyte that a message may have."""


class WorkUnreadable(ValueError):
    """A head or a part of the work is damaged, or is being replaced at this moment."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a prober is to look at: its monitors, and the digest of each sealed part by its number.

    `version` grows with the work that is given to a prober; `is_doubted` says that its failures are not believed, and
    `soon` which monitors another place suspects.
    """

    version: int
    monitors: frozenset[int]
    parts: dict[int, str]
    is_doubted: bool = False
    soon: frozenset[int] = frozenset()

    def packed(self) -> bytes:
        plain = [self.version, sorted(self.monitors), {str(number): each for number, each in self.parts.items()}]
        return zlib.compress(json.dumps([*plain, self.is_doubted, sorted(self.soon)]).encode())

    @classmethod
    def unpacked(cls, data: bytes) -> "Head":
        """Raises `WorkUnreadable`."""
        try:
            version, monitors, parts, is_doubted, soon = json.loads(zlib.decompress(data))
            numbered = {int(number): str(digest) for number, digest in parts.items()}
            return cls(
                int(version), frozenset(map(int, monitors)), numbered, bool(is_doubted), frozenset(map(int, soon))
            )
        except (zlib.error, ValueError, TypeError, AttributeError) as problem:
            raise WorkUnreadable("the head of the work cannot be read") from problem


def part_of(monitor_id: int) -> int:
    """The number of the part that a monitor is in."""
    return monitor_id % PARTS


def packed(assignments: Iterable[Assignment]) -> bytes:
    """Assignments as a part before it is sealed: the same for the same assignments."""
    rows = [_plain(each) for each in sorted(assignments, key=lambda each: each.monitor_id)]
    return zlib.compress(json.dumps(rows, sort_keys=True).encode())


def unpacked(data: bytes) -> list[Assignment]:
    """The assignments of an opened part. What this version does not know is not looked at, and told.

    Raises:
        WorkUnreadable: it is no part.
    """
    try:
        rows = json.loads(zlib.decompress(data))
    except (zlib.error, ValueError) as problem:
        raise WorkUnreadable("a part of the work cannot be read") from problem
    return [found for row in rows if (found := _assignment(row)) is not None]


def digest(sealed: bytes) -> str:
    """The name of a sealed part."""
    return sha256(sealed).hexdigest()


def _plain(each: Assignment) -> dict[str, Any]:
    spec = each.spec
    return {
        "monitor": each.monitor_id,
        "version": each.version,
        "interval_s": each.interval_s,
        "looks_behind": each.looks_behind,
        "kind": spec.kind,
        "url": spec.url,
        "timeout_s": spec.timeout_s,
        "allow_private": spec.allow_private,
        "settings": spec.settings.model_dump(mode="json", exclude_defaults=True) if spec.settings else {},
    }


def _assignment(row: dict[str, Any]) -> Assignment | None:
    try:
        spec = spec_of(
            row["kind"], row["url"], row["timeout_s"], row["settings"], allow_private=bool(row["allow_private"])
        )
        return Assignment(row["monitor"], row["version"], row["interval_s"], spec, tuple(row["looks_behind"]))
    except (SettingsWrong, KeyError) as problem:
        log.error("this version cannot look at a monitor", monitor=row.get("monitor"), problem=str(problem))
        return None
