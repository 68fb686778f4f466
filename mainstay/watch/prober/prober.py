"""Looks at monitors when they are due."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from mainstay.watch import probes
from mainstay.watch.codes import Code, State
from mainstay.watch.engine.clock import WallClock, boot_s, to_the_millisecond, utc
from mainstay.watch.engine.engine import Engine
from mainstay.watch.facts import CanaryLook, Check, Finding, GapReason, Missed
from mainstay.watch.prober.canaries import Canaries, answers
from mainstay.watch.prober.outbox import Outbox
from mainstay.watch.prober.schedule import Assignment, Entry, Schedule, Slot
from mainstay.watch.rules.judge import Look, Memory, Turn, vouch

log = structlog.get_logger()

TICK_S = 0.1
STILL_S = 2.0
"""Without a tick for this long the prober itself stood still: the machine slept, or was far too busy."""
OTHERS = 12
"""How many other websites are looked at when one fails and no canary is there to ask: enough to tell by."""

ASK_OTHERS_EVERY_S = 5.0
STOOD_STILL = "it stood still meanwhile"


@dataclass(frozen=True, slots=True)
class Work:
    """A new set of assignments, and what the judge remembers of them."""

    assignments: tuple[Assignment, ...]
    memories: dict[int, Memory]


class Prober:
    """One place's prober. All but `give` and `lag_s` belongs to the thread that runs it."""

    def __init__(self, place: str, engine: Engine, outbox: Outbox, canaries: Iterable[str] = ()) -> None:
        self._place = place
        self._engine = engine
        self._outbox = outbox
        self._schedule = Schedule(origin_s=boot_s() - utc().timestamp())  # all probers of a place count the same slots
        self._clock = WallClock.started()
        self._ticked_s = boot_s()
        self._stood_still_s = float("-inf")
        self._given: Work | None = None
        self._canaries = Canaries(engine, canaries, self._canary_seen)
        self._asked_others_s = float("-inf")
        self._is_afresh = False
        self._soon: set[int] = set()
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

    def look_afresh(self) -> None:
        """What failed lately was not believed: look at it once more. May be called from any thread."""
        with self._lock:
            self._is_afresh = True

    def look_soon(self, monitor_ids: Iterable[int]) -> None:
        """Another place suspects these: look at them out of turn. May be called from any thread."""
        with self._lock:
            self._soon.update(monitor_ids)

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
        self._canaries.tick(now_s)
        self._turn_all(self._schedule.take_due(now_s), now_s, wall)
        self._engine.loop.at(now_s + TICK_S, self._tick)

    def _take_up(self) -> None:
        with self._lock:
            work, self._given = self._given, None
            is_afresh, self._is_afresh = self._is_afresh, False
            soon, self._soon = self._soon, set()
        if is_afresh:
            self._schedule.look_afresh(boot_s())
        if work is not None:
            self._schedule.assign(work.assignments, work.memories, boot_s())
            log.info("work taken up", monitors=self.monitors)
        self._schedule.look_soon(soon, boot_s())

    def _notice_jump(self, now_s: float, wall: datetime) -> None:
        jump = self._clock.read(now_s, wall)
        if jump is not None:
            log.warning("the wall clock jumped", from_at=jump[0].isoformat(), to_at=jump[1].isoformat())
            self._outbox.put(Missed(self._place, jump[0], jump[1], GapReason.CLOCK))
            self._schedule.forget_instants()

    def _turn_all(self, turns: Iterable[Slot], now_s: float, wall: datetime) -> None:
        for turn in turns:
            if turn.missed_from_s is not None and turn.missed_to_s is not None:
                self._outbox.put(self._missed(turn, wall - timedelta(seconds=now_s)))
            if turn.is_usable:
                self.lag_s = max(self.lag_s, turn.lag_s)
                self._look(turn.entry)

    def _missed(self, turn: Slot, zero: datetime) -> Missed:
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
        at = to_the_millisecond(utc() - timedelta(seconds=now_s - began_s))
        if finding.state is not State.UP and self._stood_still(began_s, now_s):
            finding = replace(finding, code=Code.PROBER_FAULT, detail=STOOD_STILL)
        look = Look(at, finding.state, vouch(assignment.interval_s), finding.code, finding.detail)
        if finding.address:
            self._schedule.found_at(entry, finding.address)
        if self._schedule.finished(entry, look, now_s) is Turn.SUSPECTED:
            self._schedule.look_soon(assignment.looks_behind, now_s)
            self._suspect(now_s)
        duration_us = int((now_s - began_s) * 1_000_000)
        self._outbox.put(Check(assignment.monitor_id, self._place, at, finding, duration_us))

    def _suspect(self, now_s: float) -> None:
        """A website fails: find out soon whether it is the only one, by canaries or else by other websites."""
        if self._canaries:
            self._canaries.suspect(now_s)
        elif now_s - self._asked_others_s >= ASK_OTHERS_EVERY_S:
            self._asked_others_s = now_s
            self._schedule.bring_forward(OTHERS, now_s)

    def _canary_seen(self, address: str, began_s: float, finding: Finding) -> None:
        now_s = boot_s()
        is_good = answers(finding)
        if is_good or not self._stood_still(began_s, now_s):
            at = utc() - timedelta(seconds=now_s - began_s)
            self._outbox.put(CanaryLook(self._place, address, at, is_good, finding.code))

    def _stood_still(self, began_s: float, now_s: float) -> bool:
        """Whether time went by in which nothing was looked after, since `began_s`: then a failure says nothing."""
        return began_s < self._stood_still_s or now_s - self._ticked_s > STILL_S
