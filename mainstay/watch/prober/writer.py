"""Stores what the prober saw, brings it its work, and shows that it is alive. One thread of its own."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, close_old_connections, connection, transaction

from mainstay.common import tenancy
from mainstay.watch import actions
from mainstay.watch.engine.clock import boot_s, utc
from mainstay.watch.prober.outbox import Batch, Outbox
from mainstay.watch.prober.prober import Prober
from mainstay.watch.prober.work import Signature, load, signature

log = structlog.get_logger()

WRITE_EVERY_S = 1.0
LOOK_FOR_WORK_EVERY_S = 2.0
LOAD_EVERY_S = 60.0
AWAY_S = (1.0, 2.0, 5.0)
AWAY = (OperationalError, InterfaceError)


@dataclass(slots=True)
class Writer:
    """The prober's side towards the database. It outlives the database being away."""

    place: str
    prober: Prober
    outbox: Outbox
    _signature: Signature | None = None
    _looked_s: float = float("-inf")
    _loaded_s: float = float("-inf")
    _has_begun: bool = False
    _failures: int = 0
    _started_at: datetime = field(default_factory=utc)

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

    def _turn(self, *, ending: bool) -> None:
        if not self._has_begun:
            actions.begin_watch(place=self.place, at=self._started_at)
            self._has_begun = True
        if not ending and boot_s() - self._looked_s >= LOOK_FOR_WORK_EVERY_S:
            self._look_for_work()
        while self._store_next() or (ending and len(self.outbox)):
            pass
        if ending:
            actions.end_watch(place=self.place, at=utc())

    def _look_for_work(self) -> None:
        found, self._looked_s = signature(), boot_s()
        if found != self._signature or self._looked_s - self._loaded_s >= LOAD_EVERY_S:
            self.prober.give(load())
            self._signature, self._loaded_s = found, self._looked_s

    def _store_next(self) -> bool:
        """Store one batch and the sign of life with it. True while a full batch was there: more may wait."""
        batch = self.outbox.take(actions.BATCH_MAX)
        try:
            with transaction.atomic():
                self._store(batch)
                self._show_life()
        except IntegrityError:  # found out only at the end of the transaction: to try again would not help
            raise
        except Exception:
            self.outbox.put_back(batch)
            raise
        return len(batch.checks) >= actions.BATCH_MAX

    def _store(self, batch: Batch) -> None:
        """Store a batch; what cannot be stored at all is left out alone, and told."""
        if not batch:
            return
        try:
            with transaction.atomic():
                actions.take_in(checks=batch.checks, missed=batch.missed, at=utc())
        except AWAY:
            raise
        except Exception:
            if len(batch.checks) + len(batch.missed) <= 1:
                log.exception("an observation could not be stored", batch=batch)
                return
            for part in _halves(batch):
                self._store(part)

    def _show_life(self) -> None:
        actions.show_life(
            place=self.place,
            at=utc(),
            monitors=self.prober.monitors,
            lag_ms=int(self.prober.take_lag_s() * 1000),
            queued=len(self.outbox),
            lost=self.outbox.lost,
        )


def _halves(batch: Batch) -> tuple[Batch, Batch]:
    if not batch.checks:
        middle = len(batch.missed) // 2
        return Batch(missed=batch.missed[:middle]), Batch(missed=batch.missed[middle:])
    middle = len(batch.checks) // 2
    return Batch(batch.checks[:middle], batch.missed), Batch(batch.checks[middle:])
