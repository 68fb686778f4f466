"""The centre over the message server, as a prober sees it. It needs no database."""

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import structlog
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from mainstay import __version__
from mainstay.common.crash_safe import write_whole
from mainstay.watch.bus import envelope, subjects, works
from mainstay.watch.bus.centre import Away, Life
from mainstay.watch.bus.credential import CannotBeOpened
from mainstay.watch.bus.link import Link
from mainstay.watch.engine.clock import boot_s, utc
from mainstay.watch.prober.outbox import Batch
from mainstay.watch.prober.prober import Work
from mainstay.watch.prober.schedule import Assignment
from mainstay.watch.prober.spool import Spool

log = structlog.get_logger()

AT_ONCE = 8
LIFE_EVERY_S = 2.0
ROUND_TRIP_S_MAX = 1.0
"""A longer one says too little about the clock."""


@dataclass(slots=True)
class RemoteCentre:
    """The way from one prober to its centre. It belongs to the writer's thread.

    `mark_file` remembers how far the spool was delivered; it may be lost, for what is delivered twice is taken in once.
    """

    link: Link
    sender: subjects.Sender
    mark_file: Path
    look_every_s: float = 1.0
    _head: works.Head = field(default_factory=lambda: works.Head(-1, frozenset(), {}))
    _parts: dict[str, list[Assignment]] = field(default_factory=dict)
    _given: int = -1
    _asked: frozenset[int] = frozenset()
    _mark: str = ""
    _lived_s: float = float("-inf")
    _skew_ms: int = 0
    _lag_ms: int = 0
    _started_at: datetime = field(default_factory=utc)

    def spool_mark(self) -> str:
        try:
            return self.mark_file.read_text().strip()
        except OSError:
            return ""

    def begin(self, started_at: datetime, spool: Spool | None) -> None:
        """Nobody needs to be asked: time without looks is unknown by itself, and judges believe no wrong clock."""
        self._started_at = started_at

    def work(self) -> Work | None:
        """The judge's memory is not sent along: without it a failure is only confirmed anew."""
        if self._head.version == self._given:
            return None
        found = self.link.call(self._fetched)
        self._parts = found
        self._given = self._head.version
        return Work(tuple(each for part in found.values() for each in part), {})

    def suspected(self) -> Collection[int]:
        """What came with the head of the work, each time that it has changed."""
        if self._head.soon == self._asked:
            return ()
        self._asked = self._head.soon
        return self._asked

    def is_doubted(self) -> bool:
        self.link.call(self._look_at_head)
        return self._head.is_doubted

    def deliver(self, batch: Batch, life: Life) -> None:
        """When this returns, JetStream has acknowledged every message."""
        if batch:
            self.link.call(lambda js: self._published(js, batch))
        if batch.mark != self._mark:
            self._remember(batch.mark)
        self._lag_ms = max(self._lag_ms, life.lag_ms)
        if boot_s() - self._lived_s >= LIFE_EVERY_S:
            worst = replace(life, lag_ms=self._lag_ms)
            self.link.call(lambda js: self._show_life(js, worst))
            self._lag_ms = 0

    def end(self) -> None:
        self.link.call(lambda js: self._show_life(js, Life(0, 0, 0, 0), is_stopped=True))

    def close(self) -> None:
        self.link.close()

    async def _published(self, js: JetStreamContext, batch: Batch) -> None:
        """Messages of one partition go one after the other, those of several at the same time."""
        of_partition: dict[int, list[bytes]] = {}
        for partition, body in envelope.written(batch, self._head.monitors, self._skew_ms):
            of_partition.setdefault(partition, []).append(body)
        room = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._send(js, room, each, found) for each, found in of_partition.items()))

    async def _send(self, js: JetStreamContext, room: asyncio.Semaphore, partition: int, parts: list[bytes]) -> None:
        subject = subjects.results(self.sender, partition)
        async with room:
            for body in parts:
                name = sha256(subject.encode() + body[envelope.HEAD.size :]).hexdigest()
                message = self.link.credential.signed(subject, body)
                await js.publish(subject, message, stream=subjects.RESULTS, headers={"Nats-Msg-Id": name})

    async def _show_life(self, js: JetStreamContext, life: Life, *, is_stopped: bool = False) -> None:
        """Say how it goes; the server's time at which that was stored tells how wrong the clock is."""
        subject, body = subjects.life(self.sender), self._life(life, is_stopped)
        sent_s, sent_at = boot_s(), utc()
        await js.publish(subject, self.link.credential.signed(subject, body), stream=subjects.LIVES)
        took_s, self._lived_s = boot_s() - sent_s, sent_s
        if took_s <= ROUND_TRIP_S_MAX:
            stored = await js.get_msg(subjects.LIVES, subject=subject, direct=True)
            if stored.time is not None:
                self._skew_ms = int(((sent_at - stored.time).total_seconds() + took_s / 2) * 1000)

    def _life(self, life: Life, is_stopped: bool) -> bytes:
        told = {
            "version": __version__,
            "started_at": self._started_at.isoformat(),
            "sent_at": utc().isoformat(),
            "work": self._given,
            "skew_ms": self._skew_ms,
            "monitors": life.monitors,
            "lag_ms": life.lag_ms,
            "queued": life.queued,
            "lost": life.lost,
            "is_stopped": is_stopped,
        }
        return json.dumps(told).encode()

    async def _look_at_head(self, js: JetStreamContext) -> None:
        try:
            found = await js.get_msg(subjects.WORK, subject=subjects.work(self.sender, subjects.HEAD), direct=True)
            head = works.Head.unpacked(found.data or b"")
        except NotFoundError:
            return  # the centre has not given anything yet
        except works.WorkUnreadable as problem:
            raise Away(str(problem)) from problem
        self._head = head

    async def _fetched(self, js: JetStreamContext) -> dict[str, list[Assignment]]:
        """The parts of the head, those that are known already from memory."""
        return {
            name: self._parts.get(name) or await self._part(js, each, name) for each, name in self._head.parts.items()
        }

    async def _part(self, js: JetStreamContext, number: int, name: str) -> list[Assignment]:
        subject = subjects.work(self.sender, str(number))
        try:
            sealed = (await js.get_msg(subjects.WORK, subject=subject, direct=True)).data or b""
            if works.digest(sealed) != name:
                raise Away("the work is being replaced")
            return works.unpacked(self.link.credential.opened(sealed))
        except (NotFoundError, CannotBeOpened, works.WorkUnreadable) as problem:
            raise Away(f"the work cannot be read: {problem}") from problem

    def _remember(self, mark: str) -> None:
        try:
            write_whole(self.mark_file, mark.encode())
            self._mark = mark
        except OSError as problem:
            log.warning("how far the spool was delivered cannot be written", problem=str(problem))
