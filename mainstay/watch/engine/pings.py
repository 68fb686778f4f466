"""Echo requests of ICMP, from sockets that need no rights where the system allows them, else from raw ones."""

import secrets
import socket
import struct
from collections.abc import Callable

from mainstay.common import addresses
from mainstay.watch.codes import Code
from mainstay.watch.engine import outcome
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.loop import READ, Loop
from mainstay.watch.engine.steps import Ping, Ponged

ECHO_REQUEST = {socket.AF_INET: 8, socket.AF_INET6: 128}
PROTOCOL = {socket.AF_INET: socket.IPPROTO_ICMP, socket.AF_INET6: socket.IPPROTO_ICMPV6}
TOKEN_BYTES = 24
ANSWER_BYTES_MAX = 2048

Done = Callable[[Ponged], None]


class Pings:
    """The echo requests of all probes of one prober."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def ping(self, wanted: Ping, deadline: float, done: Done) -> None:
        """Send one request; `done` gets `Ponged` by its limit."""
        family = socket.AF_INET6 if ":" in wanted.address else socket.AF_INET
        token = secrets.token_bytes(TOKEN_BYTES)
        try:
            addresses.check_ip(wanted.address, allow_private=wanted.allow_private)
            link = _opened(family)
        except addresses.AddressRefused:
            done(Ponged(Code.ADDRESS_REFUSED))
            return
        except OSError:  # neither kind of socket is allowed here
            done(Ponged(Code.PROBER_FAULT))
            return
        began_s = boot_s()

        def finish(problem: Code | None) -> None:
            timer.cancel()
            self._loop.unwatch(link.fileno())
            link.close()
            done(Ponged(problem, int((boot_s() - began_s) * 1_000_000)))

        def read(*_: int) -> None:
            try:
                while True:
                    got = link.recv(ANSWER_BYTES_MAX)
                    if token in got and not _is_request(got, family, link.type):
                        finish(None)
                        return
            except BlockingIOError:
                return
            except OSError as problem:
                finish(outcome.of_errno(problem.errno, otherwise=Code.CONNECTION_FAILED))

        timer = self._loop.at(min(deadline, began_s + wanted.limit_s), lambda: finish(Code.TIMEOUT))
        self._loop.watch(link.fileno(), READ, read)
        try:
            link.connect((wanted.address, 0))
            link.send(_request(family, token))
        except OSError as problem:
            finish(outcome.of_errno(problem.errno))


def _opened(family: socket.AddressFamily) -> socket.socket:
    kind = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    try:
        return socket.socket(family, socket.SOCK_DGRAM | kind, PROTOCOL[family])
    except PermissionError:
        return socket.socket(family, socket.SOCK_RAW | kind, PROTOCOL[family])


def _request(family: socket.AddressFamily, token: bytes) -> bytes:
    """An echo request. The kernel works the checksum of ICMPv6 out by itself."""
    number = secrets.randbits(16)
    bare = struct.pack("!BBHHH", ECHO_REQUEST[family], 0, 0, number, 1) + token
    check = _checksum(bare) if family is socket.AF_INET else 0
    return struct.pack("!BBHHH", ECHO_REQUEST[family], 0, check, number, 1) + token


def _is_request(got: bytes, family: socket.AddressFamily, kind: int) -> bool:
    """Whether this is our own request, which a raw socket on loopback hears too."""
    has_header = family is socket.AF_INET and kind & socket.SOCK_RAW == socket.SOCK_RAW
    at = (got[0] & 0x0F) * 4 if has_header else 0
    return got[at] == ECHO_REQUEST[family]


def _checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF
