"""What a prober saw as messages, and back."""

import json
import zlib
from datetime import timedelta

import pytest

from mainstay.watch.bus import envelope, works
from mainstay.watch.bus.credential import (
    CannotBeOpened,
    Credential,
    CredentialWrong,
    NotSigned,
    sealed_for,
    verified,
)
from mainstay.watch.bus.subjects import PARTITIONS, NoSuchSubject, Sender, sender_of
from mainstay.watch.codes import Code
from mainstay.watch.facts import CanaryLook, Check, Finding, GapReason, Missed
from mainstay.watch.prober.outbox import Batch
from mainstay.watch.prober.records import HEAD, CannotBeRead
from mainstay.watch.prober.schedule import Assignment
from mainstay.watch.probes import spec_of
from tests.watch.world import MINUTE, PLACE, START


def look(monitor_id: int, minute: int = 0) -> Check:
    return Check(monitor_id, PLACE, START + minute * MINUTE, Finding(Code.OK), 1000)


def contents(
    batch: Batch, monitors: tuple[int, ...] = (1, 2, 17), skew_ms: int = 0
) -> list[tuple[int, envelope.Contents]]:
    return [(number, envelope.read(body)) for number, body in envelope.written(batch, monitors, skew_ms)]


def test_checks_of_one_monitor_share_a_partition_and_keep_their_order() -> None:
    checks = [look(pk, minute) for minute in range(3) for pk in (1, 2, 17)]
    found = dict(contents(Batch(checks), skew_ms=-42))
    assert set(found) == {1, 2}
    assert found[1].batch.checks == [each for each in checks if each.monitor_id in (1, 17)]
    assert {each.skew_ms for each in found.values()} == {-42}


def test_looks_at_canaries_are_in_every_partition() -> None:
    canary = CanaryLook(PLACE, "https://canary.example/", START, True, Code.OK)
    found = contents(Batch(canaries=[canary]))
    assert [number for number, _ in found] == list(range(PARTITIONS))
    assert all(each.batch.canaries == [canary] for _, each in found)


def test_a_jump_of_the_clock_is_that_of_this_probers_monitors_alone() -> None:
    jump = Missed(PLACE, START, START + MINUTE, GapReason.CLOCK)
    found = dict(contents(Batch(missed=[jump])))
    assert sorted(each.monitor_id for part in found.values() for each in part.batch.missed) == [1, 2, 17]
    assert all(each.turns_back for each in found.values())


def test_many_checks_are_several_messages() -> None:
    checks = [look(16 * number) for number in range(envelope.RECORDS_MAX + 1)]
    found = contents(Batch(checks))
    assert [len(each.batch.checks) for _, each in found] == [envelope.RECORDS_MAX, 1]


def test_a_record_of_a_newer_version_does_not_hide_the_others() -> None:
    ((_, body),) = envelope.written(Batch([look(1), look(17)]), (), 0)
    strange = body.replace(b'["check",17,', b'["chock",17,')
    head, records = strange[: envelope.HEAD.size], strange[envelope.HEAD.size :]
    assert envelope.read(head + _resealed(records)).unreadable == 1


def _resealed(data: bytes) -> bytes:
    """Records with their checksums made again."""
    found, at = b"", 0
    while at < len(data):
        length, _ = HEAD.unpack_from(data, at)
        body = data[at + HEAD.size : at + HEAD.size + length]
        found, at = found + HEAD.pack(length, zlib.crc32(body)) + body, at + HEAD.size + length
    return found


@pytest.mark.parametrize("damaged", [b"", b"\0\0\0", b"\0\0\0\0torn", b"\0\0\0\0\0\0\0\x05\0\0\0\0hello"])
def test_what_is_damaged_is_refused(damaged: bytes) -> None:
    with pytest.raises(CannotBeRead):
        envelope.read(damaged)


def test_who_speaks_for_another_place_is_found_out() -> None:
    assert envelope.speaks_for(Batch([look(1)]), PLACE)
    assert not envelope.speaks_for(Batch([look(1)]), "elsewhere")


def test_a_signature_is_of_one_key_one_subject_and_one_text() -> None:
    mine, other = Credential.new(), Credential.new()
    message = mine.signed("a.b", b"seen")
    assert verified(mine.public_key, "a.b", message) == b"seen"
    for key, subject, text in (
        (other.public_key, "a.b", message),
        (mine.public_key, "a.c", message),
        (mine.public_key, "a.b", message + b"!"),
        (mine.public_key, "a.b", b"short"),
    ):
        with pytest.raises(NotSigned):
            verified(key, subject, text)


def test_what_is_sealed_is_for_one_key() -> None:
    mine = Credential.new()
    sealed = sealed_for(mine.public_key, b"secret")
    assert b"secret" not in sealed
    assert mine.opened(sealed) == b"secret"
    with pytest.raises(CannotBeOpened):
        Credential.new().opened(sealed)


def test_a_damaged_key_is_told_and_not_shown() -> None:
    seed = Credential.new().seed
    with pytest.raises(CredentialWrong, match="copy it again"):
        _ = Credential(seed[:-4] + "AAAA").public_key
    assert seed not in repr(Credential(seed))


def test_work_comes_back_as_it_was_sent() -> None:
    spec = spec_of("http", "https://site.example/", 10, {"basic_user": "u", "basic_password": "p"})
    given = [Assignment(7, 2, 60, spec), Assignment(9, 1, 30, spec_of("icmp", "host.example", 5, {}))]
    assert works.unpacked(works.packed(given)) == given
    assert works.packed(reversed(given)) == works.packed(given)


def test_what_this_version_cannot_look_at_is_left_out() -> None:
    given = works.packed([Assignment(7, 1, 60, spec_of("icmp", "host.example", 5, {}))])
    rows = json.loads(zlib.decompress(given))
    rows += [{**rows[0], "kind": "telepathy"}, {**rows[0], "settings": {"colour": "red"}}, {"monitor": 8}]
    assert [each.monitor_id for each in works.unpacked(zlib.compress(json.dumps(rows).encode()))] == [7]


def test_a_head_comes_back_as_it_was_and_a_damaged_one_is_refused() -> None:
    head = works.Head(3, frozenset({1, 2}), {1: "ab", 2: "cd"}, is_doubted=True)
    assert works.Head.unpacked(head.packed()) == head
    for damaged in (b"", b"nothing", head.packed()[:-5]):
        with pytest.raises(works.WorkUnreadable):
            works.Head.unpacked(damaged)


def test_whose_a_subject_is() -> None:
    assert sender_of("mainstay.results.london.london-1.3") == Sender("london", "london-1")
    for wrong in ("mainstay.results", "mainstay.other.a.b", "results.a.b.1"):
        with pytest.raises(NoSuchSubject):
            sender_of(wrong)


def test_a_moment_is_not_lost_on_the_way() -> None:
    at = START + timedelta(microseconds=1)
    ((_, body),) = envelope.written(Batch([Check(1, PLACE, at, Finding(Code.OK))]), (), 0)
    assert envelope.read(body).batch.checks[0].at == at
