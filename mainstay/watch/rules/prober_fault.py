"""When not the websites but the prober is at fault: its uplink is broken. Pure.

Two things tell. Canaries, which the agency chooses because they hardly ever fail: when one of them answers, the
uplink works, whatever else fails; when all of them fail, it does not. Without a word from them, the share of unrelated
websites that turned bad together: websites of one client, one host or one address count as one, since they may well
fail together for a reason of their own.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from mainstay.watch.facts import CanaryLook, DoubtReason

WINDOW = timedelta(seconds=60)
"""What turns bad within this is taken to fail together: at the usual interval every website was looked at once."""

TOGETHER = timedelta(seconds=5)
"""Failures that lie no further apart than a re-check from the next are one event, whichever was seen first."""

WEBSITES_MIN = 5
"""Fewer unrelated websites than this fail together by chance now and then, in a list of thousands."""

SHARE_MIN = 0.3
"""A large host, a name service or a delivery network that fails takes a few of a hundred websites along, not these."""

CANARY_FRESH = timedelta(seconds=90)
"""A canary that was not looked at for three of its intervals says nothing."""

CANARY_LOOKS_MIN = 2
"""One lost answer is no broken uplink, and one good one is not yet a sound one."""

PORTS = {"http": 80, "https": 443}


class Uplink(StrEnum):
    """What the canaries say."""

    WORKS = "works"
    BROKEN = "broken"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one place saw of one monitor lately. `bad_since` is set when all its latest looks failed: the first."""

    monitor_id: int
    client_id: int
    host: str
    address: str
    looked_at: datetime
    bad_since: datetime | None = None
    good_at: datetime | None = None
    behind: int | None = None
    """What it depends on, furthest back."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many groups of related websites failed, of how many that were looked at."""

    failed: int
    looked: int

    @property
    def is_implausible(self) -> bool:
        return self.failed >= WEBSITES_MIN and self.failed >= SHARE_MIN * self.looked


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of related websites: when each was looked at last, and since when each of those that fail did."""

    looked: tuple[datetime, ...] = ()
    bad: tuple[datetime, ...] = ()

    @classmethod
    def of(cls, seen: Iterable[Seen]) -> "Groups":
        """A group fails when none of it answered since the first of it failed."""
        looked, bad = [], []
        for group in related(list(seen)):
            looked.append(max(each.looked_at for each in group))
            since = min((each.bad_since for each in group if each.bad_since), default=None)
            good_at = max((each.good_at for each in group if each.good_at), default=None)
            if since is not None and (good_at is None or good_at < since):
                bad.append(since)
        return cls(tuple(sorted(looked)), tuple(sorted(bad)))

    def since(self, at: datetime) -> Counted:
        """Of those that were looked at since `at`, how many turned bad since then."""
        return Counted(len(self.bad) - bisect_left(self.bad, at), len(self.looked) - bisect_left(self.looked, at))


@dataclass(frozen=True, slots=True)
class Doubt:
    """The prober is doubted since `from_at`: what it said to be down since then is unknown.

    `canaries` are those that failed, each with its first failure; `canaries_known` is how many there are.
    """

    reason: DoubtReason
    from_at: datetime
    decided_at: datetime
    canaries: tuple[tuple[str, datetime], ...] = ()
    canaries_known: int = 0
    counted: Counted | None = None

    def evidence(self) -> dict[str, object]:
        """Why, as JSON keeps it."""
        return {
            "canaries": [{"address": address, "failed_from": at.isoformat()} for address, at in self.canaries],
            "canaries_known": self.canaries_known,
            "websites_failed": self.counted.failed if self.counted else None,
            "websites_looked_at": self.counted.looked if self.counted else None,
            "failed_from": self.from_at.isoformat(),
            "decided_at": self.decided_at.isoformat(),
        }


def host_of(address: str) -> str:
    """The host in a monitor's address, whichever of its forms that has."""
    return urlsplit(address if "//" in address else f"//{address}").hostname or ""


