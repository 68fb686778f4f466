"""Finding addresses: answers, refusals, silence, and noise that is no answer."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code
from mainstay.watch.engine import wire
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.engine.steps import Resolve, Resolved
from mainstay.watch.facts import Finding
from tests.watch.servers import NameServer

A, AAAA = wire.TYPE_A, wire.TYPE_AAAA


def answering(code: int = 0, **addresses: bytes) -> Callable[[bytes], bytes]:
    """Answers questions of both kinds: `a=` and `aaaa=` are the packed addresses."""

    def behave(asked: bytes) -> bytes:
        kind = struct.unpack("!H", asked[-4:-2])[0]
        packed = addresses.get("a" if kind == A else "aaaa", b"")
        size = 4 if kind == A else 16
        found = [packed[n : n + size] for n in range(0, len(packed), size)]
        head = asked[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(found), 0, 0)
        records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, size) + each for each in found)
        return head + asked[12:] + records

    return behave


def resolve(behave: Callable[[bytes], bytes | None], tmp_path: Path, name: str = "www.example.org") -> Resolved:
    found: list[Resolved] = []

    def probe():
        found.append((yield Resolve(name)))
        return Finding(Code.OK)

    with NameServer(behave) as server:
        engine = Engine("", servers=(server.address,), hosts=Hosts(tmp_path / "none"))
        engine.run(probe(), 8.0)
        engine.close()
    return found[0]


def test_both_families_are_found(tmp_path: Path) -> None:
    found = resolve(answering(a=bytes([192, 0, 2, 7, 192, 0, 2, 8]), aaaa=bytes(15) + b"\x09"), tmp_path)

    assert found.addresses == ("192.0.2.7", "192.0.2.8", "::9")
    assert found.took_us > 0


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (answering(code=3), Code.NAME_NOT_FOUND),
        (answering(), Code.NAME_NOT_FOUND),
        (answering(code=2), Code.NAME_FAILED),
        (answering(code=5), Code.NAME_FAILED),
    ],
    ids=["no such name", "no address", "server failure", "refused"],
)
def test_names_without_an_address(tmp_path: Path, behave: Callable[[bytes], bytes], code: Code) -> None:
    found = resolve(behave, tmp_path)

    assert (found.addresses, found.problem) == ((), code)


def test_silence_ends_within_the_limit(tmp_path: Path) -> None:
    found = resolve(lambda asked: None, tmp_path)

    assert found.problem is Code.NAME_TIMEOUT
    assert 4_500_000 < found.took_us < 6_500_000


def test_without_any_name_server_it_is_our_own_fault(tmp_path: Path) -> None:
    found: list[Resolved] = []

    def probe():
        found.append((yield Resolve("www.example.org")))
        return Finding(Code.OK)

    engine = Engine("", servers=(("127.0.0.1", 1),), hosts=Hosts(tmp_path / "none"))
    engine.run(probe(), 8.0)
    engine.close()

    assert found[0].problem is Code.PROBER_FAULT


def test_an_answer_to_another_question_is_no_answer(tmp_path: Path) -> None:
    right = answering(a=bytes([192, 0, 2, 7]))
    seen: list[bytes] = []

    def first_forged(asked: bytes) -> bytes:
        seen.append(asked)
        good = right(asked)
        return bytes([good[0] ^ 1]) + good[1:] if len(seen) <= 2 else good

    assert resolve(first_forged, tmp_path).addresses == ("192.0.2.7",)


def test_names_of_the_hosts_file_need_no_server(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("# comment\n192.0.2.9  shop.test Shop2.test # more\nnonsense here\n")
    hosts = Hosts(path)

    assert hosts.addresses("SHOP2.test.", 0.0) == ("192.0.2.9",)
    assert hosts.addresses("localhost", 1.0) == ("127.0.0.1", "::1")
    path.write_text("192.0.2.10 shop.test\n")
    assert hosts.addresses("shop.test", 2.0) == ("192.0.2.9",)
    assert hosts.addresses("shop.test", 7.0) == ("192.0.2.10",)


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64 + ".org", "ä.org", ".".join(["abcdefgh"] * 40)])
def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    with pytest.raises(wire.NotAName):
        wire.question(1, name, A)


@given(st.binary(max_size=200))
def test_noise_is_refused_and_never_breaks_the_reader(noise: bytes) -> None:
    asked = wire.question(7, "www.example.org", A)
    try:
        wire.answer(asked, noise, A)
    except wire.BadAnswer:
        return
    raise AssertionError("noise was taken for an answer")


@given(st.data())
def test_a_damaged_answer_never_breaks_the_reader(data: st.DataObject) -> None:
    asked = wire.question(7, "www.example.org", A)
    good = bytearray(answering(a=bytes([192, 0, 2, 7]))(asked))
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(good[: data.draw(st.integers(0, len(good)))])
    try:
        found = wire.answer(asked, cut, A)
    except wire.BadAnswer:
        return
    assert all(address.count(".") == 3 for address in found.addresses)


@pytest.mark.parametrize("code", [2, 5])
def test_a_server_that_cannot_tell_has_not_answered(tmp_path: Path, code: int) -> None:
    """SERVFAIL and REFUSED: the next name server of this machine is asked, as everybody's resolver does."""
    found: list[Resolved] = []

    def probe():
        found.append((yield Resolve("www.example.org")))
        return Finding(Code.OK)

    good = answering(a=bytes([192, 0, 2, 7]))
    with NameServer(answering(code)) as broken, NameServer(good) as sound:
        engine = Engine("", servers=(broken.address, sound.address), hosts=Hosts(tmp_path / "none"))
        engine.run(probe(), 8.0)
        engine.close()

    assert found[0].addresses == ("192.0.2.7",)
    assert found[0].took_us < 900_000
