"""What a prober saw as messages, one a partition, and back. Pure.

A message's body is the prober's clock error and then records as the spool has them. What belongs to a whole place goes
into every partition: looks at canaries as they are, so that they are known before what they explain is judged; a
stretch without looking as one for each monitor that the prober has, for other probers of the place may have looked.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from struct import Struct

from mainstay.watch.bus.subjects import PARTITIONS, partition_of
from mainstay.watch.facts import CanaryLook, Check, GapReason, Missed
from mainstay.watch.prober.outbox import Batch
from mainstay.watch.prober.records import CannotBeRead, Item, bodies, packed, unpacked

HEAD = Struct(">i")
MESSAGE_BYTES_MAX = 400_000
"""Less than half of what a message server takes unless told otherwise."""

RECORDS_MAX = 500


@dataclass(slots=True)
class Contents:
    """What was in a message. `skew_ms` is how far the prober's clock was ahead; `unreadable` counts records."""

    skew_ms: int
    batch: Batch = field(default_factory=Batch)
    unreadable: int = 0

    @property
    def turns_back(self) -> bool:
        """Whether it speaks of a jump of the clock: what came before must be stored before."""
        return any(each.reason is GapReason.CLOCK for each in self.batch.missed)


def written(batch: Batch, monitors: Collection[int], skew_ms: int) -> Iterator[tuple[int, bytes]]:
    """The messages that hold `batch`, each with its partition, in order; `monitors` are those of this prober."""
    parts: dict[int, list[Item]] = {}
    for item in _items(batch, monitors):
        for partition in range(PARTITIONS) if isinstance(item, CanaryLook) else [partition_of(item.monitor_id or 0)]:
            parts.setdefault(partition, []).append(item)
    for partition, items in sorted(parts.items()):
        for body in _bodies(items):
            yield partition, HEAD.pack(skew_ms) + body


def read(message: bytes) -> Contents:
    """What is in a message.

    Raises:
        CannotBeRead: it is none, or ends in the middle.
    """
    if len(message) < HEAD.size:
        raise CannotBeRead("the message is too short")
    found, end = Contents(*HEAD.unpack_from(message)), HEAD.size
    for body, end in bodies(message, HEAD.size):  # noqa: B007 - the last end is wanted below
        try:
            found.batch.add(unpacked(body))
        except CannotBeRead:
            found.unreadable += 1
    if end != len(message):
        raise CannotBeRead("the message ends in the middle of a record")
    if len(found.batch.checks) > RECORDS_MAX:
        raise CannotBeRead(f"the message holds more than {RECORDS_MAX} checks")
    return found


def _items(batch: Batch, monitors: Collection[int]) -> Iterator[Item]:
    """What the checks are judged by comes first."""
    for missed in batch.missed:
        if missed.monitor_id is None:
            yield from (replace(missed, monitor_id=each) for each in monitors)
        else:
            yield missed
    yield from batch.canaries
    yield from batch.checks


def _bodies(items: list[Item]) -> Iterator[bytes]:
    """Records joined to messages that are not too large."""
    body, records = b"", 0
    for record in map(packed, items):
        if records and (len(body) + len(record) > MESSAGE_BYTES_MAX or records >= RECORDS_MAX):
            yield body
            body, records = b"", 0
        body, records = body + record, records + 1
    if body:
        yield body


def speaks_for(batch: Batch, place: str) -> bool:
    """Whether everything in a batch is of `place`."""
    items: list[Check | Missed | CanaryLook] = [*batch.checks, *batch.missed, *batch.canaries]
    return all(each.place == place for each in items)
