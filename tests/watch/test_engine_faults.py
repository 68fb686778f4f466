"""Whatever one website answers, and whatever one monitor asks for, the prober goes on with all the others."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mainstay.watch.codes import Code
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.engine.links import Links
from mainstay.watch.engine.loop import Loop
from mainstay.watch.engine.steps import Fetch, Fetched, Heard, Open, Opened, Resolve, Steps, Talk
from mainstay.watch.engine.transfers import Transfers
from mainstay.watch.facts import Finding
from mainstay.watch.probes import spec_of, start
from tests.watch.servers import Answer, is_silent, page, says, says_at_once, serving

LIMIT_S = 3.0


def hosts(tmp_path: Path) -> Hosts:
    path = tmp_path / "hosts"
    path.write_text("127.0.0.1 site.test\n")
    return Hosts(path)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = Engine("", hosts=hosts(tmp_path))
    yield found
    found.close()


def look(engine: Engine, port: int, scheme: str = "http", **settings: Any) -> Finding:
    spec = spec_of("http", f"{scheme}://site.test:{port}/", LIMIT_S, settings, allow_private=True)
    return engine.run(start(spec), LIMIT_S)


def leads_to(location: bytes) -> Answer:
    def answer(link: socket.socket) -> None:
        link.recv(4096)
        link.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")

    return answer


@pytest.mark.parametrize(
    ("location", "codes"),
    [
        (b"http://site.test:1/\xfcber?\xff", {Code.CONNECTION_REFUSED}),
        (b"http://s\xfcd.test/", {Code.REDIRECT_BROKEN, Code.REDIRECT_REFUSED}),
        (b"/\xfcber", {Code.REDIRECT_LOOP}),
    ],
)
def test_a_redirect_may_be_written_in_any_encoding(engine: Engine, location: bytes, codes: set[Code]) -> None:
    with serving(leads_to(location)) as port:
        assert look(engine, port).code in codes


def test_a_certificate_may_name_its_owner_in_any_encoding(tmp_path: Path) -> None:
    key, certificate, wanted = tmp_path / "key.pem", tmp_path / "certificate.pem", tmp_path / "wanted.cnf"
    wanted.write_bytes(
        b"[req]\ndistinguished_name=n\nx509_extensions=e\nprompt=no\nstring_mask=MASK:0x4\n"
        b"[n]\nO=Zo\xeb GmbH\nCN=site.test\n"
        b"[e]\nsubjectAltName=DNS:site.test\nbasicConstraints=CA:TRUE\nnsComment=Zo\xeb\n"
    )
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    subprocess.run([*new, "-keyout", key, "-out", certificate, "-config", wanted], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    engine = Engine(str(certificate), hosts=hosts(tmp_path))
    try:
        with serving(page(), context) as port:
            found = look(engine, port, "https")
    finally:
        engine.close()

    assert found.code is Code.OK
    assert found.cert_not_after is not None
    assert len(found.cert_sha256) == 64


@pytest.mark.parametrize("settings", [{"headers": ["X-Name: Zoë"]}, {"bearer": "Zoë"}])
def test_a_header_may_be_in_any_letters(engine: Engine, settings: dict[str, Any]) -> None:
    with serving(page()) as port:
        assert look(engine, port, **settings).code is Code.OK


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "base64", "nonsense"])
def test_a_page_may_name_any_character_set(engine: Engine, charset: str) -> None:
    answer = says(f"HTTP/1.1 200 OK\nContent-Type: text/html; charset={charset}\nContent-Length: 4\n\nok..")
    with serving(answer) as port:
        assert look(engine, port, contains="no").code is Code.TEXT_MISSING


def test_an_operation_that_cannot_be_begun_ends_its_own_probe_alone(engine: Engine) -> None:
    def asks_for_nonsense() -> Steps:
        yield Resolve(None)  # type: ignore[arg-type]
        raise AssertionError("it goes no further")

    assert engine.run(asks_for_nonsense(), LIMIT_S).code is Code.PROBER_FAULT


def test_a_request_that_libcurl_cannot_be_told_is_the_probers_fault() -> None:
    loop = Loop()
    transfers = Transfers(loop, "")
    found: list[Fetched] = []
    wanted = Fetch(url="http://s\ud800.test/", host="s", port=80, address="127.0.0.1", allow_private=True)
    transfers.fetch(wanted, boot_s() + 1, found.append)
    transfers.close()
    loop.close()

    assert [each.problem for each in found] == [Code.PROBER_FAULT]


def test_what_a_server_says_cannot_break_the_loop() -> None:
    loop = Loop()
    links = Links(loop, "")
    found: list[Opened | Heard] = []

    def breaks(_got: bytes) -> bool:
        raise IndexError("as a library might")

    with serving(says_at_once("hello")) as port:
        links.open(Open("127.0.0.1", port, allow_private=True), boot_s() + LIMIT_S, found.append)
        loop.run(lambda: len(found) == 1)
        assert isinstance(found[0], Opened)
        links.talk(Talk(found[0].link, b"", breaks), boot_s() + LIMIT_S, found.append)
        loop.run(lambda: len(found) == 2)
        links.close()
    loop.close()

    assert found[1].problem is Code.PROBER_FAULT


def test_who_waited_for_room_until_the_time_was_over_is_not_down() -> None:
    """A thousand websites that hang must not make others look as if they did."""
    loop = Loop()
    transfers = Transfers(loop, "", transfers_max=1)
    found: dict[str, Fetched] = {}
    with serving(is_silent) as port:
        for name in ("hangs", "waits"):
            url = f"http://site.test:{port}/"
            wanted = Fetch(url=url, host="site.test", port=port, address="127.0.0.1", allow_private=True)
            transfers.fetch(wanted, boot_s() + 0.3, lambda each, name=name: found.setdefault(name, each))
        loop.run(lambda: len(found) == 2)
        transfers.close()
    loop.close()

    assert {name: each.problem for name, each in found.items()} == {
        "hangs": Code.TIMEOUT,
        "waits": Code.PROBER_FAULT,
    }
