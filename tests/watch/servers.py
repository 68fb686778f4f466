"""Servers on loopback that answer badly in every way a check must tell apart."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
Answer = Callable[[socket.socket], None]


def says(text: str) -> Answer:
    """Answers every request with these bytes and hangs up."""

    def answer(link: socket.socket) -> None:
        _read_request(link)
        link.sendall(text.replace("\n", "\r\n").encode())

    return answer


def page(status: str = "200 OK", head: str = "", body: str = "ok") -> Answer:
    return says(f"HTTP/1.1 {status}\n{head}Content-Length: {len(body)}\nConnection: close\n\n{body}")


def takes_its_time(link: socket.socket) -> None:
    """Answers well, 50 milliseconds after it was asked."""
    _read_request(link)
    time.sleep(0.05)
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def drips(link: socket.socket) -> None:
    """Sends its page a byte at a time, without an end in sight."""
    _read_request(link)
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        link.sendall(b"x")
        time.sleep(0.05)


def floods(link: socket.socket) -> None:
    """Sends more than anybody wants to read."""
    _read_request(link)
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n")
    while True:
        link.sendall(b"x" * 65_536)


def is_silent(link: socket.socket) -> None:
    """Takes the request and never answers."""
    while link.recv(4096):
        pass


def hangs_up(link: socket.socket) -> None:
    _read_request(link)


def breaks_off(link: socket.socket) -> None:
    """Begins its page and resets the connection."""
    _read_request(link)
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbegun")
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up_at_once(link: socket.socket) -> None:
    """Says nothing and goes."""


def says_at_once(text: str) -> Answer:
    """Sends these bytes unasked, and waits for the other side to go."""

    def answer(link: socket.socket) -> None:
        link.sendall(text.encode())
        while link.recv(4096):
            pass

    return answer


def speaks_plainly(link: socket.socket) -> None:
    """Takes anything for a bad request."""
    link.recv(4096)
    link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def _read_request(link: socket.socket) -> None:
    got = b""
    while b"\r\n\r\n" not in got:
        more = link.recv(4096)
        if not more:
            return
        got += more


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None, port: int = 0) -> Iterator[int]:
    """Serve on a port of loopback, any one or the given, until the block ends."""
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    thread = threading.Thread(target=_accept, args=(listener, answer, context), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _accept(listener: socket.socket, answer: Answer, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            link, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(link, answer, context), daemon=True).start()


def _serve(link: socket.socket, answer: Answer, context: ssl.SSLContext | None) -> None:
    with link:
        try:
            if context is None:
                answer(link)
                return
            with context.wrap_socket(link, server_side=True) as secure:
                answer(secure)
        except OSError:
            return  # the prober hung up, as it may


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Test Authority")
    return key, _certificate(name, name, key, key, datetime.now(UTC) - 9 * DAY, datetime.now(UTC) + 9 * DAY, is_ca=True)


def authority_file(folder: Path) -> str:
    """The file of the authority that signs the good certificates."""
    path = folder / "authority.pem"
    path.write_bytes(_authority()[1].public_bytes(serialization.Encoding.PEM))
    return str(path)


def tls(
    folder: Path,
    host: str = "site.test",
    *,
    begins_in: timedelta = -DAY,
    ends_in: timedelta = DAY,
    is_signed: bool = True,
    is_weak: bool = False,
) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate of `host`."""
    key = rsa.generate_private_key(65_537, 1024) if is_weak else ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    signer, issuer = _authority()[0] if is_signed else key, _name("Test Authority" if is_signed else host)
    certificate = _certificate(_name(host), issuer, key, signer, now + begins_in, now + ends_in, host=host)
    path = folder / f"server-{id(key)}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if is_weak:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(path)
    return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject, issuer, key, signer, begins, ends, *, host="", is_ca=False) -> x509.Certificate:  # type: ignore[no-untyped-def]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(signer, hashes.SHA256())


class NameServer:
    """A name server on loopback that does as `behave` says: a function of the question's bytes to the answer's."""

    def __init__(self, behave: Callable[[bytes], bytes | None]) -> None:
        self._behave = behave
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self._ends = threading.Event()
        self.asked = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self._socket.getsockname()[1])

    def __enter__(self) -> "NameServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join(2)
        self._socket.close()

    def _run(self) -> None:
        while not self._ends.is_set():
            try:
                got, sender = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            self.asked += 1
            answer = self._behave(got)
            if answer is not None:
                self._socket.sendto(answer, sender)
