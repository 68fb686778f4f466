"""What one prober was given, as the centre knows it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256

import structlog
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from mainstay.watch.bus import subjects, works
from mainstay.watch.bus.credential import sealed_for
from mainstay.watch.prober.schedule import Assignment

log = structlog.get_logger()

PART_BYTES_MAX = 900_000


@dataclass(slots=True)
class Hand:
    """The work of one prober. `at_hand` is all that it may be looking at: what it was given, and has not let go of."""

    sender: subjects.Sender
    public_key: str
    head: works.Head = field(default_factory=lambda: works.Head(0, frozenset(), {}))
    at_hand: frozenset[int] = frozenset()
    _plain: dict[int, str] = field(default_factory=dict)

    @classmethod
    async def found(cls, js: JetStreamContext, sender: subjects.Sender, public_key: str) -> "Hand":
        """What the prober was given before, by the head that stands at the message server."""
        found = cls(sender, public_key)
        try:
            stored = await js.get_msg(subjects.WORK, subject=subjects.work(sender, subjects.HEAD), direct=True)
            found.head = works.Head.unpacked(stored.data or b"")
        except (NotFoundError, works.WorkUnreadable):
            return found
        found.at_hand = found.head.monitors
        return found

    @property
    def monitors(self) -> frozenset[int]:
        """What it was given last."""
        return self.head.monitors

    def heard(self, version: int) -> None:
        """The prober said which version of its work it has: what is not in that one it has let go of."""
        if version == self.head.version:
            self.at_hand = self.monitors

    async def give(
        self, js: JetStreamContext, given: Iterable[Assignment], *, is_doubted: bool, soon: Iterable[int] = ()
    ) -> None:
        """Give it exactly this. What has not changed is not sent again. `soon` are monitors that others suspect."""
        of_part: dict[int, list[Assignment]] = defaultdict(list)
        for each in given:
            of_part[works.part_of(each.monitor_id)].append(each)
        digests = {number: await self._part(js, number, theirs) for number, theirs in of_part.items()}
        kept = {number: digest for number, digest in digests.items() if digest}
        monitors = frozenset(each.monitor_id for number in kept for each in of_part[number])
        head = replace(self.head, monitors=monitors, parts=kept, is_doubted=is_doubted)
        if head != self.head:
            head = replace(head, version=head.version + 1)
        head = replace(head, soon=monitors.intersection(soon))
        if head != self.head:
            await self._publish(js, head)

    async def _part(self, js: JetStreamContext, number: int, theirs: list[Assignment]) -> str:
        """The digest of a part that is at the message server now; empty where it is too large for one message."""
        plain = works.packed(theirs)
        name = sha256(plain).hexdigest()
        if self._plain.get(number) == name and number in self.head.parts:
            return self.head.parts[number]
        sealed = sealed_for(self.public_key, plain)
        if len(sealed) > PART_BYTES_MAX:
            log.error("the settings of some monitors are too large", monitors=[each.monitor_id for each in theirs])
            return ""
        await js.publish(subjects.work(self.sender, str(number)), sealed, stream=subjects.WORK)
        self._plain[number] = name
        return works.digest(sealed)

    async def _publish(self, js: JetStreamContext, head: works.Head) -> None:
        await js.publish(subjects.work(self.sender, subjects.HEAD), head.packed(), stream=subjects.WORK)
        self.head, self.at_hand = head, self.at_hand | head.monitors
        log.info("work handed out", prober=str(self.sender), monitors=len(head.monitors), version=head.version)
