"""The centre on the same machine, or on the same database: the prober's writer stores what was seen itself."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, close_old_connections, connection, transaction

from mainstay.common import tenancy
from mainstay.watch import actions
from mainstay.watch.bus.admitting import DATABASE_AWAY, store
from mainstay.watch.bus.centre import Away, Life, Refused
from mainstay.watch.engine.clock import boot_s, utc
from mainstay.watch.facts import Missed
from mainstay.watch.prober.outbox import Batch
from mainstay.watch.prober.prober import Work
from mainstay.watch.prober.spool import Spool
from mainstay.watch.prober.work import Signature, load, signature, spool_mark, suspected_elsewhere
from mainstay.watch.queries import doubt_of

log = structlog.get_logger()

LOAD_EVERY_S = 900.0


@dataclass(slots=True)
class LocalCentre:
    """The database as the centre of the prober of `place`. It belongs to the writer's thread."""

    place: str
    look_every_s: float = 2.0
    _signature: Signature | None = None
    _loaded_s: float = float("-inf")

    def spool_mark(self) -> str:
        with _database():
            return spool_mark(self.place)

    def begin(self, started_at: datetime, spool: Spool | None) -> Missed | None:
        """Only when the spool is known it is known how long nobody looked."""
        looked_until = spool.seen_until if spool is not None else None
        with _database():
            return actions.begin_watch(place=self.place, at=started_at, looked_until=looked_until)

    def work(self) -> Work | None:
        with _database():
            found, now_s = signature(), boot_s()
            if found == self._signature and now_s - self._loaded_s < LOAD_EVERY_S:
                return None
            work = load(self.place)
            self._signature, self._loaded_s = found, now_s
            return work

    def suspected(self) -> Collection[int]:
        with _database():
            return suspected_elsewhere(self.place, utc())

    def is_doubted(self) -> bool:
        with _database():
            return doubt_of(self.place) is not None

    def deliver(self, batch: Batch, life: Life) -> None:
        """What was seen, the sign of life and the spool's mark are one transaction."""
        try:
            with _database(), transaction.atomic():
                store(batch, utc(), _tell)
                actions.show_life(
                    place=self.place,
                    at=utc(),
                    monitors=life.monitors,
                    lag_ms=life.lag_ms,
                    queued=life.queued,
                    lost=life.lost,
                    spool_mark=batch.mark,
                )
        except IntegrityError as problem:  # found out only at the end of the transaction
            raise Refused("the database refuses what was seen") from problem

    def end(self) -> None:
        with _database():
            actions.end_watch(place=self.place, at=utc())

    def close(self) -> None:
        connection.close()


@contextmanager
def _database() -> Iterator[None]:
    """Work in the database for all clients; a connection on which anything failed is not used again."""
    close_old_connections()
    try:
        with tenancy.everything():
            yield
    except DATABASE_AWAY as problem:
        connection.close()
        raise Away(f"the database is away: {problem}") from problem
    except Exception:
        connection.close()
        raise


def _tell(batch: Batch, problem: Exception) -> None:
    log.error("an observation could not be stored", batch=batch, exc_info=problem)
