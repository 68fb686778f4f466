"""Certificates: every way of being wrong has its code and its sentence, the plainest reason first."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from OpenSSL import SSL

from mainstay.watch.codes import Code, State, sentence
from mainstay.watch.engine.engine import Engine
from mainstay.watch.engine.hosts import Hosts
from mainstay.watch.facts import Finding
from mainstay.watch.probes import spec_of, start
from tests.watch import servers
from tests.watch.authority import DAY, Authority, Pair, weak_key
from tests.watch.servers import serving

MARCH = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def engine(tmp_path: Path, authority: Authority) -> Iterator[Engine]:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 site.test other.test\n")
    found = Engine(str(authority.file(tmp_path)), hosts=Hosts(hosts))
    yield found
    found.close()


def look(engine: Engine, port: int, host: str = "site.test", **settings: Any) -> Finding:
    spec = spec_of("tls", f"{host}:{port}", 5.0, settings, allow_private=True)
    return engine.run(start(spec), 5.0)


def told(finding: Finding) -> str:
    return sentence(finding.code, finding.detail)


def day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def test_a_good_certificate(engine: Engine, authority: Authority, tmp_path: Path) -> None:
    pair = authority.issue(through=True)
    with serving(servers.is_silent, pair.context(tmp_path)) as port:
        found = look(engine, port)

    assert (found.code, found.state) == (Code.OK, State.UP)
    assert found.cert_not_after == pair.certificate.not_valid_after_utc
    assert found.cert_sha256 == pair.certificate.fingerprint(SHA256()).hex()
    assert found.phases.tls_us > 0


@pytest.mark.parametrize(
    ("more", "code", "state"),
    [
        ({"ends_in": 5 * DAY}, Code.CERTIFICATE_ENDS_SOON, State.DEGRADED),
        ({"ends_in": -timedelta(hours=1)}, Code.CERTIFICATE_ENDED, State.DOWN),
        ({"begins_in": timedelta(hours=1)}, Code.CERTIFICATE_EARLY, State.DOWN),
        ({"host": "another.test"}, Code.CERTIFICATE_WRONG_NAME, State.DOWN),
        ({"must_staple": True}, Code.STAPLE_MISSING, State.DEGRADED),
        ({"key": weak_key()}, Code.CERTIFICATE_WEAK, State.DEGRADED),
    ],
    ids=["ends soon", "ended", "early", "another name", "no staple", "weak key"],
)
def test_what_can_be_wrong_with_it(
    engine: Engine, authority: Authority, tmp_path: Path, more: dict[str, Any], code: Code, state: State
) -> None:
    pair = authority.issue(**more)
    with serving(servers.is_silent, _lax(pair, tmp_path)) as port:
        found = look(engine, port)

    assert (found.code, found.state) == (code, state)
    wanted = {
        Code.CERTIFICATE_ENDS_SOON: f"The certificate ends on {day(pair.certificate.not_valid_after_utc)}.",
        Code.CERTIFICATE_ENDED: f"The certificate ended on {day(pair.certificate.not_valid_after_utc)}.",
        Code.CERTIFICATE_EARLY: f"The certificate is not valid before {day(pair.certificate.not_valid_before_utc)}.",
        Code.CERTIFICATE_WRONG_NAME: "The certificate was not made for site.test.",
        Code.CERTIFICATE_WEAK: "The certificate's key or signature is too weak (1024 bits).",
    }
    assert told(found) == wanted.get(code, told(found))


def _lax(pair: Pair, folder: Path) -> Any:
    context = servers.ssl.SSLContext(servers.ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(pair.write(folder))
    return context


def test_a_server_that_leaves_the_certificate_between_out(engine: Engine, authority: Authority, tmp_path: Path) -> None:
    with serving(servers.is_silent, authority.issue(through=True).context(tmp_path, with_chain=False)) as port:
        found = look(engine, port)

    assert found.code is Code.CERTIFICATE_CHAIN


def test_another_authority_is_not_trusted(engine: Engine, tmp_path: Path) -> None:
    with serving(servers.is_silent, Authority().issue(through=True).context(tmp_path)) as port:
        found = look(engine, port)

    assert (found.code, found.state) == (Code.CERTIFICATE_UNTRUSTED, State.DOWN)


def test_the_name_may_be_another_than_the_host(engine: Engine, authority: Authority, tmp_path: Path) -> None:
    with serving(servers.is_silent, authority.issue("shop.test").context(tmp_path)) as port:
        assert look(engine, port, name="shop.test").code is Code.OK


@contextmanager
def serving_openssl(context: SSL.Context) -> Iterator[int]:
    """A server on OpenSSL itself, for what the standard library does not offer."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            link, _ = listener.accept()
            with link:
                connection = SSL.Connection(context, link)
                connection.set_accept_state()
                connection.do_handshake()
                connection.recv(1)
        except (OSError, SSL.Error):
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(5)


def _openssl(pair: Pair, folder: Path, *, proof: bytes = b"", old: bool = False) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    if old:
        context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
        context.set_min_proto_version(SSL.TLS1_VERSION)
        context.set_max_proto_version(SSL.TLS1_1_VERSION)
    context.use_privatekey_file(str(pair.write(folder)))
    context.use_certificate_chain_file(str(pair.write(folder)))
    if proof:
        context.set_ocsp_server_callback(lambda _connection, _data: proof)
    return context


def test_a_withdrawn_certificate(engine: Engine, authority: Authority, tmp_path: Path) -> None:
    pair = authority.issue(must_staple=True)
    with serving_openssl(_openssl(pair, tmp_path, proof=authority.proof(pair, is_revoked=True))) as port:
        found = look(engine, port)

    assert (found.code, told(found)) == (Code.CERTIFICATE_REVOKED, f"The certificate was withdrawn on {day(MARCH)}.")


def test_a_promised_proof_that_is_sent(engine: Engine, authority: Authority, tmp_path: Path) -> None:
    pair = authority.issue(must_staple=True)
    with serving_openssl(_openssl(pair, tmp_path, proof=authority.proof(pair, is_revoked=False))) as port:
        assert look(engine, port).code is Code.OK


def test_an_outdated_protocol(engine: Engine, authority: Authority, tmp_path: Path) -> None:
    with serving_openssl(_openssl(authority.issue(), tmp_path, old=True)) as port:
        found = look(engine, port)

    assert (found.code, found.state) == (Code.TLS_OLD, State.DEGRADED)
    assert told(found) == "The server speaks an outdated protocol (TLSv1.1)."
