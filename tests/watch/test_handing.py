"""Work reaches the probers over a real NATS server: one a monitor, secrets for it alone, moved in time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils import timezone
from nats.js import JetStreamContext

from mainstay.watch import actions
from mainstay.watch.bus import subjects
from mainstay.watch.bus.centre import Away
from mainstay.watch.bus.remote import RemoteCentre
from mainstay.watch.models import Monitor, ProberDoubt, RemoteProber
from mainstay.watch.prober.outbox import Batch
from tests.cast import Cast
from tests.watch.fabric import Fabric, fabric, life, until
from tests.watch.world import TESTS, monitor_of

pytestmark = pytest.mark.django_db(transaction=True)
MOVE_S_MAX = 15.0


@pytest.fixture
def world(transactional_db: None, tmp_path: Path) -> Iterator[Fabric]:
    with fabric(tmp_path) as found:
        yield found


class Alive(threading.Thread):
    """A prober that looks at nothing: it asks for work, and shows that it is there, as the writer does."""

    def __init__(self, centre: RemoteCentre) -> None:
        super().__init__(daemon=True)
        self.centre, self.dead, self.monitors = centre, threading.Event(), frozenset[int]()
        self.secrets: set[str] = set()

    def run(self) -> None:
        while not self.dead.wait(0.3):
            try:
                self.centre.is_doubted()
                work = self.centre.work()
                if work is not None:
                    self.monitors = frozenset(each.monitor_id for each in work.assignments)
                    self.secrets = {each.spec.settings.bearer for each in work.assignments}
                self.centre.deliver(Batch(), life(len(self.monitors)))
            except Away:
                continue

    def kill(self) -> None:
        self.dead.set()
        self.join()


@contextmanager
def alive(world: Fabric, name: str, place: str = "london") -> Iterator[Alive]:
    found = Alive(world.prober(name, place))
    found.start()
    try:
        yield found
    finally:
        found.kill()


def monitors(cast: Cast, many: int) -> frozenset[int]:
    website, at = cast.a.websites.get(), timezone.now()
    made = [monitor_of(website, at=at, settings={"bearer": "t0ken-of-the-site"}) for _ in range(many)]
    return frozenset(each.pk for each in made)


def stored_work(world: Fabric) -> bytes:
    async def read(js: JetStreamContext) -> bytes:
        info = await js.stream_info(subjects.WORK)
        found = b""
        for sequence in range(info.state.first_seq, info.state.last_seq + 1):
            found += (await js.get_msg(subjects.WORK, sequence)).data or b""
        return found

    return world.link(world.centre).call(read)


def test_each_monitor_has_one_prober_and_moves_when_it_dies(world: Fabric, cast: Cast) -> None:
    every = monitors(cast, 12)
    for name in ("london-1", "london-2"):
        world.add(name)
    with world.judging(handing=True), alive(world, "london-1") as first:
        until("the first has everything", lambda: first.monitors == every)
        assert first.secrets == {"t0ken-of-the-site"}
        assert b"t0ken" not in stored_work(world)
        with alive(world, "london-2") as second:
            until("they share", lambda: second.monitors and first.monitors | second.monitors == every)
            assert not first.monitors & second.monitors
            assert RemoteProber.objects.get(name="london-2").lag_ms == 3
        took_s = until("the first has everything again", lambda: first.monitors == every)
    assert took_s < MOVE_S_MAX


def test_whoever_ends_in_good_order_is_not_waited_for(world: Fabric, cast: Cast) -> None:
    every = monitors(cast, 16)
    for name in ("london-1", "london-2"):
        world.add(name)
    with world.judging(handing=True), alive(world, "london-1") as first, alive(world, "london-2") as second:
        until("they share", lambda: second.monitors and first.monitors | second.monitors == every)
        second.kill()
        second.centre.end()
        assert until("the first has everything", lambda: first.monitors == every) < 5


def test_two_places_look_at_everything_each_and_hear_of_changes_and_doubts(world: Fabric, cast: Cast) -> None:
    every = monitors(cast, 3)
    world.add("london-1")
    paris = world.add("paris-1", "paris")
    with world.judging(handing=True), alive(world, "london-1") as london, alive(world, "paris-1", "paris") as there:
        until("both have everything", lambda: london.monitors == there.monitors == every)
        retired = Monitor.objects.get(pk=min(every))
        actions.retire(monitor=retired, by=TESTS, at=timezone.now())
        ProberDoubt.objects.create(place="paris", from_at=timezone.now(), reason="canaries", evidence={})
        until("it is gone", lambda: london.monitors == there.monitors == every - {retired.pk})
        until("the doubt is known", lambda: there.centre._head.is_doubted)
        assert not london.centre._head.is_doubted
        actions.withdraw_prober(prober=paris, by=TESTS, at=timezone.now())
        until("nothing is left for it", lambda: not there.monitors)
        assert london.monitors == every - {retired.pk}


def test_where_nobody_is_left_the_last_keeps_its_work(world: Fabric, cast: Cast) -> None:
    every = monitors(cast, 3)
    world.add("london-1")
    with world.judging(handing=True) as judge:
        with alive(world, "london-1") as only:
            until("it has everything", lambda: only.monitors == every)
        until("it is silent", lambda: _gone(world))
        assert judge.peers.hands_out_work
        back = world.prober("london-1")
        back.is_doubted()
        assert {each.monitor_id for each in (back.work() or pytest.fail("no work")).assignments} == every


def _gone(world: Fabric) -> bool:
    async def lives(js: JetStreamContext) -> int:
        return (await js.stream_info(subjects.LIVES)).state.messages

    return world.link(world.centre).call(lives) == 0
