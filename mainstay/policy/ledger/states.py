"""What goes into a ledger and the states it divides time into."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mainstay.policy.instants import length, micros
from mainstay.policy.terms import Cause


class State(StrEnum):
    """How a stretch of time is counted. `UNKNOWN` is never shown as up."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN_CHARGED = "down_charged"
    DOWN_EXCLUDED = "down_excluded"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"

    @property
    def weight(self) -> int:
        """How bad it is: of a day, the state with the greatest weight is shown."""
        return _WEIGHTS[self]


_WEIGHTS = {
    State.OUTSIDE: 0,
    State.UP: 1,
    State.DEGRADED: 2,
    State.UNKNOWN: 3,
    State.DOWN_EXCLUDED: 4,
    State.DOWN_CHARGED: 5,
}


class Seen(StrEnum):
    """What was observed. `UNKNOWN` says that nobody vouches for the time, an outage or not."""

    UP = "up"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why time is charged or excluded."""

    NONE = ""
    OUTAGE = "outage"
    UNKNOWN_EXCESS = "unknown_excess"
    DEGRADED = "degraded"
    AGREED = "agreed"
    CLOSED = "closed"


class EndBeforeStart(ValueError):
    """A stretch of time that ends before it begins."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A stretch [start, end) that was watched, or is known not to have been. Overlaps are allowed: the worse holds."""

    start: datetime
    end: datetime
    seen: Seen = Seen.UP


@dataclass(frozen=True, slots=True)
class Outage:
    """A confirmed stretch of being down. The point figure is [start, end): first failed check to first good one.

    `start_after` is the last good check before it and `end_after` the last failed one in it: the true start lies
    after the former, the true end not before the latter. Without them the bound is the point itself. `end` is None
    while the outage lasts; `end_after` is then the last failed check so far.
    """

    start: datetime
    end: datetime | None = None
    start_after: datetime | None = None
    end_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A stretch in which the agreement does not charge downtime. Only agreed causes belong here: see `agreed`."""

    start: datetime
    end: datetime
    cause: Cause = Cause.PLANNED


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch [start, end) of one state. `reason` says why it is charged or excluded."""

    start: datetime
    end: datetime
    state: State
    reason: Reason = Reason.NONE

    @property
    def length(self) -> timedelta:
        return length(micros(self.end) - micros(self.start))


@dataclass(frozen=True, slots=True)
class Window:
    """Planned work, or time that another cause accounts for, as it was announced."""

    start: datetime
    end: datetime
    cause: Cause = Cause.PLANNED
    announced_at: datetime | None = None
    is_emergency: bool = False


def agreed(
    windows: Iterable[Window], causes: Iterable[Cause], notice: timedelta, emergency_notice: timedelta
) -> Iterator[Exclusion]:
    """The windows that the agreement excludes: of an agreed cause, and planned work only when announced in time."""
    wanted = frozenset(causes)
    for each in windows:
        needed = emergency_notice if each.is_emergency else notice
        if each.cause in wanted and (each.cause is not Cause.PLANNED or _in_time(each, needed)):
            yield Exclusion(each.start, each.end, each.cause)


def _in_time(window: Window, needed: timedelta) -> bool:
    if window.announced_at is None:
        return False
    return length(micros(window.start) - micros(window.announced_at)) >= needed
