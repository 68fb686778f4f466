"""What could not be stored yet survives on disk: whole, in order, once, and bounded."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code
from mainstay.watch.facts import CanaryLook, Check, Finding, GapReason, Missed, Phases
from mainstay.watch.prober.outbox import Outbox
from mainstay.watch.prober.records import CannotBeRead, Item, bodies, packed, unpacked
from mainstay.watch.prober.spool import Portion, Spool
from tests.watch.world import MINUTE, PLACE, START

FULL = OSError(errno.ENOSPC, "No space left on device")


def look(number: int) -> Check:
    return Check(number, PLACE, START + number * timedelta(seconds=1), Finding(Code.OK, address="192.0.2.7"), 1200)


def looks(many: int, first: int = 0) -> list[Item]:
    return [look(first + number) for number in range(many)]


def jump(number: int) -> Missed:
    return Missed(PLACE, START, START + number * MINUTE, GapReason.CLOCK)


def opened(folder: Path, mark: str = "", **fields: int) -> Spool:
    spool = Spool(folder, **fields)
    spool.open(mark)
    return spool


def all_of(spool: Spool) -> list[Item]:
    found: list[Item] = []
    while (portion := spool.oldest(3)).records:
        found += portion.items
        spool.taken(portion)
    return found


instants = st.datetimes(timezones=st.just(START.tzinfo))
checks = st.builds(
    Check,
    st.integers(1, 2**40),
    st.text(max_size=40),
    instants,
    st.builds(
        Finding,
        st.sampled_from(Code),
        st.text(max_size=255),
        st.integers(0, 999),
        st.builds(Phases, *[st.integers(0, 2**31)] * 5),
        st.text(max_size=45),
        st.none() | instants,
        cert_sha256=st.sampled_from(["", "ab" * 32]),
    ),
    st.integers(0, 2**31),
)
missed = st.builds(
    Missed,
    st.text(max_size=40),
    instants,
    instants,
    st.sampled_from(GapReason),
    st.none() | st.integers(1),
    st.integers(0),
)
canaries = st.builds(
    CanaryLook, st.text(max_size=40), st.text(max_size=99), instants, st.booleans(), st.sampled_from(Code)
)


@given(st.lists(checks | missed | canaries, max_size=20))
def test_whatever_was_seen_comes_back_as_it_was(items: list[Item]) -> None:
    data = b"".join(map(packed, items))

    assert [unpacked(body) for body, _ in bodies(data)] == items


@given(st.lists(checks, min_size=1, max_size=4), st.data())
def test_a_changed_byte_ends_the_records_before_it(items: list[Check], draw: st.DataObject) -> None:
    data = bytearray(b"".join(map(packed, items)))
    place = draw.draw(st.integers(0, len(data) - 1))
    data[place] ^= draw.draw(st.integers(1, 255))

    found = [unpacked(body) for body, _ in bodies(bytes(data))]

    assert found == items[: len(found)]
    assert sum(len(packed(each)) for each in found) <= place


def test_a_record_of_a_later_version_is_told_from_one_of_this() -> None:
    with pytest.raises(CannotBeRead):
        unpacked(b'["dream",1]')


def test_items_come_out_in_order_and_once(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.append(looks(5))
    spool.append([jump(1), *looks(2, first=5)])

    assert all_of(spool) == [*looks(5), jump(1), *looks(2, first=5)]
    assert (len(spool), list(tmp_path.iterdir())) == (0, [])


def test_another_run_finds_what_is_left(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.append(looks(6))
    spool.taken(spool.oldest(2))
    mark = spool.oldest(2).mark  # these were stored, and then the process was killed
    spool.append(looks(1, first=6))

    again = opened(tmp_path, mark)

    assert again.seen_until == look(6).at
    assert all_of(again) == looks(3, first=4)


def test_what_was_taken_in_whole_is_never_taken_again(tmp_path: Path) -> None:
    spool = opened(tmp_path, file_bytes=1000)
    spool.append(looks(4))
    spool.append(looks(4, first=4))
    first = spool.oldest(99)
    later = Spool(tmp_path, file_bytes=1000)
    later.open(first.mark)

    assert all_of(later) == looks(8)[len(first.items) :]


def test_a_mark_of_a_spool_that_is_gone_means_nothing(tmp_path: Path) -> None:
    opened(tmp_path).append(looks(3))

    assert all_of(opened(tmp_path, "00ff:4000")) == looks(3)


def test_a_power_cut_at_any_byte_of_the_last_record_takes_that_one_alone(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.append(looks(3))
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    last = len(packed(look(2)))

    for cut in range(1, last + 1):
        path.write_bytes(whole[:-cut])
        assert opened(tmp_path).oldest(9).items == tuple(looks(2)), cut
        path.write_bytes(whole[:-cut] + b"\0" * cut)
        assert opened(tmp_path).oldest(9).items == tuple(looks(2)), cut


def test_after_a_torn_end_it_goes_on_in_a_new_file(tmp_path: Path) -> None:
    opened(tmp_path).append(looks(3))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-1])

    again = opened(tmp_path)
    again.append(looks(2, first=3))

    assert all_of(opened(tmp_path)) == [*looks(2), *looks(2, first=3)]


@pytest.mark.parametrize("left", [b"", b"mainstay", b"something else that was put there"])
def test_a_file_that_holds_nothing_is_removed(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "00000001.spool").write_bytes(left)

    assert len(opened(tmp_path)) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_is_dropped_when_it_grows_too_large_and_counted(tmp_path: Path) -> None:
    spool = opened(tmp_path, bytes_max=3000, file_bytes=1000)
    for number in range(40):
        spool.append(looks(1, first=number))

    left = all_of(spool)
    assert spool.lost > 0
    assert left == looks(len(left), first=spool.lost)
    assert spool.lost + len(left) == 40


def test_what_was_dropped_while_it_was_being_stored_takes_nothing_else_along(tmp_path: Path) -> None:
    spool = opened(tmp_path, bytes_max=2000, file_bytes=1000)
    spool.append(looks(2))
    under_way = spool.oldest(2)
    for number in range(2, 40):
        spool.append(looks(1, first=number))
    before = len(spool)

    spool.taken(under_way)

    assert len(spool) == before


class FullDisk:
    """Takes a few bytes of each write, and then none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int = 10) -> None:
        self._write, self._patch, self._left = os.write, monkeypatch, room
        monkeypatch.setattr(os, "write", self._some)

    def _some(self, handle: int, data: memoryview) -> int:
        if self._left <= 0:
            raise FULL
        written = self._write(handle, data[: self._left])
        self._left -= written
        return written


