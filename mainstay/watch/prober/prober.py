"""Looks at monitors when they are due."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from mainstay.watch import probes
from mainstay.watch.codes import Code, State
from mainstay.watch.engine.clock import WallClock, boot_s, utc
from mainstay.watch.engine.engine import Engine
from mainstay.watch.facts import Check, Finding, GapReason, Missed
from mainstay.watch.prober.outbox import Outbox
from mainstay.watch.prober.schedule import Assignment, Entry, Schedule, Turn
from mainstay.watch.rules.judge import Look, Memory, vouch

log = structlog.get_logger()

TICK_S = 0.1
STILL_S = 2.0
"""Without a tick for this long the prober itself stood still: the machine slept, or was far too busy."""
STOOD_STILL = "it stood still meanwhile"


@dataclass(frozen=True, slots=True)
class Work:
    """A new set of assignments, and what the judge remembers of them."""

    assignments: tuple[Assignment, ...]
    memories: dict[int, Memory]


class Prober:
    """One place's prober. All but `give` and `lag_s` belongs to the thread that runs it."""

    def __init__(self, place: str, engine: Engine, outbox: Outbox) -> None:
        self._place = place
        self._engine = engine
        self._outbox = outbox
        self._schedule = Schedule(origin_s=boot_s())
        self._clock = WallClock.started()
        self._ticked_s = boot_s()
        self._stood_still_s = float("-inf")
        self._given: Work | None = None
        self._lock = threading.Lock()
        self._is_stopping = False
        self.lag_s = 0.0

    @property
    def monitors(self) -> int:
        """How many monitors it looks at."""
        return len(self._schedule.entries)

    def give(self, work: Work) -> None:
        """Hand over new work; it is taken up at the next tick. May be called from any thread."""
        with self._lock:
            self._given = work

    def run(self, stop_event: threading.Event) -> None:
        """Look until `stop_event` is set. Looks under way then are broken off and not recorded."""
        self._tick()
        self._engine.loop.run(stop_event.is_set)
        self._is_stopping = True

    def take_lag_s(self) -> float:
        """How late the latest looks began at worst, since this was last asked."""
        lag_s, self.lag_s = self.lag_s, 0.0
        return lag_s

    def _tick(self) -> None:
        if self._is_stopping:
            return
        now_s, wall = boot_s(), utc()
        if now_s - self._ticked_s > STILL_S:
            self._stood_still_s = now_s
        self._ticked_s = now_s
        self._notice_jump(now_s, wall)
        self._take_up()
        self._turn_all(self._schedule.take_due(now_s), now_s, wall)
        self._engine.loop.at(now_s + TICK_S, self._tick)

    def _take_up(self) -> None:
        with self._lock:
            work, self._given = self._given, None
        if work is not None:
            self._schedule.assign(work.assignments, work.memories, boot_s())
            log.info("work taken up", monitors=self.monitors)

    def _notice_jump(self, now_s: float, wall: datetime) -> None:
        jump = self._clock.read(now_s, wall)
        if jump is not None:
            log.warning("the wall clock jumped", from_at=jump[0].isoformat(), to_at=jump[1].isoformat())
            self._outbox.put(Missed(self._place, jump[0], jump[1], GapReason.CLOCK))
            self._schedule.forget_instants()

    def _turn_all(self, turns: Iterable[Turn], now_s: float, wall: datetime) -> None:
        for turn in turns:
            if turn.missed_from_s is not None and turn.missed_to_s is not None:
                self._outbox.put(self._missed(turn, wall - timedelta(seconds=now_s)))
            if turn.is_usable:
                self.lag_s = max(self.lag_s, turn.lag_s)
                self._look(turn.entry)

    def _missed(self, turn: Turn, zero: datetime) -> Missed:
        """The note of missed slots; `zero` is the wall-clock instant at which `boot_s` was nothing."""
        from_at = zero + timedelta(seconds=turn.missed_from_s or 0)
        to_at = zero + timedelta(seconds=turn.missed_to_s or 0)
        monitor_id = turn.entry.assignment.monitor_id
        return Missed(self._place, from_at, to_at, GapReason.MISSED, monitor_id, turn.missed)

    def _look(self, entry: Entry) -> None:
        spec = entry.assignment.spec
        entry.is_running = True
        self._engine.start(probes.start(spec), spec.timeout_s, partial(self._seen, entry, boot_s()))

    def _seen(self, entry: Entry, began_s: float, finding: Finding) -> None:
        """Keep what a look found. It is dated back from its end: the clock may have been set since it began."""
        now_s, assignment = boot_s(), entry.assignment
        at = utc() - timedelta(seconds=now_s - began_s)
        if finding.state is not State.UP and self._stood_still(began_s, now_s):
            finding = replace(finding, code=Code.PROBER_FAULT, detail=STOOD_STILL)
        look = Look(at, finding.state, vouch(assignment.interval_s), finding.code, finding.detail)
        self._schedule.finished(entry, look, now_s)
        duration_us = int((now_s - began_s) * 1_000_000)
        self._outbox.put(Check(assignment.monitor_id, self._place, at, finding, duration_us))

    def _stood_still(self, began_s: float, now_s: float) -> bool:
        """Whether time went by in which nothing was looked after, since `began_s`: then a failure says nothing."""
        return began_s < self._stood_still_s or now_s - self._ticked_s > STILL_S
