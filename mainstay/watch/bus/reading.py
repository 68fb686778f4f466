"""Messages of some partitions, each from where it stands, in the order of the stream."""

import asyncio
import secrets
from dataclasses import dataclass, field

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from mainstay.watch.bus import subjects
from mainstay.watch.bus.centre import Away

MESSAGES_MAX = 32
"""Of each partition at once: about a thousand checks of a busy prober."""

WAIT_S = 0.4
FORGOTTEN_AFTER_S = 60


@dataclass(slots=True)
class _Flow:
    """One partition's consumer at the server. It acknowledges nothing: the database knows how far it came."""

    subscription: JetStreamContext.PullSubscription
    delivered: int = 0
    waiting: int = 0


@dataclass(slots=True)
class Reader:
    """Reads on from `cursors`, the last message of each partition that needs no reading.

    It lives no longer than the connection that it began with.
    """

    judge: str
    cursors: dict[int, int]
    _flows: dict[int, _Flow] = field(default_factory=dict)
    _purged: dict[int, int] = field(default_factory=dict)

    async def next(self, js: JetStreamContext) -> list[Msg]:
        """The next messages of all partitions; none after a moment in which none came.

        Raises:
            Away: one was lost on its way here: begin again.
        """
        if not self._flows and self.cursors:
            self._flows = {each: await self._flow(js, each) for each in self.cursors}
        found = await asyncio.gather(*map(self._next_of, self._flows.values()), self._pause())
        return sorted((each for part in found for each in part), key=lambda each: each.metadata.sequence.stream)

    def waiting(self) -> dict[int, int]:
        """How many messages were left of each partition."""
        return {partition: flow.waiting for partition, flow in self._flows.items()}

    def has_moved(self, partition: int, sequence: int) -> bool:
        """Whether `sequence` is new since this was last asked."""
        before, self._purged[partition] = self._purged.get(partition, 0), sequence
        return sequence > before

    async def _flow(self, js: JetStreamContext, partition: int) -> _Flow:
        name = f"{self.judge}-{partition}-{secrets.token_hex(4)}"
        config = ConsumerConfig(
            name=name,
            filter_subject=subjects.results_of(partition),
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self.cursors[partition] + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=FORGOTTEN_AFTER_S,
            mem_storage=True,
        )
        await js.add_consumer(subjects.RESULTS, config)
        return _Flow(await js.pull_subscribe_bind(name, stream=subjects.RESULTS))

    async def _next_of(self, flow: _Flow) -> list[Msg]:
        try:
            messages = await flow.subscription.fetch(MESSAGES_MAX, timeout=WAIT_S)
        except TimeoutError:  # nothing came
            flow.waiting = 0
            return []
        for each in messages:
            flow.delivered += 1
            if each.metadata.sequence.consumer != flow.delivered:
                raise Away("a message was lost on its way")
            flow.waiting = each.metadata.num_pending
        return messages

    async def _pause(self) -> list[Msg]:
        """Without partitions a turn still takes its moment."""
        if not self._flows:
            await asyncio.sleep(WAIT_S)
        return []
