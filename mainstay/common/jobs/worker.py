"""The worker: one thread a lane, one for the heartbeat."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import close_old_connections, connections
from django.utils import timezone

from mainstay.common.jobs import claim
from mainstay.common.jobs.lanes import LANES
from mainstay.common.jobs.pumps import run_pumps
from mainstay.common.jobs.run import Held, run_next
from mainstay.common.jobs.slots import enqueue_slots
from mainstay.common.jobs.turns import note_turn
from mainstay.common.jobs.wake import event_of

LOOK_EVERY_S = 0.4
PAUSE_AFTER_ERROR_S = 2.0
GRACE_S = 20.0

log = structlog.get_logger()


def run_forever(
    lanes: Sequence[str] = LANES, stop_event: threading.Event | None = None, *, lease: timedelta = claim.LEASE
) -> None:
    """Work on `lanes` until `stop_event` is set; then end what is running, for at most 20 s.

    What is still running after that is left to its lease: another worker takes it when it lapses.
    """
    stop = stop_event or threading.Event()
    held = Held()
    threads = [_Lane(lane, stop, held, lease) for lane in lanes]
    beat = _Heartbeat(held, lease)
    for thread in (*threads, beat):
        thread.start()
    log.info("worker started", lanes=list(lanes))
    stop.wait()
    _join(threads)
    beat.stop()
    log.info("worker stopped")


def _join(threads: Sequence[threading.Thread]) -> None:
    deadline = timezone.now() + timedelta(seconds=GRACE_S)
    for thread in threads:
        thread.join(max(0.0, (deadline - timezone.now()).total_seconds()))
    left = [thread.name for thread in threads if thread.is_alive()]
    if left:
        log.warning("jobs did not end in time and will be taken over", lanes=left)


class _Lane(threading.Thread):
    """Does the work of one lane, piece by piece."""

    def __init__(self, lane: str, stop: threading.Event, held: Held, lease: timedelta) -> None:
        super().__init__(name=f"lane-{lane}", daemon=True)
        self._lane, self._stop_event, self._held, self._lease = lane, stop, held, lease
        self._slots: dict[str, datetime] = {}
        self._noted: dict[str, datetime] = {}

    def run(self) -> None:
        try:
            while not self._stop_event.is_set():
                self._guarded_turn()
        finally:
            connections.close_all()

    def _guarded_turn(self) -> None:
        """One turn. A database that is away for a while must not end the lane."""
        woken = event_of(self._lane)
        woken.clear()
        try:
            close_old_connections()
            if not self._turn(timezone.now()):
                woken.wait(LOOK_EVERY_S)
        except Exception as problem:
            log.error("lane stumbles", lane=self._lane, exc_info=problem)
            connections.close_all()
            self._stop_event.wait(PAUSE_AFTER_ERROR_S)

    def _turn(self, at: datetime) -> int:
        """Do what is due. A pump that fails keeps no job waiting; of a turn that fails no note is made."""
        enqueue_slots(self._lane, at, self._slots)
        try:
            done = run_pumps(self._lane, at)
        finally:
            ran = run_next(self._lane, timezone.now(), held=self._held, lease=self._lease)
        note_turn(self._lane, at, self._noted)
        return done + ran


class _Heartbeat(threading.Thread):
    """Prolongs the leases of what this process is running."""

    def __init__(self, held: Held, lease: timedelta) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._held, self._lease, self._stopped = held, lease, threading.Event()

    def run(self) -> None:
        try:
            while not self._stopped.wait(self._lease.total_seconds() / 4):
                self._beat()
        finally:
            connections.close_all()

    def stop(self) -> None:
        self._stopped.set()
        self.join(PAUSE_AFTER_ERROR_S)

    def _beat(self) -> None:
        running = self._held.snapshot()
        if not running:
            return
        try:
            close_old_connections()
            claim.extend(running, timezone.now() + self._lease)
        except Exception as problem:
            log.error("heartbeat stumbles", exc_info=problem)
            connections.close_all()
