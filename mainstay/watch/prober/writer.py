"""Delivers what the prober saw, brings it its work, and shows that it is alive. One thread of its own."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from mainstay.watch.actions import BATCH_MAX
from mainstay.watch.bus.centre import Away, Centre, Life, Refused
from mainstay.watch.engine.clock import boot_s, utc
from mainstay.watch.prober.outbox import Outbox
from mainstay.watch.prober.prober import Prober
from mainstay.watch.prober.spool import Spool

log = structlog.get_logger()

WRITE_EVERY_S = 1.0
WAITS_S = 0.5
"""A delivery that takes longer than this waits for a lock, for the disk, or for the network."""

SECURE_EVERY_S = 1.0
AWAY_S = (1.0, 2.0, 5.0)


@dataclass(slots=True)
class Writer:
    """The prober's side towards the centre. It outlives the centre being away."""

    centre: Centre
    prober: Prober
    outbox: Outbox
    folder: Path | None = None
    """Where the spool is kept; without one what waits is in memory alone."""

    _looked_s: float = float("-inf")
    _has_begun: bool = False
    _failures: int = 0
    _busy_s: float | None = None
    _was_doubted: bool = False
    _started_at: datetime = field(default_factory=utc)

    @property
    def is_behind(self) -> bool:
        """Whether what waits would be lost with this process: the centre is away, or keeps it waiting."""
        busy_s = self._busy_s
        is_waiting = busy_s is not None and boot_s() - busy_s > WAITS_S
        return bool(self._failures) or is_waiting or self.outbox.is_spooled

    def run(self, stop_event: threading.Event) -> None:
        """Write about once a second until `stop_event` is set, then once more."""
        while not stop_event.wait(self._pause_s()):
            self._try()
        self._try(ending=True)
        self.centre.close()

    def _pause_s(self) -> float:
        if self._failures:
            return AWAY_S[min(self._failures, len(AWAY_S)) - 1]
        return WRITE_EVERY_S if self._has_begun else 0.0

    def _try(self, *, ending: bool = False) -> None:
        try:
            self._turn(ending=ending)
        except Away as problem:
            self._failures += 1
            log.warning("the centre is away", queued=len(self.outbox), lost=self.outbox.lost, problem=str(problem))
        except Exception:  # without this thread nothing that is seen would ever be stored
            self._failures += 1
            log.exception("the writer failed", queued=len(self.outbox))
        else:
            self._failures = 0
        finally:
            self._busy_s = None

    def _turn(self, *, ending: bool) -> None:
        self._busy_s = boot_s()
        if not self._has_begun:
            self._begin()
        if not ending and boot_s() - self._looked_s >= self.centre.look_every_s:
            self._look_for_work()
        while self._store_next() or (ending and len(self.outbox)):
            pass
        if ending:
            self.centre.end()
        else:
            self.prober.look_soon(self.centre.suspected())

    def _begin(self) -> None:
        """Find what an earlier run could not deliver, before anything new is."""
        if self.folder is not None and self.outbox.spool is None:
            self.outbox.spool = _opened(self.folder, self.centre.spool_mark())
        again = self.centre.begin(self._started_at, self.outbox.spool)
        if again is not None:
            log.warning("the clock was set back since this prober ended", to_at=again.to_at.isoformat())
            self.outbox.put_first(again)
        self._has_begun = True

    def _look_for_work(self) -> None:
        is_doubted = self.centre.is_doubted()
        if self._was_doubted and not is_doubted:
            self.prober.look_afresh()
        self._was_doubted = is_doubted
        work, self._looked_s = self.centre.work(), boot_s()
        if work is not None:
            self.prober.give(work)

    def _store_next(self) -> bool:
        """Deliver one batch and the sign of life with it. True while a full batch was there: more may wait."""
        batch, self._busy_s = self.outbox.take(BATCH_MAX), boot_s()
        try:
            self.centre.deliver(batch, self._life())
        except Refused:
            raise
        except Exception:
            self.outbox.put_back(batch)
            raise
        self.outbox.stored()
        return self.outbox.is_spooled or len(batch) >= BATCH_MAX

    def _life(self) -> Life:
        lag_ms = int(self.prober.take_lag_s() * 1000)
        return Life(self.prober.monitors, lag_ms, len(self.outbox), self.outbox.lost)


def _opened(folder: Path, mark: str) -> Spool | None:
    """The spool, or none where the disk does not allow it: what waits then stays in memory alone."""
    spool = Spool(folder)
    try:
        spool.open(mark)
    except OSError as problem:
        log.error("the spool cannot be used: what waits is in memory alone", problem=str(problem))
        return None
    return spool


def keep_safe(writer: Writer, stop_event: threading.Event) -> None:
    """Until `stop_event` is set, write to disk what waits while the writer is behind. A thread of its own."""
    while not stop_event.wait(SECURE_EVERY_S):
        try:
            if writer.is_behind:
                writer.outbox.secure()
        except Exception:  # what waits stays in memory, and the next turn tries again
            log.exception("what waits could not be written to the spool")
