"""Stores what the prober saw, brings it its work, and shows that it is alive. One thread of its own."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, close_old_connections, connection, transaction

from mainstay.common import tenancy
from mainstay.watch import actions
from mainstay.watch.engine.clock import boot_s, utc
from mainstay.watch.prober.outbox import Batch, Outbox
from mainstay.watch.prober.prober import Prober
from mainstay.watch.prober.spool import Spool
from mainstay.watch.prober.work import Signature, load, signature, spool_mark
from mainstay.watch.queries import doubt_of

log = structlog.get_logger()

WRITE_EVERY_S = 1.0
LOOK_FOR_WORK_EVERY_S = 2.0
LOAD_EVERY_S = 900.0
WAITS_S = 0.5
"""A transaction that takes longer than this waits for a lock, or for the disk."""

SECURE_EVERY_S = 1.0
AWAY_S = (1.0, 2.0, 5.0)
AWAY = (OperationalError, InterfaceError)


@dataclass(slots=True)
class Writer:
    """The prober's side towards the database. It outlives the database being away."""

    place: str
    prober: Prober
    outbox: Outbox
    folder: Path | None = None
    """Where the spool is kept; without one what waits is in memory alone."""

    _signature: Signature | None = None
    _looked_s: float = float("-inf")
    _loaded_s: float = float("-inf")
    _has_begun: bool = False
    _failures: int = 0
    _busy_s: float | None = None
    _was_doubted: bool = False
    _started_at: datetime = field(default_factory=utc)

    @property
    def is_behind(self) -> bool:
        """Whether what waits would be lost with this process: the database is away, or keeps it waiting."""
        busy_s = self._busy_s
        is_waiting = busy_s is not None and boot_s() - busy_s > WAITS_S
        return bool(self._failures) or is_waiting or self.outbox.is_spooled

    def run(self, stop_event: threading.Event) -> None:
        """Write about once a second until `stop_event` is set, then once more."""
        while not stop_event.wait(self._pause_s()):
            self._try()
        self._try(ending=True)
        connection.close()

    def _pause_s(self) -> float:
        if self._failures:
            return AWAY_S[min(self._failures, len(AWAY_S)) - 1]
        return WRITE_EVERY_S if self._has_begun else 0.0

    def _try(self, *, ending: bool = False) -> None:
        close_old_connections()
        try:
            with tenancy.everything():
                self._turn(ending=ending)
        except AWAY as problem:
            self._failures += 1
            log.warning("the database is away", queued=len(self.outbox), lost=self.outbox.lost, problem=str(problem))
            connection.close()
        except Exception:  # without this thread nothing that is seen would ever be stored
            self._failures += 1
            log.exception("the writer failed", queued=len(self.outbox))
            connection.close()
        else:
            self._failures = 0
        finally:
            self._busy_s = None

    def _turn(self, *, ending: bool) -> None:
        self._busy_s = boot_s()
        if not self._has_begun:
            self._begin()
        if not ending and boot_s() - self._looked_s >= LOOK_FOR_WORK_EVERY_S:
            self._look_for_work()
        while self._store_next() or (ending and len(self.outbox)):
            pass
        if ending:
            actions.end_watch(place=self.place, at=utc())

    def _begin(self) -> None:
        """Find what an earlier run could not store; only then is it known how long nobody looked."""
        if self.folder is not None and self.outbox.spool is None:
            self.outbox.spool = _opened(self.folder, spool_mark(self.place))
        spool = self.outbox.spool
        looked_until = spool.seen_until if spool is not None else None
        actions.begin_watch(place=self.place, at=self._started_at, looked_until=looked_until)
        self._has_begun = True

    def _look_for_work(self) -> None:
        is_doubted = doubt_of(self.place) is not None
        if self._was_doubted and not is_doubted:
            self.prober.look_afresh()
        self._was_doubted = is_doubted
        found, self._looked_s = signature(), boot_s()
        if found != self._signature or self._looked_s - self._loaded_s >= LOAD_EVERY_S:
            self.prober.give(load())
            self._signature, self._loaded_s = found, self._looked_s

    def _store_next(self) -> bool:
        """Store one batch and the sign of life with it. True while a full batch was there: more may wait."""
        batch, self._busy_s = self.outbox.take(actions.BATCH_MAX), boot_s()
        try:
            with transaction.atomic():
                self._store(batch)
                self._show_life(batch.mark)
        except IntegrityError:  # found out only at the end of the transaction: to try again would not help
            raise
        except Exception:
            self.outbox.put_back(batch)
            raise
        self.outbox.stored()
        return self.outbox.is_spooled or len(batch) >= actions.BATCH_MAX

    def _store(self, batch: Batch) -> None:
        """Store a batch; what cannot be stored at all is left out alone, and told."""
        if not batch:
            return
        try:
            with transaction.atomic():
                actions.take_in(checks=batch.checks, missed=batch.missed, canaries=batch.canaries, at=utc())
        except AWAY:
            raise
        except Exception:
            if len(batch) <= 1:
                log.exception("an observation could not be stored", batch=batch)
                return
            for part in _halves(batch):
                self._store(part)

    def _show_life(self, spool_mark: str) -> None:
        actions.show_life(
            place=self.place,
            at=utc(),
            monitors=self.prober.monitors,
            lag_ms=int(self.prober.take_lag_s() * 1000),
            queued=len(self.outbox),
            lost=self.outbox.lost,
            spool_mark=spool_mark,
        )


def _halves(batch: Batch) -> tuple[Batch, Batch]:
    if len(batch.checks) < len(batch):  # what the checks are judged by comes first
        others = Batch(missed=batch.missed, canaries=batch.canaries)
        if batch.checks:
            return others, Batch(batch.checks)
        missed, canaries = len(batch.missed) // 2, (len(batch.canaries) + 1) // 2
        first = Batch(missed=batch.missed[:missed], canaries=batch.canaries[:canaries])
        return first, Batch(missed=batch.missed[missed:], canaries=batch.canaries[canaries:])
    middle = len(batch.checks) // 2
    return Batch(batch.checks[:middle]), Batch(batch.checks[middle:])


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
