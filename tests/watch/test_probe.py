"""Looking at websites: every way of answering badly has its code and its sentence."""

import hashlib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest

from mainstay.watch.codes import Code, State, sentence
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.engine.steps import Spec
from mainstay.watch.facts import Finding
from mainstay.watch.probes import spec_of, start
from tests.watch import servers
from tests.watch.servers import DAY, Answer, page, serving, tls

LONG_HEAD = "HTTP/1.1 200 OK\nX: " + "a" * 1_000_000 + "\n\nok"
MANY_HINTS = "HTTP/1.1 103 Early Hints\nLink: </a>\n\n" * 6_000 + "HTTP/1.1 200 OK\nContent-Length: 0\n\n"
BAD_CHUNK = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nnonsense\n"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine that knows `site.test`, and trusts the test authority besides the usual ones."""
    hosts = tmp_path / "hosts"
    hosts.write_text(
        "127.0.0.1 site.test other.test\n169.254.169.254 metadata.test\n127.0.0.1 mixed.test\n10.0.0.7 mixed.test\n"
    )
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(Path(certifi.where()).read_text() + Path(servers.authority_file(tmp_path)).read_text())
    found = Engine(str(trusted), hosts=Hosts(hosts))
    yield found
    found.close()


def look(
    engine: Engine, url: str, *, timeout_s: float = 3.0, allow_private: bool = True, **settings: object
) -> Finding:
    spec = spec_of("http", url, timeout_s, settings, allow_private=allow_private)
    return engine.run(start(spec), timeout_s)


def told(finding: Finding) -> str:
    return sentence(finding.code, finding.detail)


def test_a_good_page(engine: Engine) -> None:
    with serving(page()) as port:
        found = look(engine, f"http://site.test:{port}/")

    assert (found.code, found.state, found.status, found.address) == (Code.OK, State.UP, 200, "127.0.0.1")
    assert found.phases.connect_us > 0
    assert found.phases.first_byte_us > 0
    assert found.phases.tls_us == 0


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (page("500 Internal Server Error"), Code.HTTP_STATUS, "The website answered with an error (500)."),
        (page("404 Not Found"), Code.HTTP_STATUS, "The website answered with an error (404)."),
        (servers.hangs_up, Code.CONNECTION_LOST, "The server broke the connection off before it had answered."),
        (servers.says("SSH-2.0-OpenSSH_9.2\n"), Code.BAD_ANSWER, "The server's answer is not that of a website."),
        (page("302 Found"), Code.REDIRECT_BROKEN, "The website sends visitors on to an address that is none."),
        (servers.says(LONG_HEAD), Code.BAD_ANSWER, "The server's answer is not that of a website."),
        (servers.says(MANY_HINTS), Code.BAD_ANSWER, "The server's answer is not that of a website."),
        (servers.says(BAD_CHUNK), Code.BAD_ANSWER, "The server's answer is not that of a website."),
        (servers.breaks_off, Code.CONNECTION_LOST, "The server broke the connection off before it had answered."),
    ],
    ids=["500", "404", "hangs up", "another protocol", "nowhere", "long head", "hints", "bad chunk", "breaks off"],
)
def test_bad_answers(engine: Engine, answer: Answer, code: Code, words: str) -> None:
    with serving(answer) as port:
        found = look(engine, f"http://site.test:{port}/")

    assert (found.code, found.state, told(found)) == (code, State.DOWN, words)


@pytest.mark.parametrize("answer", [servers.is_silent, servers.drips], ids=["silent", "dripping"])
def test_a_website_that_does_not_end_its_answer_in_time(engine: Engine, answer: Answer) -> None:
    with serving(answer) as port:
        before = datetime.now(UTC)
        found = look(engine, f"http://site.test:{port}/", timeout_s=1.0)

    assert found.code is Code.TIMEOUT
    assert told(found) == "The website did not answer within 1 second."
    assert datetime.now(UTC) - before < timedelta(seconds=2.5)


def test_a_long_body_is_read_to_a_limit(engine: Engine) -> None:
    with serving(servers.floods) as port:
        found = look(engine, f"http://site.test:{port}/")

    assert found.code is Code.OK


def test_a_port_where_nobody_listens(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = look(engine, f"http://site.test:{port}/")

    assert (found.code, told(found)) == (Code.CONNECTION_REFUSED, "The server refused the connection.")


def test_a_slow_answer_is_degraded(engine: Engine) -> None:
    with serving(servers.takes_its_time) as port:
        found = look(engine, f"http://site.test:{port}/", slow_ms=20)

    assert (found.code, found.state) == (Code.SLOW, State.DEGRADED)


def test_an_expected_error_is_good(engine: Engine) -> None:
    with serving(page("401 Unauthorized")) as port:
        found = look(engine, f"http://site.test:{port}/", expect_status=[[401, 401]])

    assert found.code is Code.OK


def _sends_to(url: str) -> Answer:
    return page("301 Moved", f"Location: {url}\n")


def test_redirects_are_followed(engine: Engine) -> None:
    with serving(page(body="there")) as there, serving(_sends_to(f"http://other.test:{there}/x")) as here:
        found = look(engine, f"http://site.test:{here}/")

    assert (found.code, found.status) == (Code.OK, 200)


def test_redirects_end_after_five(engine: Engine) -> None:
    with serving(page("302 Found", "Location: /again\n")) as port:
        found = look(engine, f"http://site.test:{port}/")

    assert (found.code, told(found)) == (Code.REDIRECT_LOOP, "The website sends visitors on more than 5 times.")


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/", "http://metadata.test/", "http://192.0.2.1/"])
def test_a_redirect_to_where_nobody_may_look_says_nothing_about_the_website(engine: Engine, target: str) -> None:
    with serving(page("302 Found", f"Location: {target}\n")) as port:
        found = look(engine, f"http://site.test:{port}/")

    assert (found.code, found.state) == (Code.REDIRECT_REFUSED, State.UNKNOWN)


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://site.test/", "gopher://site.test/", "javascript:alert(1)", "http://site.test:0/"],
)
def test_a_redirect_that_no_browser_follows_is_the_websites_fault(engine: Engine, target: str) -> None:
    with serving(page("302 Found", f"Location: {target}\n")) as port:
        found = look(engine, f"http://site.test:{port}/")

    assert (found.code, found.state) == (Code.REDIRECT_BROKEN, State.DOWN)