def test_a_full_disk_leaves_no_half_record_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = opened(tmp_path)
    spool.append(looks(2))
    with monkeypatch.context() as patch:
        FullDisk(patch)
        with pytest.raises(OSError, match="No space"):
            spool.append(looks(2, first=2))

    spool.append(looks(1, first=2))

    assert all_of(opened(tmp_path)) == looks(3)


def test_while_the_disk_is_full_everything_waits_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = Outbox(room=5, spool=opened(tmp_path))
    with monkeypatch.context() as patch:
        FullDisk(patch, room=0)
        for number in range(7):
            outbox.put(look(number))
            outbox.secure()

    assert (len(outbox), outbox.lost, outbox.is_spooled) == (5, 2, False)
    outbox.secure()
    assert outbox.is_spooled
    assert outbox.take(9).checks == looks(5, first=2)


def test_what_is_on_disk_comes_before_what_is_in_memory(tmp_path: Path) -> None:
    outbox = Outbox(spool=opened(tmp_path))
    for number in range(4):
        outbox.put(look(number))
    outbox.secure()
    outbox.put(look(4))

    first, second = outbox.take(9), outbox.take(9)

    assert (first.checks, second.checks) == (looks(4), looks(1, first=4))
    assert first.mark
    assert len(outbox) == 0


def test_the_batch_under_way_is_secured_with_the_rest_and_not_stored_twice(tmp_path: Path) -> None:
    outbox = Outbox(spool=opened(tmp_path))
    for number in range(4):
        outbox.put(look(number))
    under_way = outbox.take(2)
    outbox.secure()

    assert opened(tmp_path).oldest(9).items == tuple(looks(4)), "a crash now would lose nothing"
    outbox.stored()
    assert under_way.checks == looks(2)
    assert outbox.take(9).checks == looks(2, first=2)


def test_a_batch_that_was_secured_and_not_stored_comes_again(tmp_path: Path) -> None:
    outbox = Outbox(spool=opened(tmp_path))
    for number in range(4):
        outbox.put(look(number))
    under_way = outbox.take(2)
    outbox.secure()

    outbox.put_back(under_way)

    assert outbox.take(9).checks == looks(4)


def test_a_jump_of_the_clock_begins_a_batch_from_disk_too(tmp_path: Path) -> None:
    outbox = Outbox(spool=opened(tmp_path))
    for item in (*looks(2), jump(1), *looks(2, first=2)):
        outbox.put(item)
    outbox.secure()

    first, second = outbox.take(9), outbox.take(9)

    assert (first.checks, first.missed) == (looks(2), [])
    assert (second.checks, second.missed) == (looks(2, first=2), [jump(1)])


steps = st.lists(st.sampled_from(["put", "put", "take", "stored", "put_back", "secure", "crash"]), max_size=40)


@given(steps)
def test_in_any_order_of_events_all_of_it_is_stored_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, events: list[str]
) -> None:
    """A crash loses what was in memory alone, and nothing that was secured; the mark is stored with each batch."""
    folder = tmp_path_factory.mktemp("spool")
    outbox, batch, mark, number = Outbox(spool=opened(folder)), None, "", 0
    stored: list[int] = []
    safe: set[int] = set()
    in_memory: set[int] = set()
    for event in [*events, "take", "stored", "take", "stored", "take", "stored"]:
        if event == "put":
            outbox.put(look(number))
            in_memory.add(number)
            number += 1
        elif event == "secure":
            outbox.secure()
            safe |= in_memory
        elif event == "take" and batch is None:
            batch = outbox.take(3 if len(stored) < 5 else 99)
        elif event == "stored" and batch is not None:
            stored += [each.monitor_id for each in batch.checks]
            mark = batch.mark or mark
            outbox.stored()
            batch = None
        elif event == "put_back" and batch is not None:
            outbox.put_back(batch)
            batch = None
        elif event == "crash" and batch is None:
            outbox = Outbox(spool=opened(folder, mark))
            in_memory.clear()
    while batch := outbox.take(99):
        stored += [each.monitor_id for each in batch.checks]

    once = list(dict.fromkeys(stored))
    assert once == sorted(once)
    assert len(stored) == len(once) or "crash" in events
    assert safe <= set(stored)


def test_an_empty_spool_gives_nothing(tmp_path: Path) -> None:
    assert opened(tmp_path).oldest(5) == Portion()
