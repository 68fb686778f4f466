"""Domains: what a registry tells over RDAP, and what is made of its silence."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mainstay.watch.codes import Code, State, sentence
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.facts import Finding
from mainstay.watch.probes import domain, spec_of, start
from tests.watch.servers import Answer, page, serving

BOOTSTRAP = {
    "services": [
        [["org"], ["http://plain.example/", "https://rdap.org.example/"]],
        [["uk", "test"], ["https://uk.example/"]],
        [["co.uk"], ["https://co.example/"]],
    ]
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = Engine("", hosts=Hosts(tmp_path / "none"))
    yield found
    found.close()


def look(engine: Engine, answer: Answer, name: str = "museum.example") -> Finding:
    with serving(answer) as port:
        settings = {"server": f"http://127.0.0.1:{port}/rdap/"}
        return engine.run(start(spec_of("domain", name, 3.0, settings, allow_private=True)), 3.0)


def told_to_end(at: datetime) -> Answer:
    events = [
        {"eventAction": "registration", "eventDate": "1999-01-01T00:00:00Z"},
        {"eventAction": "expiration", "eventDate": at.isoformat()},
    ]
    return page(head="Content-Type: application/rdap+json\n", body=json.dumps({"events": events}))


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "code", "state"),
    [
        (200, Code.OK, State.UP),
        (29, Code.DOMAIN_ENDS_SOON, State.DEGRADED),
        (-1, Code.DOMAIN_ENDED, State.DOWN),
    ],
)
def test_when_it_ends(engine: Engine, days: int, code: Code, state: State) -> None:
    found = look(engine, told_to_end(in_days(days)))

    assert (found.code, found.state) == (code, state)


def test_the_date_is_told_as_people_say_it(engine: Engine) -> None:
    found = look(engine, told_to_end(datetime(2026, 3, 3, 12, tzinfo=UTC)))

    assert sentence(found.code, found.detail) == "The registration of the domain ended on 3 March 2026."


def test_a_domain_that_nobody_has(engine: Engine) -> None:
    found = look(engine, page("404 Not Found"))

    assert (found.code, found.state) == (Code.DOMAIN_FREE, State.DOWN)
    assert sentence(found.code, found.detail) == "The domain museum.example is not registered."


@pytest.mark.parametrize(
    "answer",
    [
        page("500 Internal Server Error"),
        page("429 Too Many Requests"),
        page(body="no json"),
        page(body="[]"),
        page(body='{"events": "none"}'),
        page(body='{"events": [{"eventAction": "expiration", "eventDate": "soon"}]}'),
        page(body='{"events": [{"eventAction": "registration", "eventDate": "2020-01-01T00:00:00Z"}]}'),
        page(body='{"a":' * 5000 + "1" + "}" * 5000),
    ],
    ids=["error", "too many", "no JSON", "a list", "odd events", "no date", "no end", "deep"],
)
def test_a_registry_that_does_not_tell_is_unknown_never_good(engine: Engine, answer: Answer) -> None:
    assert look(engine, answer).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("name", "server"),
    [
        ("museum.org", "https://rdap.org.example/"),
        ("museum.co.uk", "https://co.example/"),
        ("museum.uk", "https://uk.example/"),
        ("museum.example", ""),
    ],
)
def test_the_registry_of_the_longest_ending_is_asked(name: str, server: str) -> None:
    assert domain.server_in(BOOTSTRAP, name) == server


def test_the_public_list_is_fetched_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def registry(link) -> None:  # type: ignore[no-untyped-def]
        line = link.recv(4096).decode().split()[1]
        asked.append(line)
        port = link.getsockname()[1]
        told = {"services": [[["example"], [f"http://127.0.0.1:{port}/"]]]}
        if line != "/dns.json":
            told = {"events": [{"eventAction": "expiration", "eventDate": in_days(99).isoformat()}]}
        body = json.dumps(told)
        link.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    monkeypatch.setattr(domain, "_kept", {})
    with serving(registry) as port:
        monkeypatch.setattr(domain, "BOOTSTRAP", f"http://127.0.0.1:{port}/dns.json")
        for _ in range(2):
            spec = spec_of("domain", "museum.example", 3.0, {}, allow_private=True)
            assert engine.run(start(spec), 3.0).code is Code.OK

    assert asked == ["/dns.json", "/domain/museum.example", "/domain/museum.example"]
