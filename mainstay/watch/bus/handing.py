"""Hands the probers of every place their work, follows who is alive, and keeps their signs of life: by one judge."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import close_old_connections, connection
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from mainstay.common import tenancy
from mainstay.watch import actions, queries
from mainstay.watch.actions import Sign
from mainstay.watch.bus import streams, subjects
from mainstay.watch.bus.admitting import DATABASE_AWAY
from mainstay.watch.bus.centre import Away
from mainstay.watch.bus.credential import NotSigned, verified
from mainstay.watch.bus.hand import Hand
from mainstay.watch.bus.link import Link
from mainstay.watch.bus.peers import Peers
from mainstay.watch.engine.clock import boot_s, utc
from mainstay.watch.models import RemoteProber
from mainstay.watch.prober.schedule import Assignment
from mainstay.watch.prober.work import Signature, assignments, signature, suspected_elsewhere
from mainstay.watch.rules.assignment import granted, shares
from mainstay.watch.rules.liveness import Liveness

log = structlog.get_logger()

EVERY_S = 1.0
LOAD_EVERY_S = 900.0


@dataclass(slots=True)
class Heard:
    """A sign of life, by its number in the stream, with the version of the work that the prober has."""

    sequence: int
    sign: Sign
    work: int


@dataclass(slots=True)
class Hander:
    """The one judge of `peers` that hands out work does it in a thread of its own."""

    link: Link
    peers: Peers
    _liveness: Liveness = field(default_factory=Liveness)
    _hands: dict[str, Hand] | None = None
    _heard: dict[str, int] = field(default_factory=dict)
    _signature: Signature | None = None
    _loaded_s: float = float("-inf")
    _work: dict[int, Assignment] = field(default_factory=dict)

    def run(self, stop_event: threading.Event) -> None:
        """Hand out work until `stop_event` is set, whenever it is this judge's turn."""
        while not stop_event.wait(EVERY_S):
            if self.peers.hands_out_work:
                self._try()
            else:
                self._hands = None
        connection.close()
        self.link.close()

    def _try(self) -> None:
        close_old_connections()
        try:
            with tenancy.everything():
                self._turn()
        except (Away, *DATABASE_AWAY) as problem:
            log.warning("no work is handed out", problem=str(problem))
            self._forget()
        except Exception:  # the probers go on with what they have, and the next turn tries again
            log.exception("handing out work failed")
            self._forget()

    def _forget(self) -> None:
        """After a time in which nothing could be seen, begin as a judge does whose turn it has just become."""
        connection.close()
        self._hands = None

    def _turn(self) -> None:
        probers = list(RemoteProber.objects.all())
        if self._hands is None:
            self._hands = self._found(probers)
            at_work = [name for name, hand in self._hands.items() if hand.monitors]
            self._liveness.look_anew(at_work, boot_s())
        self._listen(probers, self._hands)
        self._load()
        doubted = set(queries.doubts_now().values_list("place", flat=True))
        of_place: dict[str, list[RemoteProber]] = defaultdict(list)
        for each in probers:
            of_place[each.place].append(each)
        for place, theirs in of_place.items():
            self._serve(place, theirs, self._hands, is_doubted=place in doubted)

    def _found(self, probers: Iterable[RemoteProber]) -> dict[str, Hand]:
        """What the probers were given by whoever did it before."""

        async def read(js: JetStreamContext) -> dict[str, Hand]:
            await streams.ready(js)
            return {each.name: await Hand.found(js, _sender(each), each.public_key) for each in probers}

        return self.link.call(read)

    def _listen(self, probers: Iterable[RemoteProber], hands: dict[str, Hand]) -> None:
        """Take note of the signs of life that are new."""
        found, now_s = self.link.call(lambda js: self._lives(js, probers)), boot_s()
        for heard in found:
            name = heard.sign.name
            if self._heard.get(name) == heard.sequence:
                continue
            self._heard[name] = heard.sequence
            hands.setdefault(name, self._new_hand(probers, name)).heard(heard.work)
            if heard.sign.is_stopped:
                self._liveness.end(name)
            else:
                self._liveness.see(name, now_s)
        actions.note_lives(signs=[each.sign for each in found])

    async def _lives(self, js: JetStreamContext, probers: Iterable[RemoteProber]) -> list[Heard]:
        there = await streams.present(js, subjects.LIVES, "mainstay.life.>")
        wanted = [each for each in probers if not each.is_withdrawn and subjects.life(_sender(each)) in there]
        found = [await self._life(js, each) for each in wanted]
        return [each for each in found if each is not None]

    async def _life(self, js: JetStreamContext, prober: RemoteProber) -> Heard | None:
        """The latest sign of life of a prober; None where it has passed meanwhile, or is not its own."""
        subject = subjects.life(_sender(prober))
        try:
            stored = await js.get_msg(subjects.LIVES, subject=subject, direct=True)
            told = json.loads(verified(prober.public_key, subject, stored.data or b""))
            return Heard(stored.seq or 0, _sign(prober.name, told, stored.time or prober.added_at), int(told["work"]))
        except NotFoundError:
            return None
        except (NotSigned, ValueError, KeyError, TypeError) as problem:
            log.error("a sign of life cannot be believed", prober=prober.name, problem=str(problem))
            return None

    def _new_hand(self, probers: Iterable[RemoteProber], name: str) -> Hand:
        prober = next(each for each in probers if each.name == name)
        return Hand(_sender(prober), prober.public_key)

    def _load(self) -> None:
        found, now_s = signature(), boot_s()
        if found != self._signature or now_s - self._loaded_s >= LOAD_EVERY_S:
            self._work = {each.monitor_id: each for each in assignments()}
            self._signature, self._loaded_s = found, now_s

    def _serve(self, place: str, probers: list[RemoteProber], hands: dict[str, Hand], *, is_doubted: bool) -> None:
        """Share the monitors among the probers of a place that are alive, and take them from the others."""
        now_s = boot_s()
        alive = self._liveness.alive((each.name for each in probers if not each.is_withdrawn), now_s)
        at_work = frozenset(each.name for each in probers if each.name in hands and hands[each.name].monitors)
        for each in probers:
            if each.is_withdrawn and each.name in at_work:
                self._give(hands[each.name], frozenset(), is_doubted=False)
        at_work -= {each.name for each in probers if each.is_withdrawn}
        if not self._liveness.may_move(place, alive, at_work, now_s):
            return
        wanted, soon = shares(self._work, alive), suspected_elsewhere(place, utc())
        for name, mine in granted(wanted, {each: hands[each].at_hand for each in alive}).items():
            self._give(hands[name], mine, is_doubted=is_doubted, soon=soon)
        for name in at_work - alive:
            log.warning("a prober is silent: its work moves", prober=name, place=place)
            self._give(hands[name], frozenset(), is_doubted=False)

    def _give(self, hand: Hand, mine: frozenset[int], *, is_doubted: bool, soon: Iterable[int] = ()) -> None:
        given = [self._work[each] for each in mine if each in self._work]
        self.link.call(lambda js: hand.give(js, given, is_doubted=is_doubted, soon=soon))


def _sender(prober: RemoteProber) -> subjects.Sender:
    return subjects.Sender(prober.place, prober.name)


def _sign(name: str, told: dict[str, object], seen_at: datetime) -> Sign:
    """Raises `KeyError`, `ValueError` or `TypeError` where it is none."""
    numbers = {each: int(str(told[each])) for each in ("monitors", "lag_ms", "queued", "lost", "skew_ms")}
    return Sign(
        name=name,
        seen_at=seen_at,
        started_at=datetime.fromisoformat(str(told["started_at"])),
        is_stopped=bool(told["is_stopped"]),
        version=str(told["version"]),
        **numbers,
    )
