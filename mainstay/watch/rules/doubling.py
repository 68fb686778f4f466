"""Looks of two probers of one place at the same monitor: which of them is left out. Pure.

It happens when a prober is cut off: its work moves to another one, and it goes on with it until it hears of that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mainstay.watch.facts import Check
from mainstay.watch.rules.slots import phase_s

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A look that is on record: of which monitor at which place, when, and by which prober."""

    monitor_id: int
    place: str
    at: datetime
    prober: str


def slot_of(at: datetime, monitor_id: int, interval_s: int) -> int:
    """The number of the slot that `at` lies in. All probers count the same slots, from 1970 in UTC."""
    return int((at.timestamp() - phase_s(monitor_id, interval_s)) // interval_s)


def singled(checks: Sequence[Check], on_record: Iterable[OnRecord], intervals_s: dict[int, int]) -> list[Check]:
    """`checks` in their order, without those that come late for a slot in which another prober looked.

    What is newer than all that is on record of its monitor and place always stays: it is news, whoever saw it.
    Monitors that `intervals_s` does not name are not known, and their checks stay for others to refuse.
    """
    seen = _Seen(intervals_s)
    for each in on_record:
        seen.add(each.monitor_id, each.place, each.at, each.prober)
    return list(_kept(checks, seen))


def _kept(checks: Iterable[Check], seen: "_Seen") -> Iterator[Check]:
    for check in checks:
        if not seen.is_late_double(check):
            seen.add(check.monitor_id, check.place, check.at, check.prober)
            yield check


class _Seen:
    """Which probers looked in which slots, and the latest look at each monitor of each place."""

    def __init__(self, intervals_s: dict[int, int]) -> None:
        self._intervals_s = intervals_s
        self._slots: dict[tuple[int, str, int], set[str]] = {}
        self._latest: dict[Key, datetime] = {}

    def add(self, monitor_id: int, place: str, at: datetime, prober: str) -> None:
        if monitor_id not in self._intervals_s:
            return
        slot = slot_of(at, monitor_id, self._intervals_s[monitor_id])
        self._slots.setdefault((monitor_id, place, slot), set()).add(prober)
        key = monitor_id, place
        self._latest[key] = max(at, self._latest.get(key, at))

    def is_late_double(self, check: Check) -> bool:
        latest = self._latest.get((check.monitor_id, check.place))
        if latest is None or check.at > latest or check.monitor_id not in self._intervals_s:
            return False
        slot = slot_of(check.at, check.monitor_id, self._intervals_s[check.monitor_id])
        return bool(self._slots.get((check.monitor_id, check.place, slot), set()) - {check.prober})
