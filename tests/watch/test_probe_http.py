"""What a page must hold, how it is asked for, and where its redirects may lead."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mainstay.watch.codes import Code, State, sentence
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.facts import Finding
from mainstay.watch.probes import SettingsWrong, spec_of, start
from tests.watch.servers import Answer, page, says, serving

HEALTH = json.dumps({"status": "ok", "parts": [{"name": "search", "up": True}, {"name": "shop", "up": False}]})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 site.test other.test\n")
    found = Engine("", hosts=Hosts(hosts))
    yield found
    found.close()


def look(engine: Engine, port: int, path: str = "/", **settings: Any) -> Finding:
    spec = spec_of("http", f"http://site.test:{port}{path}", 3.0, settings, allow_private=True)
    return engine.run(start(spec), 3.0)


def told(finding: Finding) -> str:
    return sentence(finding.code, finding.detail)


@pytest.mark.parametrize(
    ("answer", "settings", "code", "words"),
    [
        (page(body="Welcome to the museum"), {"contains": "museum"}, Code.OK, ""),
        (
            page(body="Welcome"),
            {"contains": "museum"},
            Code.TEXT_MISSING,
            "The page does not hold the words that belong there: museum.",
        ),
        (page(body="fine"), {"absent": "Fatal error"}, Code.OK, ""),
        (
            page(body="<b>Fatal error</b>"),
            {"absent": "Fatal error"},
            Code.TEXT_UNWANTED,
            "The page holds words that do not belong there: Fatal error.",
        ),
        (
            page(head="Content-Type: text/html; charset=iso-8859-1\n", body="Gr\u00fc\u00dfe"),
            {"contains": "Gr"},
            Code.OK,
            "",
        ),
        (page(head="Content-Type: text/html; charset=no-such\n", body="ok"), {"contains": "ok"}, Code.OK, ""),
        (page(body=HEALTH), {"json_path": "$.status", "json_equals": "ok"}, Code.OK, ""),
        (page(body=HEALTH), {"json_path": "$.parts[?@.name=='search'].up", "json_equals": "true"}, Code.OK, ""),
        (
            page(body=HEALTH),
            {"json_path": "$.parts[?@.name=='shop'].up", "json_equals": "true"},
            Code.JSON_WRONG,
            "The answer does not say what it should at $.parts[?@.name=='shop'].up.",
        ),
        (page(body=HEALTH), {"json_path": "$.none"}, Code.JSON_WRONG, ""),
        (page(body="<html>"), {"json_path": "$.status"}, Code.JSON_WRONG, ""),
        (page(body="[" * 50_000), {"json_path": "$.status"}, Code.JSON_WRONG, ""),
    ],
)
def test_content(engine: Engine, answer: Answer, settings: dict[str, Any], code: Code, words: str) -> None:
    with serving(answer) as port:
        found = look(engine, port, **settings)

    assert found.code is code
    assert told(found) == (words or told(found))
    assert found.state is (State.UP if code is Code.OK else State.DOWN)


def test_words_past_the_limit_of_what_is_read_are_missing(engine: Engine) -> None:
    with serving(page(body="x" * 1_100_000 + "museum")) as port:
        assert look(engine, port, contains="museum").code is Code.TEXT_MISSING


def echoing(link: socket.socket) -> None:
    """Answers with the request that it was sent."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += link.recv(4096)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += link.recv(4096)
    whole = head + b"\r\n\r\n" + body
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(whole) + whole)


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ({}, "GET /x HTTP/1.1"),
        ({"method": "POST", "body": "a=ü"}, "POST /x HTTP/1.1"),
        ({"method": "POST", "body": "a=ü"}, "a=ü"),
        ({"method": "PUT", "body": "{}", "headers": ["Content-Type: application/json"]}, "application/json"),
        ({"method": "DELETE"}, "DELETE /x HTTP/1.1"),
        ({"headers": ["Accept-Language: cs"]}, "Accept-Language: cs"),
        ({"basic_user": "ada", "basic_password": "se:cret"}, "Authorization: Basic YWRhOnNlOmNyZXQ="),
        ({"bearer": "abc.def"}, "Authorization: Bearer abc.def"),
    ],
)
def test_how_it_is_asked(engine: Engine, settings: dict[str, Any], sent: str) -> None:
    with serving(echoing) as port:
        assert look(engine, port, "/x", contains=sent, **settings).code is Code.OK
        assert look(engine, port, "/x", contains="GET /x").code is Code.OK, "nothing is left of the request before"


def test_a_head_request_reads_no_page(engine: Engine) -> None:
    with serving(says("HTTP/1.1 204 No Content\n\n")) as port:
        assert look(engine, port, method="HEAD").code is Code.OK


def test_credentials_stay_with_the_website_that_they_are_for(engine: Engine) -> None:
    with serving(echoing) as there:
        sends_on = page("302 Found", f"Location: http://other.test:{there}/\n")
        with serving(sends_on) as here:
            found = look(engine, here, bearer="secret", absent="secret", contains="GET / ")

    assert found.code is Code.OK


@pytest.mark.parametrize(("status", "line"), [("302 Found", "GET /"), ("307 Temporary Redirect", "POST /")])
def test_what_becomes_of_a_form_that_is_sent_on(engine: Engine, status: str, line: str) -> None:
    with serving(echoing) as there, serving(page(status, f"Location: http://site.test:{there}/\n")) as here:
        found = look(engine, here, method="POST", body="a=1", contains=line)

    assert found.code is Code.OK


def test_redirects_that_are_not_followed(engine: Engine) -> None:
    with serving(page("301 Moved", "Location: https://site.test/\n")) as port:
        first = look(engine, port, redirects="stop", expect_status=[[301, 301]])
        leads = look(engine, port, redirects="stop", leads_to="https://site.test/")
        astray = look(engine, port, redirects="stop", leads_to="https://www.site.test/*")

    assert (first.code, leads.code) == (Code.OK, Code.OK)
    assert (astray.code, astray.state) == (Code.REDIRECT_UNWANTED, State.DOWN)


def test_where_redirects_lead(engine: Engine) -> None:
    with serving(page()) as there, serving(page("302 Found", f"Location: http://other.test:{there}/en/\n")) as here:
        good = look(engine, here, leads_to=f"http://other.test:{there}/*")
        astray = look(engine, here, leads_to="http://site.test/")

    assert good.code is Code.OK
    assert told(astray) == "The website sends visitors on to another address than it should (http://site.test/)."


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"expect_status": [[99, 200]]}, "expect_status"),
        ({"expect_status": [[300, 200]]}, "expect_status"),
        ({"expect_status": []}, "expect_status"),
        ({"slow_ms": 0}, "slow_ms"),
        ({"headers": ["no colon"]}, "headers"),
        ({"headers": ["A: b\r\nC: d"]}, "headers"),
        ({"headers": ["Host: other.test"]}, "headers"),
        ({"json_path": "$[", "json_equals": "x"}, "json_path"),
        ({"json_equals": "x"}, ""),
        ({"method": "HEAD", "contains": "x"}, ""),
        ({"method": "GET", "body": "x"}, ""),
        ({"basic_user": "a:b"}, "basic_user"),
        ({"bearer": "two words"}, "bearer"),
        ({"bearer": "x", "basic_user": "y"}, ""),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(SettingsWrong) as caught:
        spec_of("http", "http://site.test/", 3.0, settings)

    assert caught.value.field == field
    assert str(caught.value).endswith(".")
