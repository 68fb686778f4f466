"""What changed between two inventories, and how long one can be believed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mainstay.upkeep.facts import Component
from mainstay.upkeep.rules.naming import package_key


class Freshness(StrEnum):
    """Silence is not health: what is not fresh is unknown."""

    FRESH = "fresh"
    STALE = "stale"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Change:
    """A package that stands at other versions than before; none before: it is new, none after: it is gone."""

    ecosystem: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What came, what went, and what stands at another version."""

    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(before: Iterable[Component], after: Iterable[Component]) -> Difference:
    """How one inventory differs from the one before, by packages; one may stand there at several versions."""
    old, new = _versions(before), _versions(after)
    names = {**_names(before), **_names(after)}
    changes = [
        Change(ecosystem, names[ecosystem, key], old.get((ecosystem, key), ()), new.get((ecosystem, key), ()))
        for ecosystem, key in sorted({*old, *new})
        if old.get((ecosystem, key)) != new.get((ecosystem, key))
    ]
    return Difference(
        added=tuple(each for each in changes if not each.before),
        removed=tuple(each for each in changes if not each.after),
        changed=tuple(each for each in changes if each.before and each.after),
    )


def freshness(seen_at: datetime | None, fresh_days: int, at: datetime) -> Freshness:
    """Whether what a source said last can be believed at `at`."""
    if seen_at is None:
        return Freshness.NEVER
    return Freshness.FRESH if at - seen_at <= timedelta(days=fresh_days) else Freshness.STALE


def _versions(components: Iterable[Component]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], set[str]] = {}
    for each in components:
        found.setdefault(package_key(each.ecosystem, each.name), set()).add(each.version)
    return {key: tuple(sorted(versions)) for key, versions in found.items()}


def _names(components: Iterable[Component]) -> dict[tuple[str, str], str]:
    return {package_key(each.ecosystem, each.name): each.name for each in components}
