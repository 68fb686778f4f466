"""A message server with a centre and probers, all in the test's own process."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from mainstay.watch import actions
from mainstay.watch.bus import access, subjects
from mainstay.watch.bus.centre import Life
from mainstay.watch.bus.credential import Credential
from mainstay.watch.bus.handing import Hander
from mainstay.watch.bus.link import Link
from mainstay.watch.bus.peers import Peers
from mainstay.watch.bus.remote import RemoteCentre
from mainstay.watch.bus.taking import Taker
from mainstay.watch.codes import Code
from mainstay.watch.facts import Check, Finding
from mainstay.watch.models import RemoteProber
from mainstay.watch.prober.outbox import Batch
from tests.nats import NatsServer
from tests.watch.world import TESTS

PATIENCE_S = 20.0


@dataclass
class Fabric:
    """The server, the centre's key, and the probers that were added, each with its key."""

    server: NatsServer
    folder: Path
    centre: Credential = field(default_factory=Credential.new)
    keys: dict[str, Credential] = field(default_factory=dict)
    _open: list[Link] = field(default_factory=list)

    def add(self, name: str, place: str = "london") -> RemoteProber:
        """A prober that may sign in as soon as the server has read its users again."""
        self.keys[name] = Credential.new()
        added = actions.add_prober(
            name=name, place=place, public_key=self.keys[name].public_key, by=TESTS, at=timezone.now()
        )
        self.write_users()
        return added

    def write_users(self) -> None:
        access.write_users(self.server.users, self.centre)
        self.server.reload()

    def prober(self, name: str, place: str = "london", *, key: Credential | None = None) -> RemoteCentre:
        """What the prober `name` sees of the centre."""
        sender = subjects.Sender(place, name)
        link = self.link(key or self.keys[name], subjects.inbox(sender))
        return RemoteCentre(link, sender, self.folder / f"{name}-delivered")

    def link(self, key: Credential, inbox: str = "_INBOX") -> Link:
        self._open.append(Link((self.server.url,), key, "test", inbox=inbox))
        return self._open[-1]

    @contextmanager
    def judging(self, *, handing: bool = False) -> Iterator[Taker]:
        """A judge at work; it gives out work too where that is wanted."""
        stop_event, peers = threading.Event(), Peers()
        taker = Taker(Link((self.server.url,), self.centre, peers.name), peers)
        threads = [threading.Thread(target=taker.run, args=(stop_event,))]
        if handing:
            hander = Hander(Link((self.server.url,), self.centre, f"{peers.name}-work"), peers)
            threads.append(threading.Thread(target=hander.run, args=(stop_event,)))
        for each in threads:
            each.start()
        try:
            yield taker
        finally:
            stop_event.set()
            for each in threads:
                each.join(PATIENCE_S)
            assert not any(each.is_alive() for each in threads)

    def close(self) -> None:
        for each in self._open:
            each.close()
        self.server.remove()


@contextmanager
def fabric(folder: Path) -> Iterator[Fabric]:
    """A fabric whose server runs, and knows the centre."""
    server = NatsServer(folder / "nats")
    found = Fabric(server, folder)
    access.write_users(server.users, found.centre)
    server.start()
    try:
        yield found
    finally:
        found.close()


def looks(monitor_id: int, many: int, place: str = "london", *, ago_s: float = 600.0) -> list[Check]:
    """Checks of a monitor, one a second, the first of them `ago_s` ago."""
    first = timezone.now() - timedelta(seconds=ago_s)
    finding = Finding(Code.OK, address="192.0.2.7")
    return [Check(monitor_id, place, first + timedelta(seconds=each), finding, 1000) for each in range(many)]


def life(monitors: int = 0) -> Life:
    return Life(monitors, lag_ms=3, queued=0, lost=0)


def deliver(prober: RemoteCentre, checks: list[Check]) -> None:
    prober.deliver(Batch(checks), life())


def until(what: str, is_so: Callable[[], object]) -> float:
    """Wait until it is so. Returns how long that took, in seconds."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < PATIENCE_S, f"not in time: {what}"
        time.sleep(0.05)
    return time.monotonic() - began
