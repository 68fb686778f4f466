"""What a prober has to do with its centre, whichever way lies between."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mainstay.watch.facts import Missed
from mainstay.watch.prober.outbox import Batch
from mainstay.watch.prober.prober import Work
from mainstay.watch.prober.spool import Spool


class Away(Exception):
    """The centre cannot be reached now: what was to be delivered stays with the prober."""


class Refused(Exception):
    """The centre will never take this batch: to try again would not help."""


@dataclass(frozen=True, slots=True)
class Life:
    """A prober's sign of life: how many monitors it looks at, and how it keeps up."""

    monitors: int
    lag_ms: int
    queued: int
    lost: int


class Centre(Protocol):
    """All that may be asked of it. Every method raises `Away` when it cannot be reached, and may then be asked again.

    `look_every_s` is how often it is to be asked for work.
    """

    look_every_s: float

    def spool_mark(self) -> str:
        """How far the spool was delivered; empty when it never was."""

    def begin(self, started_at: datetime, spool: Spool | None) -> Missed | None:
        """The prober runs since `started_at`. `spool` is opened: what an earlier run left and was not taken in.

        The answer is a stretch of time that comes again, since the clock was set back; to be delivered after the spool.
        """

    def work(self) -> Work | None:
        """What is to be looked at; None where that has not changed since it was last asked."""

    def suspected(self) -> Collection[int]:
        """The monitors that another place has begun to see failing: to be looked at out of turn."""

    def is_doubted(self) -> bool:
        """Whether what this prober says to be down is not believed at present."""

    def deliver(self, batch: Batch, life: Life) -> None:
        """Hand over what was seen, with a sign of life. When it returns, nothing of the batch can be lost any more.

        What cannot be stored at all is left out and told, and does not hold the rest back.

        Raises:
            Away: as above; the batch may have been taken in all the same, and is taken in once.
            Refused: it never will be.
        """

    def end(self) -> None:
        """The prober ends in good order."""

    def close(self) -> None:
        """Give back what the way to the centre needs."""
