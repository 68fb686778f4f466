"""What was seen and is not stored yet: a bounded queue between the loop and the writer, and a spool on disk."""

import threading
from collections import deque
from dataclasses import dataclass, field

import structlog

from mainstay.watch.facts import CanaryLook, Check, GapReason, Missed
from mainstay.watch.prober.records import Item
from mainstay.watch.prober.spool import Portion, Spool

log = structlog.get_logger()

ROOM = 200_000


@dataclass(slots=True)
class Batch:
    """What is stored together. `mark` says how far the spool is taken in with it; empty when it was never there."""

    checks: list[Check] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    canaries: list[CanaryLook] = field(default_factory=list)
    mark: str = field(default="", compare=False)

    def __len__(self) -> int:
        return len(self.checks) + len(self.missed) + len(self.canaries)

    def add(self, item: Item) -> None:
        """Put an item where its kind is kept."""
        match item:
            case Check():
                self.checks.append(item)
            case Missed():
                self.missed.append(item)
            case CanaryLook():
                self.canaries.append(item)


@dataclass(slots=True)
class _Flight:
    """The items of the batch that is being stored; `on_disk` once they stand at the head of the spool as well."""

    items: list[Item]
    on_disk: Portion | None = None


@dataclass(slots=True)
class Outbox:
    """Keeps everything in order while the database is away. What is in the spool is older than what is in memory.

    `put` may be called by the loop, `secure` by a thread that does nothing else, all others by the writer. When there
    is no room, or the spool has grown too large, the oldest is lost: its time is unknown.
    """

    room: int = ROOM
    spool: Spool | None = None
    dropped: int = 0
    _items: deque[Item] = field(default_factory=deque)
    _flight: _Flight | None = None
    _mark: str = ""
    _is_told: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _disk: threading.Lock = field(default_factory=threading.Lock)

    @property
    def lost(self) -> int:
        """How much was lost in all."""
        return self.dropped + (self.spool.lost if self.spool is not None else 0)

    @property
    def is_spooled(self) -> bool:
        """Whether anything waits on disk."""
        return self.spool is not None and len(self.spool) > 0

    def put(self, item: Item) -> None:
        """Keep a look, or the note that nobody looked. Never waits for the disk."""
        with self._lock:
            if len(self._items) >= self.room:
                self._items.popleft()
                self.dropped += 1
            self._items.append(item)

    def put_first(self, item: Item) -> None:
        """Keep what must be delivered before all that this run has seen, and after what is in the spool."""
        with self._lock:
            self._items.appendleft(item)

    def take(self, at_most: int) -> Batch:
        """Take the oldest out; what was taken before counts as stored.

        A jump of the clock begins a batch of its own: what was seen before it is stored first, since afterwards
        nobody can tell from the instants what came before.
        """
        with self._disk:
            self._land()
            portion = self.spool.oldest(at_most) if self.spool is not None and len(self.spool) else Portion()
            if self.spool is not None and portion.records:
                many = _until_jump(portion.items, at_most)
                if many < len(portion.items):
                    portion = self.spool.oldest(many)
                self._flight = _Flight(list(portion.items), portion)
            else:
                with self._lock:
                    many = _until_jump(self._items, at_most)
                    self._flight = _Flight([self._items.popleft() for _ in range(many)])
            batch = Batch(mark=portion.mark or self._mark)
            for item in self._flight.items:
                batch.add(item)
            return batch

    def stored(self) -> None:
        """What was taken is in the database."""
        with self._disk:
            self._land()

    def put_back(self, batch: Batch) -> None:
        """Return what was taken last and could not be stored to its place at the front."""
        with self._disk:
            flight, self._flight = self._flight, None
            if flight is not None and flight.on_disk is None:
                with self._lock:
                    self._items.extendleft(reversed(flight.items))

    def secure(self) -> None:
        """Write what waits to the spool, and the batch under way before it. Where the disk is full it stays here."""
        with self._disk:
            if self.spool is None:
                return
            flying = self._flight if self._flight is not None and self._flight.on_disk is None else None
            with self._lock:
                waiting, dropped = list(self._items), self.dropped
            items = [*(flying.items if flying is not None else ()), *waiting]
            if not items:
                return
            try:
                self.spool.append(items)
            except OSError as problem:
                self._tell(problem)
                return
            self._is_told = False
            if flying is not None:
                flying.on_disk = self.spool.oldest(len(flying.items))
            with self._lock:
                for _ in range(len(waiting) - (self.dropped - dropped)):
                    self._items.popleft()

    def close(self) -> None:
        """Write what is left to the spool, and give it back."""
        self.secure()
        with self._disk:
            if self.spool is not None:
                self.spool.close()

    def __len__(self) -> int:
        return len(self._items) + (len(self.spool) if self.spool is not None else 0)

    def _land(self) -> None:
        flight, self._flight = self._flight, None
        if self.spool is not None and flight is not None and flight.on_disk is not None:
            self.spool.taken(flight.on_disk)
            self._mark = flight.on_disk.mark

    def _tell(self, problem: OSError) -> None:
        """Say it once, not every second."""
        if not self._is_told:
            log.error("the spool cannot be written: what waits is in memory alone", problem=str(problem))
            self._is_told = True


def _until_jump(items: tuple[Item, ...] | deque[Item], at_most: int) -> int:
    """How many of the oldest make a batch: up to the next jump of the clock."""
    for number, item in enumerate(items):
        if number >= at_most or (number and isinstance(item, Missed) and item.reason is GapReason.CLOCK):
            return number
    return len(items)
