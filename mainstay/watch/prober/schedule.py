"""Which monitor is to be looked at when. All times are seconds of `engine.clock.boot_s`."""

import heapq
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, islice

from mainstay.watch.codes import State
from mainstay.watch.engine.steps import Spec
from mainstay.watch.rules.judge import Look, Memory, Turn, dismissed, judge, recheck_after_s
from mainstay.watch.rules.prober_fault import host_of, port_of
from mainstay.watch.rules.slots import due, first_look_after_s, next_slot

SAMPLE = 3
"""How many times as many monitors are drawn as are wanted: some of them stand on the same host."""
NOWHERE = ("", 0)
NEIGHBOURS = 16
"""How many others at the same address are looked at when one turns. Each of them that turns as well brings more."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A monitor as a prober gets it. When it fails, `looks_behind` are looked at as well: what it depends on."""

    monitor_id: int
    version: int
    interval_s: int
    spec: Spec
    looks_behind: tuple[int, ...] = ()


@dataclass(slots=True)
class Entry:
    """A monitor under watch: its work, what the judge would think of it, and whether a look is under way.

    `stands_at` are the address and port at which it was found last.
    """

    assignment: Assignment
    memory: Memory
    slot_s: float
    stands_at: tuple[str, int] = NOWHERE
    is_running: bool = False
    is_gone: bool = False
    is_asked_for: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """What is to be done for one monitor now. `missed_from_s` is set when slots have gone by unused."""

    entry: Entry
    is_usable: bool
    lag_s: float
    missed: int = 0
    missed_from_s: float | None = None
    missed_to_s: float | None = None


