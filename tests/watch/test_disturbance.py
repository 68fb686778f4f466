"""Names that answer late, never, or another time differently: nobody else is disturbed, and nobody is led astray."""

import re
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mainstay.watch.codes import Code
from mainstay.watch.engine import wire
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.engine.steps import Spec
from mainstay.watch.facts import Finding
from mainstay.watch.probes import start
from tests.common.address_corpus import CLOUD, NEVER
from tests.watch.servers import NameServer
from tests.watch.test_names import answering

HEALTHY, DEAD = 1_000, 200
TIMEOUT_S = 10.0
LOOPBACK = bytes([127, 0, 0, 1])
METADATA = bytes([169, 254, 169, 254])


class Page(BaseHTTPRequestHandler):
    """Answers at once; `/on` leads on to `/` of the same name."""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/on" else 200)
        self.send_header("Location", f"http://{self.headers['Host']}/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


class Website(ThreadingHTTPServer):
    request_queue_size = 1_024


@contextmanager
def website() -> Iterator[int]:
    with Website(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def asked_name(question: bytes) -> str:
    """The name in a question."""
    labels, at = [], 12
    while size := question[at]:
        labels.append(question[at + 1 : at + 1 + size].decode())
        at += 1 + size
    return ".".join(labels)


def of_a(answer: Callable[[str], bytes | None]) -> Callable[[bytes], bytes | None]:
    """A name server that answers for IPv4 as `answer` says of the name, for IPv6 with nothing; None is silence."""

    def behave(question: bytes) -> bytes | None:
        found = answer(asked_name(question))
        kind = struct.unpack("!H", question[-4:-2])[0]
        return None if found is None else answering(a=found if kind == wire.TYPE_A else b"")(question)

    return behave


def test_two_hundred_dead_names_disturb_none_of_a_thousand_healthy_websites(tmp_path: Path) -> None:
    """The dead ones are asked for first, and all at once: more than any pool of threads would bear."""
    ended: list[tuple[str, Finding]] = []
    with website() as port, NameServer(of_a(lambda name: None if name.startswith("dead") else LOOPBACK)) as server:
        engine = Engine("", servers=(server.address,), hosts=Hosts(tmp_path / "none"))

        def begin(name: str) -> None:
            probe = start(Spec("http", f"http://{name}.test:{port}/", TIMEOUT_S, True))
            engine.start(probe, TIMEOUT_S, lambda finding: ended.append((name, finding)))

        for number in range(DEAD):
            begin(f"dead-{number}")
        for number in range(HEALTHY):
            begin(f"healthy-{number}")
        engine.loop.run(lambda: len(ended) == HEALTHY + DEAD)
        engine.close()

    codes = {name: finding.code for name, finding in ended}
    assert {code for name, code in codes.items() if name.startswith("healthy")} == {Code.OK}
    assert {code for name, code in codes.items() if name.startswith("dead")} == {Code.NAME_TIMEOUT}
    first_dead = next(place for place, (name, _) in enumerate(ended) if name.startswith("dead"))
    assert first_dead == HEALTHY, "every healthy website had answered before the first dead name was given up"


@pytest.mark.parametrize("path", ["/", "/on"], ids=["at the look", "at the redirect"])
def test_a_name_that_changes_to_a_forbidden_address_is_not_followed(tmp_path: Path, path: str) -> None:
    """It leads to loopback, where the monitor may look, when first asked, and to a cloud's own service after that."""
    asked: list[str] = []

    def changing(name: str) -> bytes:
        asked.append(name)
        return LOOPBACK if len(asked) <= 2 else METADATA  # both families are asked at each look-up

    with website() as port, NameServer(of_a(changing)) as server:
        engine = Engine("", servers=(server.address,), hosts=Hosts(tmp_path / "none"))
        spec = Spec("http", f"http://turning.test:{port}{path}", 3.0, True)
        first = engine.run(start(spec), 3.0)
        second = engine.run(start(spec), 3.0)
        engine.close()

    refused = (Code.ADDRESS_REFUSED, "169.254.169.254 is one of a cloud's own services")
    assert (first.code, first.address) == ((Code.OK if path == "/" else Code.REDIRECT_REFUSED), "127.0.0.1")
    assert (second.code, second.detail) == refused
    assert second.address == "", "nothing was connected to"


@pytest.mark.parametrize("address", [each for each in [*NEVER, *CLOUD] if re.fullmatch(r"[0-9.]+", each)])
def test_a_name_that_leads_to_where_nobody_may_look_is_refused_at_the_look(tmp_path: Path, address: str) -> None:
    packed = bytes(int(part) for part in address.split("."))
    with NameServer(of_a(lambda _: packed)) as server:
        engine = Engine("", servers=(server.address,), hosts=Hosts(tmp_path / "none"))
        found = engine.run(start(Spec("http", "http://astray.test/", 3.0, True)), 3.0)
        engine.close()

    assert found.code is Code.ADDRESS_REFUSED
    assert address in found.detail
