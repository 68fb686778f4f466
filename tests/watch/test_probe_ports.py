"""Ports, mail servers and echo requests: what each says, and what is made of it."""

import base64
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mainstay.watch.codes import Code, State, sentence
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.engine.steps import Ping, Ponged, Resolve, Resolved, Steps
from mainstay.watch.facts import Finding
from mainstay.watch.probes import SettingsWrong, spec_of, start
from mainstay.watch.probes.tcp import as_bytes
from tests.watch import servers
from tests.watch.authority import Authority
from tests.watch.servers import says_at_once, serving

Script = list[tuple[str, str]]
"""What is waited for at the beginning of a line, and what is answered. `TLS` makes the connection a secure one."""

TLS = "TLS"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def secure(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    return authority.issue().context(tmp_path)


@pytest.fixture
def engine(tmp_path: Path, authority: Authority) -> Iterator[Engine]:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 site.test other.test\n::1 six.test\n127.0.0.1 both.test\n::1 both.test\n")
    found = Engine(str(authority.file(tmp_path)), hosts=Hosts(hosts))
    yield found
    found.close()


def look(engine: Engine, kind: str, where: str, *, timeout_s: float = 3.0, **settings: Any) -> Finding:
    return engine.run(start(spec_of(kind, where, timeout_s, settings, allow_private=True)), timeout_s)


def told(finding: Finding) -> str:
    return sentence(finding.code, finding.detail)


def speaks(greeting: str, script: Script, context: ssl.SSLContext | None = None) -> Callable[[socket.socket], None]:
    """Greets, then answers each line as the script says."""

    def answer(link: socket.socket) -> None:
        link.sendall(greeting.encode())
        with ExitStack() as stack:
            for waited, said in script:
                line = _line(link)
                if not line.startswith(waited):
                    link.sendall(b"500 what?\r\n")
                    return
                link.sendall(said.removeprefix(TLS).encode())
                if said.startswith(TLS) and context is not None:
                    link = stack.enter_context(context.wrap_socket(link, server_side=True))
            link.recv(1)

    return answer


def _line(link: socket.socket) -> str:
    got = b""
    while not got.endswith(b"\n"):
        more = link.recv(1)
        if not more:
            break
        got += more
    return got.decode()


def test_an_open_port(engine: Engine) -> None:
    with serving(servers.is_silent) as port:
        found = look(engine, "tcp", f"site.test:{port}")

    assert (found.code, found.address) == (Code.OK, "127.0.0.1")
    assert found.phases.connect_us > 0


def test_a_greeting(engine: Engine) -> None:
    with serving(says_at_once("SSH-2.0-OpenSSH_9.2\r\n")) as port:
        assert look(engine, "tcp", f"site.test:{port}", banner="OpenSSH").code is Code.OK
        other = look(engine, "tcp", f"site.test:{port}", banner="Dropbear", timeout_s=1.0)

    assert (other.code, other.state) == (Code.BANNER_WRONG, State.DOWN)
    assert told(other) == "The server greets with other words than Dropbear."


def test_an_answer_to_what_is_sent(engine: Engine) -> None:
    with serving(speaks("", [("PING", "+PONG\r\n")])) as port:
        assert look(engine, "tcp", f"site.test:{port}", sends="PING\\r\\n", banner="+PONG").code is Code.OK


def test_a_secure_port(engine: Engine, secure: ssl.SSLContext) -> None:
    with serving(says_at_once("hello\r\n"), secure) as port:
        good = look(engine, "tcp", f"site.test:{port}", tls=True, banner="hello")
        other = look(engine, "tcp", f"other.test:{port}", tls=True)

    assert good.code is Code.OK
    assert good.cert_not_after is not None
    assert other.code is Code.CERTIFICATE_WRONG_NAME


def test_one_family_alone(engine: Engine) -> None:
    with serving(servers.is_silent) as port:
        assert look(engine, "tcp", f"both.test:{port}", family="ipv4").code is Code.OK
        assert look(engine, "tcp", f"site.test:{port}", family="ipv6").code is Code.NAME_NOT_FOUND
        assert look(engine, "tcp", f"both.test:{port}", family="ipv6").code is Code.CONNECTION_REFUSED


@pytest.mark.parametrize(
    ("text", "sent"), [("a\\r\\n", b"a\r\n"), ("\\\\n", b"\\n"), ("\\x00\\xfF", b"\x00\xff"), ("é", "é".encode())]
)
def test_what_is_sent_for_a_text(text: str, sent: bytes) -> None:
    assert as_bytes(text) == sent


def test_a_backslash_that_begins_nothing_is_refused() -> None:
    with pytest.raises(SettingsWrong, match="backslash"):
        spec_of("tcp", "site.test:1", 3.0, {"sends": "\\q"})


PAIR = base64.b64encode(b"\0ada\0secret").decode()
HELLO: Script = [("EHLO", "250-site.test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")]
UPGRADE: Script = [("STARTTLS", f"{TLS}220 go\r\n")]
BYE: Script = [("QUIT", "221 bye\r\n")]


def test_a_mail_server(engine: Engine, secure: ssl.SSLContext) -> None:
    script = [*HELLO, *UPGRADE, *HELLO, (f"AUTH PLAIN {PAIR}", "235 welcome\r\n"), *BYE]
    with serving(speaks("220-site.test\r\n220 ready\r\n", script, secure)) as port:
        found = look(engine, "smtp", f"site.test:{port}", user="ada", password="secret")

    assert (found.code, found.state) == (Code.OK, State.UP)
    assert found.cert_not_after is not None


@pytest.mark.parametrize(
    ("greeting", "script", "code", "words"),
    [
        ("421 busy\r\n", [], Code.SERVICE_UNAVAILABLE, "The server answers that it cannot serve now (421)."),
        ("554 no\r\n", [], Code.SERVICE_UNAVAILABLE, "The server answers that it cannot serve now (554)."),
        ("* OK mailbox\r\n", [], Code.PROTOCOL_WRONG, "The server's answer is not that of a mail server (SMTP)."),
        (
            "220 ok\r\n",
            [("EHLO", "250 site.test\r\n"), ("STARTTLS", "502 no\r\n")],
            Code.STARTTLS_MISSING,
            "The server offers no secure connection.",
        ),
        (
            "220 ok\r\n",
            [*HELLO, *UPGRADE, *HELLO, ("AUTH", "535 wrong\r\n")],
            Code.SIGN_IN_REFUSED,
            "The server refused the sign-in of ada.",
        ),
        (
            "220 ok\r\n",
            [*HELLO, *UPGRADE, *HELLO, ("AUTH", "421 later\r\n")],
            Code.SERVICE_UNAVAILABLE,
            "The server answers that it cannot serve now (421).",
        ),
    ],
    ids=["busy", "refuses", "another service", "no upgrade", "wrong password", "later"],
)
def test_what_a_mail_server_can_say(
    engine: Engine, secure: ssl.SSLContext, greeting: str, script: Script, code: Code, words: str
) -> None:
    with serving(speaks(greeting, script, secure)) as port:
        found = look(engine, "smtp", f"site.test:{port}", user="ada", password="secret")

    assert (found.code, found.state, told(found)) == (code, State.DOWN, words)


@pytest.mark.parametrize("kind", ["smtp", "imap"])
def test_a_password_is_never_sent_in_the_open(kind: str) -> None:
    with pytest.raises(SettingsWrong, match="not secure"):
        spec_of(kind, "site.test", 3.0, {"security": "none", "user": "ada", "password": "secret"})


def test_a_mailbox_takes_no_letters_that_cannot_be_quoted() -> None:
    for word in ("pässword", "two\r\nlines"):
        with pytest.raises(SettingsWrong, match="ASCII"):
            spec_of("imap", "site.test", 3.0, {"user": "ada", "password": word})
    spec_of("smtp", "site.test", 3.0, {"user": "ada", "password": "pässword"})


def test_a_mailbox(engine: Engine, secure: ssl.SSLContext) -> None:
    script = [
        ('s2 LOGIN "ada" "se\\"c"', "* CAPABILITY IMAP4rev1\r\ns2 OK in\r\n"),
        ("s3 LOGOUT", "* BYE\r\ns3 OK\r\n"),
    ]
    with serving(speaks("* OK ready\r\n", script), secure) as port:
        assert look(engine, "imap", f"site.test:{port}", user="ada", password='se"c').code is Code.OK


def test_a_mailbox_that_upgrades(engine: Engine, secure: ssl.SSLContext) -> None:
    script = [("s1 STARTTLS", f"{TLS}s1 OK go\r\n"), ("s3 LOGOUT", "s3 OK\r\n")]
    with serving(speaks("* OK ready\r\n", script, secure)) as port:
        assert look(engine, "imap", f"site.test:{port}", security="starttls").code is Code.OK
        certificate = look(engine, "tls", f"site.test:{port}", starttls="imap", days_left_min=30)

    assert (certificate.code, certificate.state) == (Code.OK, State.UP)


@pytest.mark.parametrize(
    ("greeting", "script", "code"),
    [
        ("* BYE full\r\n", [], Code.SERVICE_UNAVAILABLE),
        ("220 mail\r\n", [], Code.PROTOCOL_WRONG),
        ("* OK\r\n", [("s2 LOGIN", "s2 NO wrong\r\n")], Code.SIGN_IN_REFUSED),
    ],
    ids=["bye", "another service", "wrong password"],
)
def test_what_a_mailbox_can_say(
    engine: Engine, secure: ssl.SSLContext, greeting: str, script: Script, code: Code
) -> None:
    with serving(speaks(greeting, script), secure) as port:
        found = look(engine, "imap", f"site.test:{port}", user="ada", password="secret")

    assert (found.code, found.state) == (code, State.DOWN)


@pytest.mark.parametrize("host", ["site.test", "six.test"])
def test_an_echo(engine: Engine, host: str) -> None:
    found = look(engine, "icmp", host)

    assert (found.code, found.state) == (Code.OK, State.UP)
    assert found.phases.first_byte_us > 0


@pytest.mark.parametrize(
    ("echoes", "code", "state", "words"),
    [
        ([None, None, None], Code.OK, State.UP, "The website answered as it should."),
        ([Code.TIMEOUT, None, None], Code.ECHO_LOST, State.DEGRADED, "The server answered only 2 of 3 echo requests."),
        (
            [Code.TIMEOUT] * 3,
            Code.ECHO_MISSING,
            State.DOWN,
            "The server does not answer an echo request within 1 second.",
        ),
        ([Code.CONNECTION_FAILED], Code.CONNECTION_FAILED, State.DOWN, "The server could not be reached."),
        (
            [Code.PROBER_FAULT],
            Code.PROBER_FAULT,
            State.UNKNOWN,
            "Mainstay could not look: this machine allows no echo requests.",
        ),
    ],
    ids=["all", "some", "none", "no way there", "not allowed"],
)
def test_echoes_that_are_lost(echoes: list[Code | None], code: Code, state: State, words: str) -> None:
    found = answered(start(spec_of("icmp", "site.test", 5.0, {}, allow_private=True)), echoes)

    assert (found.code, found.state, told(found)) == (code, state, words)


def answered(steps: Steps, echoes: list[Code | None]) -> Finding:
    """The finding of steps that hear these echoes."""
    assert isinstance(next(steps), Resolve)
    asked = steps.send(Resolved(("127.0.0.1",)))
    try:
        for problem in echoes:
            assert isinstance(asked, Ping)
            asked = steps.send(Ponged(problem, 1000))
    except StopIteration as end:
        return end.value
    raise AssertionError("it wants more echoes than these")
