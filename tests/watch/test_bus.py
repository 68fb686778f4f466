"""Results and work over a real NATS server: nothing lost, nothing twice, nobody in another's name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from nats.js import JetStreamContext

from mainstay.watch import actions
from mainstay.watch.bus import streams, subjects
from mainstay.watch.bus.centre import Away
from mainstay.watch.bus.credential import Credential
from mainstay.watch.bus.link import Link
from mainstay.watch.bus.peers import Peers
from mainstay.watch.bus.reading import Reader
from mainstay.watch.bus.taking import Taker
from mainstay.watch.facts import SetAsideReason
from mainstay.watch.models import CheckRow, Monitor, RemoteProber, ResultCursor, SetAside, Spell
from mainstay.watch.prober.outbox import Batch
from tests.cast import Cast
from tests.nats import NatsServer
from tests.watch.authority import Authority
from tests.watch.fabric import Fabric, deliver, fabric, life, looks, until
from tests.watch.world import TESTS, monitor_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, tmp_path: Path) -> Iterator[Fabric]:
    with fabric(tmp_path) as found:
        yield found


@pytest.fixture
def monitor(cast: Cast) -> Monitor:
    return monitor_of(cast.a.websites.get(), at=timezone.now(), interval_seconds=1, timeout_seconds=1)


def stored() -> list[object]:
    return list(CheckRow.objects.order_by("at").values_list("at", flat=True))


def reasons() -> list[str]:
    return list(SetAside.objects.order_by("pk").values_list("reason", flat=True))


def messages_left(world: Fabric) -> int:
    async def count(js: JetStreamContext) -> int:
        return (await js.stream_info(subjects.RESULTS)).state.messages

    return world.link(world.centre).call(count)


def test_what_was_delivered_is_stored_once_in_order_and_leaves_the_server(world: Fabric, monitor: Monitor) -> None:
    world.add("london-1")
    checks = looks(monitor.pk, 30)
    with world.judging():
        until("the streams are there", lambda: ResultCursor.objects.count() == subjects.PARTITIONS)
        prober = world.prober("london-1")
        deliver(prober, checks[:20])
        deliver(prober, checks[10:])
        deliver(world.prober("london-1"), checks)
        until("all are stored", lambda: len(stored()) == 30)
        until("the server keeps the last alone", lambda: messages_left(world) == 1)

    assert stored() == [each.at for each in checks]
    assert sum(Spell.objects.values_list("checks", flat=True)) == 30
    assert set(CheckRow.objects.values_list("prober", flat=True)) == {"london-1"}
    assert not reasons()


def test_a_judge_goes_on_where_another_ended_and_two_share(world: Fabric, monitor: Monitor) -> None:
    world.add("london-1")
    prober, checks = world.prober("london-1"), looks(monitor.pk, 60)
    with world.judging() as first:
        until("the streams are there", lambda: ResultCursor.objects.count() == subjects.PARTITIONS)
        deliver(prober, checks[:20])
        until("the first have come", lambda: len(stored()) == 20)
        with world.judging() as second:
            until("they know each other", lambda: len(first.peers.names) == len(second.peers.names) == 2)
            deliver(prober, checks[20:40])
            until("the next have come", lambda: len(stored()) == 40)
    deliver(prober, checks[40:])
    with world.judging():
        until("the last have come", lambda: len(stored()) == 60)
    assert sum(Spell.objects.values_list("checks", flat=True)) == 60


def test_whoever_is_late_with_a_partition_changes_nothing(transactional_db: None) -> None:
    actions.open_cursors(partitions=[3])
    nothing, five, seven = actions.Reached(), actions.Reached(5, "five"), actions.Reached(7, "seven")
    actions.move_on(steps={3: actions.Step(nothing, five)})
    for step in (actions.Step(nothing, seven), actions.Step(actions.Reached(5, "another"), seven)):
        with pytest.raises(actions.NoLongerOurs, match="partition 3"):
            actions.move_on(steps={3: step})
    assert actions.open_cursors(partitions=[3, 4]) == {3: five, 4: nothing}


def test_a_server_that_is_killed_keeps_what_it_acknowledged(world: Fabric, monitor: Monitor) -> None:
    world.add("london-1")
    checks = looks(monitor.pk, 20)
    prober = world.prober("london-1")
    world.link(world.centre).call(streams.ready)
    deliver(prober, checks[:10])
    world.server.kill()
    with pytest.raises(Away):
        deliver(prober, checks[10:])
    world.server.start()
    deliver(prober, checks[10:])
    with world.judging():
        until("all are stored", lambda: len(stored()) == 20)
        world.server.kill()
        world.server.start()
        deliver(prober, looks(monitor.pk, 5, ago_s=300))
        until("those after it too", lambda: len(stored()) == 25)


def test_a_server_that_lost_everything_is_begun_anew(world: Fabric, monitor: Monitor) -> None:
    world.add("london-1")
    world.link(world.centre).call(streams.ready)
    with world.judging():
        deliver(world.prober("london-1"), looks(monitor.pk, 20))
        until("the first are stored", lambda: len(stored()) == 20)
        world.link(world.centre).call(lambda js: js.delete_stream(subjects.RESULTS))
        world.server.kill()
        world.server.start()
        until("the stream is there again", lambda: delivered(world, monitor))
        until("the next are stored", lambda: len(stored()) == 25)


def test_nothing_unread_is_removed_from_a_server_that_counts_anew(world: Fabric, monitor: Monitor) -> None:
    """By the count of before, its new messages have numbers that are long taken in."""
    world.add("london-1")
    prober, link = world.prober("london-1"), world.link(world.centre)
    link.call(streams.ready)
    for each in looks(monitor.pk, 4):
        deliver(prober, [each])
    partition, lost = subjects.partition_of(monitor.pk), actions.Reached(3, "of a message that was lost")
    taker = Taker(link, Peers(), _reader=Reader("judge", {partition: 0}), _cursors={partition: lost})

    taker._tidy()

    assert messages_left(world) == 4


def delivered(world: Fabric, monitor: Monitor) -> bool:
    try:
        deliver(world.prober("london-1"), looks(monitor.pk, 5, ago_s=100))
    except Away:
        return False
    return True


def test_a_key_publishes_in_no_other_name(world: Fabric, monitor: Monitor) -> None:
    world.add("london-1")
    world.add("paris-1", "paris")
    world.link(world.centre).call(streams.ready)
    thief = world.prober("paris-1", "paris", key=world.keys["london-1"])
    with pytest.raises(Away, match=r"(?i)permissions violation"):
        deliver(thief, looks(monitor.pk, 3, "paris"))
    honest = world.prober("london-1")
    with world.judging():
        deliver(honest, looks(monitor.pk, 3, "paris"))
        until("it is set aside", reasons)
    assert reasons() == [SetAsideReason.NOT_ITS_OWN]
    assert not stored()


def test_what_gets_in_by_a_detour_is_not_signed_and_set_aside(world: Fabric, monitor: Monitor) -> None:
    """The server answers to any address; so an answer can be led to where its asker may not publish."""
    world.add("london-1")
    world.add("paris-1", "paris")
    world.link(world.centre).call(streams.ready)
    mine, theirs = subjects.Sender("london", "london-1"), subjects.Sender("paris", "paris-1")
    forged = world.keys["london-1"].signed(subjects.results(theirs, 1), b"anything")

    async def detour(js: JetStreamContext) -> None:
        await js.publish(subjects.life(mine), forged)
        question = f"$JS.API.DIRECT.GET.{subjects.LIVES}.{subjects.life(mine)}"
        await js._nc.publish(question, b"", reply=subjects.results(theirs, 1))
        await js._nc.flush()

    world.link(world.keys["london-1"], subjects.inbox(mine)).call(detour)
    with world.judging():
        until("it is set aside", reasons)
        deliver(world.prober("paris-1", "paris"), looks(monitor.pk, 3, "paris"))
        until("the true ones are stored", lambda: len(stored()) == 3)
    assert reasons() == [SetAsideReason.UNSIGNED]


def test_a_prober_reads_no_work_but_its_own(world: Fabric) -> None:
    world.add("london-1")
    world.add("london-2")
    world.link(world.centre).call(streams.ready)
    thief = world.prober("london-2", key=world.keys["london-1"])
    with pytest.raises(Away, match=r"(?i)permissions violation"):
        thief.is_doubted()


def test_a_withdrawn_key_gets_in_no_more_and_what_it_sends_is_refused_before(world: Fabric, monitor: Monitor) -> None:
    added = world.add("london-1")
    world.link(world.centre).call(streams.ready)
    prober = world.prober("london-1")
    deliver(prober, looks(monitor.pk, 2))
    assert actions.withdraw_prober(prober=added, by=TESTS, at=timezone.now())
    assert not actions.withdraw_prober(prober=added, by=TESTS, at=timezone.now())
    deliver(prober, looks(monitor.pk, 2, ago_s=100))
    with world.judging():
        until("the later ones are set aside", reasons)
        assert len(stored()) == 2
    assert reasons() == [SetAsideReason.WITHDRAWN]

    world.write_users()
    took_s = until("it is put out", lambda: is_refused(world, monitor))
    assert took_s < 5


def is_refused(world: Fabric, monitor: Monitor) -> bool:
    try:
        deliver(world.prober("london-1"), looks(monitor.pk, 1))
    except Away as problem:
        return "authorization" in str(problem).lower()
    return False


def test_nobody_unknown_gets_in(world: Fabric) -> None:
    with pytest.raises(Away, match=r"(?i)authorization|reset by peer"):  # whichever the server does first
        deliver(world.prober("london-9", key=Credential.new()), looks(1, 1))


def test_the_way_is_encrypted_and_the_server_proves_who_it_is(tmp_path: Path) -> None:
    ours = Authority()
    server = NatsServer(tmp_path / "nats", pair=str(ours.issue("localhost").write(tmp_path)))
    server.start()
    strangers = tmp_path / "strangers"
    strangers.mkdir()
    known, unknown = str(ours.file(tmp_path)), str(Authority().file(strangers))
    links = [Link((f"tls://localhost:{server.port}",), Credential.new(), "test", file) for file in (known, unknown)]
    try:
        links[0].call(streams.ready)
        with pytest.raises(Away, match="CERTIFICATE_VERIFY_FAILED"):
            links[1].call(streams.ready)
    finally:
        for each in links:
            each.close()
        server.remove()


def test_what_cannot_be_read_holds_nothing_up(world: Fabric, monitor: Monitor) -> None:
    world.add("london-1")
    world.link(world.centre).call(streams.ready)
    prober = world.prober("london-1")
    subject = subjects.results(prober.sender, subjects.partition_of(monitor.pk))
    poison = world.keys["london-1"].signed(subject, b"\0\0\0\0poison")
    prober.link.call(lambda js: js.publish(subject, poison))
    prober.link.call(lambda js: js.publish(subject, b"\xff" * 30))
    deliver(prober, looks(monitor.pk, 3))
    with world.judging():
        until("what follows is stored", lambda: len(stored()) == 3)
    assert reasons() == [SetAsideReason.UNREADABLE, SetAsideReason.UNSIGNED]
    assert bytes(SetAside.objects.order_by("pk")[0].body) == poison


def test_one_observation_that_cannot_be_stored_is_set_aside_alone(
    world: Fabric, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("london-1")
    world.link(world.centre).call(streams.ready)
    checks, really = looks(monitor.pk, 8), actions.take_in

    def all_but_one(**fields):
        if checks[3].at in {each.at for each in fields["checks"]}:
            raise ValueError("no such thing")
        return really(**fields)

    monkeypatch.setattr(actions, "take_in", all_but_one)
    deliver(world.prober("london-1"), checks)
    with world.judging():
        until("the others are stored", lambda: len(stored()) == 7)
    assert reasons() == [SetAsideReason.REFUSED]


def test_a_prober_whose_clock_is_wrong_is_not_believed(world: Fabric, monitor: Monitor) -> None:
    world.add("london-1")
    world.link(world.centre).call(streams.ready)
    prober = world.prober("london-1")
    prober._skew_ms = 5_001
    deliver(prober, looks(monitor.pk, 3))
    prober.deliver(Batch(), life())
    assert abs(prober._skew_ms) < 1_000
    deliver(prober, looks(monitor.pk, 3, ago_s=100))
    with world.judging():
        until("the later ones are stored", lambda: len(stored()) == 3)
    assert reasons() == [SetAsideReason.CLOCK]


def test_a_late_prober_doubles_no_slot_of_the_one_that_took_over(world: Fabric, cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get(), at=timezone.now(), interval_seconds=60)
    for name in ("london-1", "london-2"):
        world.add(name)
    world.link(world.centre).call(streams.ready)
    with world.judging():
        by_second = looks(monitor.pk, 300)[::60]
        deliver(world.prober("london-2"), by_second)
        until("those of the second are stored", lambda: len(stored()) == 5)
        deliver(world.prober("london-1"), looks(monitor.pk, 1, ago_s=2000) + looks(monitor.pk, 180, ago_s=580)[::60])
        until("the one that nobody else has is stored", lambda: len(stored()) == 6)
    assert RemoteProber.objects.count() == 2
    assert CheckRow.objects.filter(prober="london-1").count() == 1