def test_private_addresses_are_refused_unless_they_were_allowed(engine: Engine) -> None:
    with serving(page()) as port:
        by_name = look(engine, f"http://site.test:{port}/", allow_private=False)
        by_number = look(engine, f"http://127.0.0.1:{port}/", allow_private=False)

    assert {by_name.code, by_number.code} == {Code.ADDRESS_REFUSED}
    assert by_name.state is State.UNKNOWN


def test_one_bad_address_of_a_name_is_enough_to_refuse_it(engine: Engine) -> None:
    with serving(page()) as port:
        assert look(engine, f"http://mixed.test:{port}/", allow_private=False).code is Code.ADDRESS_REFUSED


def test_no_proxy_of_the_environment_is_used(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with serving(page()) as port:
        assert look(engine, f"http://site.test:{port}/").code is Code.OK


def test_a_good_certificate(engine: Engine, tmp_path: Path) -> None:
    with serving(page(), tls(tmp_path, ends_in=5 * DAY)) as port:
        found = look(engine, f"https://site.test:{port}/")
        served = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))

    assert found.code is Code.OK
    assert found.cert_sha256 == hashlib.sha256(served).hexdigest()
    assert found.phases.tls_us > 0
    assert found.cert_not_after is not None
    assert timedelta(days=4) < found.cert_not_after - datetime.now(UTC) <= timedelta(days=5)


def test_an_ended_certificate_says_when_it_ended(engine: Engine, tmp_path: Path) -> None:
    with serving(page(), tls(tmp_path, begins_in=-5 * DAY, ends_in=-2 * DAY)) as port:
        found = look(engine, f"https://site.test:{port}/")

    ended = datetime.now(UTC) - 2 * DAY
    assert found.code is Code.CERTIFICATE_ENDED
    assert told(found) == f"The certificate ended on {ended.day} {ended:%B %Y}."


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"begins_in": 2 * DAY, "ends_in": 3 * DAY}, Code.CERTIFICATE_EARLY),
        ({"host": "another.test"}, Code.CERTIFICATE_WRONG_NAME),
        ({"is_signed": False}, Code.CERTIFICATE_UNTRUSTED),
        ({"is_weak": True}, Code.TLS_FAILED),
    ],
    ids=["too early", "wrong name", "self-signed", "weak"],
)
def test_bad_certificates(engine: Engine, tmp_path: Path, fields: dict, code: Code) -> None:
    with serving(page(), tls(tmp_path, **fields)) as port:
        found = look(engine, f"https://site.test:{port}/")

    assert (found.code, found.state) == (code, State.DOWN)


def test_https_asked_of_a_server_without_it(engine: Engine) -> None:
    with serving(servers.speaks_plainly) as port:
        assert look(engine, f"https://site.test:{port}/").code is Code.TLS_FAILED


def test_a_certificate_once_explained_leaves_the_next_check_strict(engine: Engine, tmp_path: Path) -> None:
    with serving(page(), tls(tmp_path, begins_in=-5 * DAY, ends_in=-2 * DAY)) as port:
        codes = [look(engine, f"https://site.test:{port}/").code for _ in range(3)]

    assert codes == [Code.CERTIFICATE_ENDED] * 3


def test_every_check_makes_a_connection_of_its_own(engine: Engine) -> None:
    ports: list[int] = []

    def answer(link: socket.socket) -> None:
        ports.append(link.getpeername()[1])
        page()(link)

    with serving(answer) as port:
        for _ in range(4):
            look(engine, f"http://site.test:{port}/")

    assert len(ports) == len(set(ports)) == 4


def test_a_hundred_at_the_same_time_where_half_of_them_hang(engine: Engine) -> None:
    found: dict[int, Finding] = {}
    with serving(servers.is_silent) as silent, serving(page()) as good:
        for n in range(100):
            url = f"http://site.test:{silent if n % 2 else good}/"
            engine.start(start(Spec("http", url, 1.5, True)), 1.5, lambda finding, n=n: found.update({n: finding}))
        engine.loop.run(lambda: len(found) == 100)

    assert {found[n].code for n in range(0, 100, 2)} == {Code.OK}
    assert {found[n].code for n in range(1, 100, 2)} == {Code.TIMEOUT}
