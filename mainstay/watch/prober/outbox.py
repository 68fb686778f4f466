"""What was seen and is not stored yet: a bounded queue between the loop and the writer."""

import threading
from collections import deque
from dataclasses import dataclass, field

from mainstay.watch.facts import Check, Missed

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
    """Keeps checks in order while the database is away. When it is full the oldest are lost: their time is unknown."""

    room: int = ROOM
    lost: int = 0
    _checks: deque[Check] = field(default_factory=deque)
    _missed: deque[Missed] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, check: Check) -> None:
        """Keep a check."""
        with self._lock:
            if len(self._checks) >= self.room:
                self._checks.popleft()
                self.lost += 1
            self._checks.append(check)

    def put_missed(self, missed: Missed) -> None:
        """Keep the note that nobody looked."""
        with self._lock:
            if len(self._missed) >= self.room:
                self._missed.popleft()
                self.lost += 1
            self._missed.append(missed)

    def take(self, at_most: int) -> Batch:
        """Take the oldest out."""
        with self._lock:
            checks = [self._checks.popleft() for _ in range(min(at_most, len(self._checks)))]
            missed = [self._missed.popleft() for _ in range(min(at_most, len(self._missed)))]
        return Batch(checks, missed)

    def put_back(self, batch: Batch) -> None:
        """Return what could not be stored to its place at the front."""
        with self._lock:
            self._checks.extendleft(reversed(batch.checks))
            self._missed.extendleft(reversed(batch.missed))

    def __len__(self) -> int:
        return len(self._checks) + len(self._missed)