def port_of(address: str) -> int:
    """The port in a monitor's address, or the usual one of its scheme; 0 where there is none."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    try:
        return parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return 0


def related(seen: Sequence[Seen]) -> Iterator[list[Seen]]:
    """Websites in groups that may fail together for a reason of their own: one client, host or address, or what they
    are known to depend on.
    """
    first_with: dict[tuple[str, object], int] = {}
    leader = list(range(len(seen)))

    def root(number: int) -> int:
        while leader[number] != number:
            leader[number] = number = leader[leader[number]]
        return number

    for number, each in enumerate(seen):
        for key in (
            ("client", each.client_id),
            ("host", each.host),
            ("address", each.address),
            ("behind", each.behind),
        ):
            if key[1]:
                leader[root(number)] = root(first_with.setdefault(key, number))
    groups: dict[int, list[Seen]] = defaultdict(list)
    for number, each in enumerate(seen):
        groups[root(number)].append(each)
    yield from groups.values()


def decide(
    canaries: Iterable[CanaryLook], groups: Callable[[], Groups], first_bad_at: datetime, at: datetime
) -> Doubt | None:
    """Whether a failure that began at `first_bad_at`, and is to be confirmed at `at`, is the prober's own.

    `groups` is asked only where the canaries do not tell.
    """
    runs = _runs(canaries, at)
    said = uplink(runs, at, since=first_bad_at)
    if said is Uplink.BROKEN:
        return _by_canaries(runs, at, first_bad_at)
    return None if said is Uplink.WORKS else _by_share(groups(), first_bad_at, at)


def canaries_failed(canaries: Iterable[CanaryLook], at: datetime) -> Doubt | None:
    """The doubt that canaries alone give, before any website was confirmed to fail."""
    runs = _runs(canaries, at)
    return _by_canaries(runs, at) if uplink(runs, at) is Uplink.BROKEN else None


def is_over(canaries: Iterable[CanaryLook], groups: Callable[[], Groups], at: datetime) -> bool:
    """Whether a prober that was doubted can be trusted again: a canary answers, and goes on doing so.

    Without any that was looked at lately, the share of websites that fail now decides.
    """
    runs = _runs(canaries, at)
    if runs:
        return any(run[0].is_good and len(run) >= CANARY_LOOKS_MIN for run in runs.values())
    found = groups()
    return not Counted(len(found.bad), len(found.looked)).is_implausible


def uplink(runs: dict[str, list[CanaryLook]], at: datetime, since: datetime | None = None) -> Uplink:
    """What the latest runs of like looks of each canary say. An answer before `since` proves nothing about now."""
    if any(run[-1].is_good and (since is None or run[-1].at >= since) for run in runs.values()):
        return Uplink.WORKS
    if runs and all(not run[0].is_good and len(run) >= CANARY_LOOKS_MIN for run in runs.values()):
        return Uplink.BROKEN
    return Uplink.UNTOLD


def _runs(canaries: Iterable[CanaryLook], at: datetime) -> dict[str, list[CanaryLook]]:
    """The latest like looks in a row of each canary that was looked at lately."""
    runs: dict[str, list[CanaryLook]] = {}
    for look in sorted(canaries, key=lambda each: each.at):
        if look.at > at or at - look.at > CANARY_FRESH:
            continue
        run = runs.setdefault(look.address, [])
        if run and run[-1].is_good != look.is_good:
            run.clear()
        run.append(look)
    return runs


def _by_canaries(runs: dict[str, list[CanaryLook]], at: datetime, first_bad_at: datetime | None = None) -> Doubt:
    """Dated back to the first failure that belongs to it; a canary that was out long before is none."""
    begun = [run[0].at for run in runs.values()]
    edge = max(begun) - WINDOW
    candidates = [*begun, *([first_bad_at] if first_bad_at is not None else [])]
    from_at = min(each for each in candidates if each >= edge)
    failed = tuple(sorted((address, run[0].at) for address, run in runs.items()))
    return Doubt(DoubtReason.CANARIES, from_at, at, failed, len(runs))


def _by_share(groups: Groups, first_bad_at: datetime, at: datetime) -> Doubt | None:
    """Whether too many others turned bad since this one did; dated back as far as that holds."""
    if not groups.since(first_bad_at - TOGETHER).is_implausible:
        return None
    earlier = (each for each in groups.bad if first_bad_at - WINDOW <= each)
    from_at = min((each for each in earlier if groups.since(each).is_implausible), default=first_bad_at)
    from_at = min(from_at, first_bad_at)
    return Doubt(DoubtReason.SHARE, from_at, at, counted=groups.since(from_at))
