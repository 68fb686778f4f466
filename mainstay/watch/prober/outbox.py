"""What was seen and is not stored yet: a bounded queue between the loop and the writer."""

import threading
from collections import deque
from dataclasses import dataclass, field

from mainstay.watch.facts import Check, GapReason, Missed

ROOM = 200_000


@dataclass(slots=True)
class Batch:
    """What is stored together."""

    checks: list[Check] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.checks or self.missed)


@dataclass(slots=True)
class Outbox:
    """Keeps everything in order while the database is away. When it is full the oldest is lost: its time is unknown."""

    room: int = ROOM
    lost: int = 0
    _items: deque[Check | Missed] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, item: Check | Missed) -> None:
        """Keep a check, or the note that nobody looked."""
        with self._lock:
            if len(self._items) >= self.room:
                self._items.popleft()
                self.lost += 1
            self._items.append(item)

    def take(self, at_most: int) -> Batch:
        """Take the oldest out. A jump of the clock begins a batch of its own: what was seen before it is stored first,
        since afterwards nobody can tell from the instants what came before.
        """
        batch = Batch()
        with self._lock:
            for _ in range(min(at_most, len(self._items))):
                if batch and _is_jump(self._items[0]):
                    break
                item = self._items.popleft()
                if isinstance(item, Missed):
                    batch.missed.append(item)
                else:
                    batch.checks.append(item)
        return batch

    def put_back(self, batch: Batch) -> None:
        """Return what could not be stored to its place at the front."""
        with self._lock:
            self._items.extendleft(reversed([*batch.missed, *batch.checks]))

    def __len__(self) -> int:
        return len(self._items)


def _is_jump(item: Check | Missed) -> bool:
    return isinstance(item, Missed) and item.reason is GapReason.CLOCK