@dataclass(slots=True)
class Schedule:
    """The order of looks of one prober. `origin_s` is where its slots are counted from."""

    origin_s: float
    entries: dict[int, Entry] = field(default_factory=dict)
    _near: defaultdict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    _heap: list[tuple[float, int, Entry, bool]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def assign(self, assignments: Iterable[Assignment], memories: dict[int, Memory], now_s: float) -> None:
        """Watch exactly these monitors from now on. Unchanged ones go on undisturbed; new ones are looked at soon."""
        wanted = {each.monitor_id: each for each in assignments}
        for monitor_id in [pk for pk, entry in self.entries.items() if wanted.get(pk) != entry.assignment]:
            gone = self.entries.pop(monitor_id)
            gone.is_gone = True
            self._leave(gone)
        for number, monitor_id in enumerate(sorted(wanted.keys() - self.entries.keys())):
            assignment = wanted[monitor_id]
            slot_s = next_slot(self.origin_s, monitor_id, assignment.interval_s, now_s)
            entry = Entry(assignment, memories.get(monitor_id, Memory()), slot_s)
            self.entries[monitor_id] = entry
            self._push(slot_s, entry, is_slot=True)
            first_s = now_s + first_look_after_s(number)
            if first_s < slot_s:
                self._push(first_s, entry, is_slot=False)

    def take_due(self, now_s: float) -> Iterator[Slot]:
        """What is due at `now_s`, the earliest first. Each turn that is usable is to be looked at once."""
        while self._heap and self._heap[0][0] <= now_s:
            when_s, _, entry, is_slot = heapq.heappop(self._heap)
            if entry.is_gone:
                continue
            if not is_slot:
                yield Slot(entry, is_usable=not entry.is_running, lag_s=now_s - when_s)
                continue
            yield self._slot(entry, now_s)

    def finished(self, entry: Entry, look: Look, now_s: float) -> Turn | None:
        """A look has ended: where a failure or a recovery waits to be confirmed, the next one comes quickly.

        A look that could not see confirms nothing, however often it is made: the next one comes in its turn.
        The answer is what turned by it, if anything did.
        """
        entry.is_running = entry.is_asked_for = False
        if entry.is_gone:
            return None
        before = entry.memory
        entry.memory, turn = judge(before, look)
        interval_s = entry.assignment.interval_s
        delay_s = recheck_after_s(entry.memory, interval_s) if look.state != State.UNKNOWN else None
        if turn is Turn.SUSPECTED or (before.is_down and entry.memory.good_count and not before.good_count):
            self._look_around(entry, now_s)
        if delay_s is not None and now_s + delay_s < entry.slot_s:
            self._push(now_s + delay_s, entry, is_slot=False)
        return turn

    def found_at(self, entry: Entry, address: str) -> None:
        """Remember where a look found the monitor."""
        if address == entry.stands_at[0]:
            return
        self._leave(entry)
        entry.stands_at = address, port_of(entry.assignment.spec.url)
        self._near[entry.stands_at].add(entry.assignment.monitor_id)

    def bring_forward(self, many: int, now_s: float) -> None:
        """Look now at some monitors that seem well, each on a host of its own, besides their usual turns."""
        well = [each for each in self.entries.values() if not (each.is_running or each.memory.bad_count)]
        hosts: set[str] = set()
        for entry in random.sample(well, min(len(well), many * SAMPLE)):  # nosec B311 # a sample, no secret
            host = host_of(entry.assignment.spec.url)
            if len(hosts) < many and host not in hosts:
                self._push(now_s + first_look_after_s(len(hosts)), entry, is_slot=False)
                hosts.add(host)

    def look_soon(self, monitor_ids: Iterable[int], now_s: float) -> None:
        """Look at these besides their usual turns, unless a look is under way, or was already asked for."""
        known = [self.entries[each] for each in sorted(monitor_ids) if each in self.entries]
        for number, entry in enumerate(each for each in known if not (each.is_running or each.is_asked_for)):
            entry.is_asked_for = True
            self._push(now_s + first_look_after_s(number), entry, is_slot=False)

    def look_afresh(self, now_s: float) -> None:
        """Forget what failed, and look at it soon: so that what is really down is confirmed quickly once more."""
        failed = [each for each in self.entries.values() if each.memory.is_down or each.memory.bad_count]
        for number, entry in enumerate(failed):
            entry.memory = dismissed(entry.memory)
            self._push(now_s + first_look_after_s(number), entry, is_slot=False)

    def forget_instants(self) -> None:
        """The wall clock jumped: what was seen before it must not make later looks seem old."""
        for entry in self.entries.values():
            entry.memory = replace(entry.memory, seen_at=None)

    def _leave(self, entry: Entry) -> None:
        near = self._near[entry.stands_at]
        near.discard(entry.assignment.monitor_id)
        if not near:
            del self._near[entry.stands_at]

    def _look_around(self, entry: Entry, now_s: float) -> None:
        """What made it turn may have met others at its address: look at some of those that stand as it stood.

        So what many websites share is seen within seconds, where their own turns would take an interval.
        """
        was_down = entry.memory.is_down
        others = (self.entries[each] for each in self._near.get(entry.stands_at, ()))
        alike = (
            each.assignment.monitor_id
            for each in others
            if each.memory.is_down is was_down
            and not (each.is_running or each.is_asked_for)
            and not (each.memory.good_count if was_down else each.memory.bad_count)
        )
        self.look_soon(list(islice(alike, NEIGHBOURS)), now_s)

    def _slot(self, entry: Entry, now_s: float) -> Slot:
        slot_s, interval_s = entry.slot_s, entry.assignment.interval_s
        found = due(slot_s, interval_s, now_s)
        entry.slot_s = found.following_s
        self._push(entry.slot_s, entry, is_slot=True)
        usable = found.is_usable and not entry.is_running
        lag_s = now_s - (found.following_s - interval_s)
        if entry.is_running or not found.missed:
            return Slot(entry, usable, lag_s)
        until_s = now_s if found.is_usable else found.following_s
        return Slot(entry, usable, lag_s, found.missed, slot_s, until_s)

    def _push(self, when_s: float, entry: Entry, *, is_slot: bool) -> None:
        heapq.heappush(self._heap, (when_s, next(self._order), entry, is_slot))
