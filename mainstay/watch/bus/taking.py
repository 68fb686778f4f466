"""A judge: takes results from the message server in, in order, each once, and shares the partitions with its peers."""

import threading
from dataclasses import dataclass, field
from itertools import chain

import structlog
from django.db import IntegrityError, close_old_connections, connection, transaction
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from mainstay.common import tenancy
from mainstay.watch import actions
from mainstay.watch.bus import letters, streams, subjects
from mainstay.watch.bus.admitting import DATABASE_AWAY, store
from mainstay.watch.bus.centre import Away
from mainstay.watch.bus.letters import Letter
from mainstay.watch.bus.link import Link
from mainstay.watch.bus.peers import Peers
from mainstay.watch.bus.reading import Reader
from mainstay.watch.engine.clock import boot_s, utc
from mainstay.watch.facts import SetAsideReason
from mainstay.watch.models import RemoteProber
from mainstay.watch.prober.outbox import Batch
from mainstay.watch.prober.records import Item, packed

log = structlog.get_logger()

TIDY_EVERY_S = 2.0
AWAY_S = (0.5, 1.0, 2.0)
_AT_ODDS = (Away, *DATABASE_AWAY)


@dataclass(slots=True)
class Taker:
    """One judge's way from messages to rows. How far it came stands in the database, never at the message server."""

    link: Link
    peers: Peers
    _reader: Reader | None = None
    _cursors: dict[int, actions.Reached] = field(default_factory=dict)
    _tidied_s: float = float("-inf")
    _failures: int = 0

    def run(self, stop_event: threading.Event) -> None:
        """Take in until `stop_event` is set."""
        while not stop_event.is_set():
            self._try()
            if self._failures:
                stop_event.wait(AWAY_S[min(self._failures, len(AWAY_S)) - 1])
        self._leave()

    def _try(self) -> None:
        close_old_connections()
        try:
            with tenancy.everything():
                self._turn()
        except actions.NoLongerOurs as problem:
            log.info("another judge goes on", problem=str(problem))
            self._begin_again()
        except _AT_ODDS as problem:
            log.warning("results wait", problem=str(problem))
            self._begin_again()
            self._failures += 1
        except Exception:  # whatever it was, the results are still there, and the next turn tries again
            log.exception("taking in failed")
            self._begin_again()
            self._failures += 1
        else:
            self._failures = 0

    def _turn(self) -> None:
        if self._reader is None:
            self.link.call(streams.ready)
        mine = self.link.call(self.peers.share)
        if self._reader is None or set(self._cursors) != mine:
            self._take_over(mine)
        assert self._reader is not None  # noqa: S101 - it was just made
        messages = self.link.call(self._reader.next)
        for group in letters.batched(self._letters(messages)):
            self._take_in(group)
        if boot_s() - self._tidied_s >= TIDY_EVERY_S:
            self._tidy()

    def _take_over(self, mine: set[int]) -> None:
        """Go on where the database says that each partition stands, whoever brought it there."""
        self._reader = None
        self._cursors = actions.open_cursors(partitions=mine)
        begin_at = self.link.call(self._known)
        self._reader = Reader(self.peers.name, begin_at)
        log.info("judging", partitions=sorted(mine), judges=len(self.peers.names))

    async def _known(self, js: JetStreamContext) -> dict[int, int]:
        """From where each partition is to be read: from its beginning where the server does not know the last message.

        What is read once more by that is on record already, and changes nothing.
        """
        found = {}
        for partition, reached in self._cursors.items():
            is_known = not reached.sequence or await streams.mark_at(js, reached.sequence) == reached.mark
            if not is_known:
                log.warning("the message server lost what it had: its results are read anew", partition=partition)
            found[partition] = reached.sequence if is_known else 0
        return found

    def _letters(self, messages: list[Msg]) -> list[Letter]:
        if not messages:
            return []
        probers = {each.name: each for each in RemoteProber.objects.all()}
        return [
            letters.opened(each.subject, each.metadata.sequence.stream, each.metadata.timestamp, each.data, probers)
            for each in messages
        ]

    def _take_in(self, group: list[Letter]) -> None:
        try:
            self._store(group)
        except IntegrityError as problem:  # found out only at the end of the transaction
            if len(group) > 1:
                for each in group:
                    self._take_in([each])
            else:
                self._store([_refused(group[0], problem)])

    def _store(self, group: list[Letter]) -> None:
        """One transaction: what is in the letters, what is set aside of them, and how far the partitions are now."""
        at, aside = utc(), list(chain.from_iterable(each.aside for each in group))
        steps = self._steps(group)

        def refuse(batch: Batch, problem: Exception) -> None:
            log.error("an observation could not be stored", batch=batch, exc_info=problem)
            aside.append(_unbelieved(batch, problem))

        with transaction.atomic():
            actions.move_on(steps=steps)
            store(_joined(group), at, refuse)
            actions.set_aside(found=aside, at=at)
        self._cursors.update({partition: step.after for partition, step in steps.items()})
        for each in aside:
            log.error("results were set aside", prober=each.prober, reason=each.reason.value, detail=each.detail)

    def _steps(self, group: list[Letter]) -> dict[int, actions.Step]:
        """Letters are in order, so the last of a partition is how far it comes."""
        return {each.partition: actions.Step(self._cursors[each.partition], each.reached) for each in group}

    def _tidy(self) -> None:
        """Remove from the message server what is in the database, and note what is left.

        The last message of each partition stays, so that the server goes on counting from it; and only where it is
        still the one that was taken in, since a server that counts anew has others below its number. To purge up to the
        first message of all would be to purge everything.
        """
        assert self._reader is not None  # noqa: S101 - only called in a turn
        reader = self._reader
        moved = {
            partition: (reached.sequence, reached.mark)
            for partition, reached in self._cursors.items()
            if reached.sequence > 1 and reader.has_moved(partition, reached.sequence)
        }

        async def remove(js: JetStreamContext) -> None:
            for partition, (sequence, mark) in moved.items():
                if await streams.mark_at(js, sequence) == mark:
                    await js.purge_stream(subjects.RESULTS, sequence, subjects.results_of(partition))

        self.link.call(remove)
        actions.note_waiting(waiting=reader.waiting(), judge=self.peers.name, at=utc())
        self._tidied_s = boot_s()

    def _begin_again(self) -> None:
        """Forget what is at hand: the database knows how far everything is."""
        connection.close()
        self._reader, self._cursors = None, {}

    def _leave(self) -> None:
        """Let the peers take over at once."""
        try:
            self.link.call(self.peers.leave)
        except Away as problem:
            log.info("the peers will find out by themselves", problem=str(problem))
        connection.close()
        self.link.close()


def _joined(group: list[Letter]) -> Batch:
    batch = Batch()
    for letter in group:
        batch.missed += letter.batch.missed
        batch.canaries += letter.batch.canaries
        batch.checks += letter.batch.checks
    batch.checks = actions.without_doubles(batch.checks)
    return batch


def _refused(letter: Letter, problem: Exception) -> Letter:
    """The letter with all of it set aside."""
    return Letter(letter.reached, letter.partition, aside=(*letter.aside, _unbelieved(letter.batch, problem)))


def _unbelieved(batch: Batch, problem: Exception) -> actions.Unbelieved:
    prober = batch.checks[0].prober if batch.checks else ""
    items: list[Item] = [*batch.missed, *batch.canaries, *batch.checks]
    body = b"".join(map(packed, items))
    return actions.Unbelieved(prober, SetAsideReason.REFUSED, f"{type(problem).__name__}: {problem}", body)
