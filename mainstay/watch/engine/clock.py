"""Durations and instants: the first from the clock that counts suspends, the second from UTC."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

JUMP_S = 1.5
"""More than a leap second: where a second happens twice, the order of checks that are 5 s apart is not in doubt."""


def boot_s() -> float:
    """Seconds on a clock that only goes forward, also while the machine sleeps. For durations."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def utc() -> datetime:
    """The present instant by the wall clock, which may jump."""
    return datetime.now(UTC)


def to_the_millisecond(at: datetime) -> datetime:
    """`at` without what lies below the millisecond, in which checks are kept: it means nothing, and would cost much."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@dataclass(slots=True)
class WallClock:
    """Notices when the wall clock moved other than time itself did.

    `read` is called at each tick; between two calls the two clocks must have moved alike.
    """

    boot: float
    wall: datetime

    @classmethod
    def started(cls) -> "WallClock":
        return cls(boot_s(), utc())

    def read(self, boot: float, wall: datetime) -> tuple[datetime, datetime] | None:
        """The stretch of wall-clock time that a jump made doubtful since the last reading; None without a jump.

        A jump forward leaves out the time from the old reading to the new; one back makes the same stretch of time
        happen twice.
        """
        before, passed_s = self.wall, boot - self.boot
        drift_s = (wall - before).total_seconds() - passed_s
        self.boot, self.wall = boot, wall
        if abs(drift_s) <= JUMP_S:
            return None
        return (before, wall) if wall > before else (wall, before)
