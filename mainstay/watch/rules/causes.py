"""Which failure of something that a website depends on made its outage. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CAUSE_WITHIN = timedelta(minutes=2)
"""A cause may be found down this long after the website was: both are looked at once a minute as a rule."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A dependency was down from `started_at` to `ended_at` (None: it still is)."""

    failure_id: int
    dependency_id: int
    started_at: datetime
    ended_at: datetime | None


Behind = Mapping[int, int | None]
"""What each dependency stands behind itself."""


def chain(dependency_id: int, behind: Behind) -> Iterator[int]:
    """The dependency, and all that it stands behind, the nearest first."""
    seen: set[int] = set()
    at: int | None = dependency_id
    while at is not None and at not in seen:
        seen.add(at)
        yield at
        at = behind.get(at)


def makes_circle(dependency_id: int, wanted: int | None, behind: Behind) -> bool:
    """Whether a dependency that stood behind `wanted` would stand behind itself."""
    return wanted is not None and dependency_id in chain(wanted, behind)


def cause_of(
    started_at: datetime, confirmed_at: datetime, relied_on: Iterable[int], failures: Sequence[Failed], behind: Behind
) -> int | None:
    """The failure that made an outage which began at `started_at` and was sure at `confirmed_at`.

    It was on when the outage began, or was found within `CAUSE_WITHIN`. Of several it is the one furthest back: a host
    that fails because its gateway does is no cause. Else it is the one that began first.
    """
    wanted = {each for dependency_id in relied_on for each in chain(dependency_id, behind)}
    known = {
        each.dependency_id: each
        for each in sorted(failures, key=lambda failed: failed.started_at, reverse=True)
        if each.dependency_id in wanted
        and each.started_at <= confirmed_at + CAUSE_WITHIN
        and (each.ended_at is None or each.ended_at >= started_at)
    }
    last = [each for pk, each in known.items() if not any(one in known for one in list(chain(pk, behind))[1:])]
    found = min(last, key=lambda failed: (failed.started_at, failed.failure_id), default=None)
    return found.failure_id if found is not None else None
