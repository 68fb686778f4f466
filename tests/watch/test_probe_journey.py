"""Visits: a website with sessions is signed in to, searched and left; the step that fails is told."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mainstay.watch.codes import Code, State, sentence
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.facts import Finding
from mainstay.watch.probes import SettingsWrong, spec_of, start
from mainstay.watch.probes.documents import Document
from tests.watch.servers import page, serving

LOGIN = """<title>Sign in</title><form method="post" action="/login">
<input type="hidden" name="token" value="t&amp;1"><input name="user"><input name="password" type="password">
<label><input type="checkbox" name="stay" checked></label><input type="checkbox" name="news">
<select name="lang"><option value="en">English<option value="cs" selected>Čeština</select>
<button name="go" value="1">Sign <b>in</b></button></form>"""
SIGN_IN = ("open /login", "see Sign in", "fill user = ada", "fill password = {password}", "press Sign in")
VALUES = "password = s3cret = x"


class Site:
    """A website with one account. It remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, list[str]]] = []

    def __call__(self, link: socket.socket) -> None:
        head, body = _request(link)
        method, target, _ = head.split("\r\n")[0].split(" ")
        cookies = next((line[8:] for line in head.split("\r\n") if line.lower().startswith("cookie: ")), "")
        link.sendall(self._answer(method, urlsplit(target), cookies, parse_qs(body)).encode())

    def _answer(self, method: str, target: Any, cookies: str, sent: dict[str, list[str]]) -> str:
        if target.path == "/login" and method == "POST":
            self.sent.append(sent)
            good = sent.get("password") == ["s3cret = x"] and sent.get("token") == ["t&1"] and "seen=1" in cookies
            return (
                _page(
                    "", head="Location: /home\r\nSet-Cookie: session=abc; Path=/; HttpOnly\r\n", status="303 See Other"
                )
                if good
                else _page("Wrong", status="403 Forbidden")
            )
        if target.path == "/login":
            return _page(LOGIN, head="Set-Cookie: seen=1; Path=/\r\n")
        if "session=abc" not in cookies:
            return _page("Please sign in", status="401 Unauthorized")
        if target.path == "/search":
            return _page(f"Found {parse_qs(target.query)['q'][0]}")
        return _page(
            'Welcome,\n  <i>Ada</i> <form action="search"><input name="q"></form> <a href="/login">Log out</a>'
        )


def _request(link: socket.socket) -> tuple[str, str]:
    got = b""
    while b"\r\n\r\n" not in got:
        got += link.recv(4096)
    head, _, body = got.partition(b"\r\n\r\n")
    text = head.decode()
    length = next((int(line[15:]) for line in text.split("\r\n") if line.lower().startswith("content-length:")), 0)
    while len(body) < length:
        body += link.recv(4096)
    return text, body.decode()


def _page(body: str, *, head: str = "", status: str = "200 OK") -> str:
    return f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(body.encode())}\r\n\r\n{body}"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 site.test\n169.254.169.254 metadata.test\n")
    found = Engine("", hosts=Hosts(hosts))
    yield found
    found.close()


def visit(engine: Engine, site: Any, *steps: str, **settings: Any) -> Finding:
    with serving(site) as port:
        given = {"steps": steps, "values": VALUES, **settings}
        spec = spec_of("journey", f"http://site.test:{port}/", 5.0, given, allow_private=True)
        return engine.run(start(spec), 5.0)


def told(finding: Finding) -> str:
    return sentence(finding.code, finding.detail)


def test_signing_in_searching_and_leaving(engine: Engine) -> None:
    site = Site()
    found = visit(
        engine,
        site,
        *SIGN_IN,
        "see Welcome, Ada",
        "not see Wrong",
        "fill q = vases & jars",
        "press",
        "see Found vases & jars",
        "open /",
        "follow Log out",
        "see Sign in",
    )

    assert (found.code, told(found)) == (Code.OK, "The website answered as it should.")
    assert site.sent == [
        {
            "token": ["t&1"],
            "user": ["ada"],
            "password": ["s3cret = x"],
            "stay": ["on"],
            "lang": ["cs"],
            "go": ["1"],
        }
    ]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (("open /home",), "A visit did not get past step 1 (open /home)."),
        (("open /login", "see Welcome"), "A visit did not get past step 2 (see Welcome)."),
        (("open /login", "not see Sign in"), "A visit did not get past step 2 (not see Sign in)."),
        (("open /login", "press Register"), "A visit did not get past step 2 (press Register)."),
        (("open /login", "fill email = a", "press Sign in"), "A visit did not get past step 3 (press Sign in)."),
        (("open /login", "fill password = no", "press Sign in"), "A visit did not get past step 3 (press Sign in)."),
        (("open /login", "follow Nowhere"), "A visit did not get past step 2 (follow Nowhere)."),
        (("open /home", "status 403"), "A visit did not get past step 2 (status 403)."),
    ],
)
def test_the_step_that_fails_is_told(engine: Engine, steps: tuple[str, ...], words: str) -> None:
    found = visit(engine, Site(), *steps)

    assert (found.code, found.state, told(found)) == (Code.STEP_FAILED, State.DOWN, words)


def test_an_expected_error_is_good(engine: Engine) -> None:
    assert visit(engine, Site(), "open /home", "status 401", "see Please sign in").code is Code.OK


def test_nothing_is_left_of_the_visit_before(engine: Engine) -> None:
    assert visit(engine, Site(), *SIGN_IN).code is Code.OK
    assert visit(engine, Site(), "open /home").code is Code.STEP_FAILED


def test_what_stands_in_the_way_keeps_its_own_code(engine: Engine) -> None:
    leads_astray = page(body='<a href="http://metadata.test/">Go</a>')

    assert visit(engine, leads_astray, "open /", "follow Go").code is Code.ADDRESS_REFUSED
    assert visit(engine, page(body='<a href="ftp://site.test/">Go</a>'), "open /", "follow Go").state is State.UNKNOWN


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "begins with open"),
        (("see Welcome",), "begins with open"),
        (("open",), "does not say what"),
        (("open /", "dance"), "is no step"),
        (("open /", "fill user"), "fills nothing"),
        (("open /", "fill user = {name}"), "no hidden value name"),
        (("open /", "status good"), "is no status"),
        (("open /",) * 31, "at most 30"),
    ],
)
def test_steps_that_cannot_be(steps: tuple[str, ...], words: str) -> None:
    with pytest.raises(SettingsWrong, match=words):
        spec_of("journey", "http://site.test/", 5.0, {"steps": steps})


def test_a_page_in_bad_shape_is_read_as_browsers_do() -> None:
    found = Document("https://a.test/x/", "<base href=/y/><p>Hello<b> there</p><script>var no</script><a href=z>Go  on")

    assert found.words == "Hello there Go on"
    assert found.link("go on") == "https://a.test/y/z"
    assert found.form("", frozenset()) is None
