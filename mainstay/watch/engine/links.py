"""Connections that probes talk over byte by byte: opened to a checked address, secured where asked, in the loop."""

import errno
import socket
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import structlog
from OpenSSL import SSL

from mainstay.common import addresses
from mainstay.watch.codes import Code
from mainstay.watch.engine import outcome
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.handshakes import Handshakes
from mainstay.watch.engine.loop import READ, WRITE, Loop, Timer
from mainstay.watch.engine.steps import Heard, Open, Opened, Secure, Secured, Talk

log = structlog.get_logger()

CHUNK_BYTES = 16_384
DATAGRAM_BYTES_MAX = 65_535

Result = Opened | Heard | Secured
Done = Callable[[Any], None]
Step = Callable[["_Link"], Result | None]
"""Goes on with an operation as far as it can: its result, or None when the socket has to be waited for."""


class Links:
    """The connections of all probes of one prober."""

    def __init__(self, loop: Loop, ca_file: str) -> None:
        self._loop = loop
        self._handshakes = Handshakes(ca_file)
        self._links: dict[int, _Link] = {}
        self._numbers = count(1)

    def open(self, wanted: Open, deadline: float, done: Done) -> None:
        """Connect; `done` gets `Opened` by the deadline, or by the operation's own limit."""
        try:
            link = _Link(self._loop, wanted)
        except addresses.AddressRefused:
            done(Opened(problem=Code.ADDRESS_REFUSED))
            return
        except OSError:  # this machine has no sockets left
            done(Opened(problem=Code.PROBER_FAULT))
            return
        number = next(self._numbers)
        self._links[number] = link
        late = Opened(number, Code.TIMEOUT)
        link.begin(lambda each: each.connected(number), WRITE, _limit(wanted.limit_s, deadline), late, done)

    def talk(self, wanted: Talk, deadline: float, done: Done) -> None:
        """Send and read; `done` gets `Heard`."""
        link = self._links[wanted.link]
        link.say(wanted)
        link.begin(lambda each: each.talked(), READ | WRITE, _limit(wanted.limit_s, deadline), None, done)

    def secure(self, wanted: Secure, deadline: float, done: Done) -> None:
        """Shake hands; `done` gets `Secured`."""
        link = self._links[wanted.link]
        link.tls = self._handshakes.begin(link.socket, wanted.host, wanted.alpn)
        link.begin(lambda each: each.secured(), READ | WRITE, deadline, Secured(problem=Code.TIMEOUT), done)

    def let_go(self, numbers: list[int]) -> None:
        """Close the connections of a probe that has ended."""
        for number in numbers:
            if (link := self._links.pop(number, None)) is not None:
                link.close()

    def close(self) -> None:
        """Break everything off; nobody is told."""
        self.let_go(list(self._links))


class _Link:
    """One connection and the operation that it is in."""

    def __init__(self, loop: Loop, wanted: Open) -> None:
        addresses.check_ip(wanted.address, allow_private=wanted.allow_private)
        family = socket.AF_INET6 if ":" in wanted.address else socket.AF_INET
        kind = socket.SOCK_STREAM if wanted.is_stream else socket.SOCK_DGRAM
        self.socket = socket.socket(family, kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self.tls: SSL.Connection | None = None
        self._is_stream = wanted.is_stream
        self._loop = loop
        self._timer: Timer | None = None
        self._step: Step | None = None
        self._done: Done | None = None
        self._late: Result | None = None
        self._began_s = 0.0
        self._talk = Talk(0)
        self._unsent = b""
        self._read = b""
        self._error = self.socket.connect_ex((wanted.address, wanted.port))

    def begin(self, step: Step, events: int, limit: float, late: Result | None, done: Done) -> None:
        """Go on with `step` whenever the socket is ready, until it has a result or `limit` has passed."""
        self._step, self._late, self._done, self._began_s = step, late, done, boot_s()
        self._timer = self._loop.at(limit, self._is_late)
        self._loop.watch(self.socket.fileno(), events, lambda *_: self._go_on())

    def say(self, wanted: Talk) -> None:
        """What is to be sent and heard next."""
        self._talk, self._unsent, self._read = wanted, wanted.data, b""

    def connected(self, number: int) -> Opened:
        """Whether the connection came about."""
        error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or self._error
        took_us = self._took_us()
        if error in (0, errno.EINPROGRESS):
            return Opened(number, took_us=took_us)
        return Opened(number, outcome.of_errno(error), took_us)

    def talked(self) -> Heard | None:
        """Send what is left, read what is there."""
        try:
            while self._unsent:
                self._unsent = self._unsent[self._send(self._unsent) :]
            return self._hear()
        except (BlockingIOError, SSL.WantReadError):
            self._loop.watch(self.socket.fileno(), READ | WRITE if self._unsent else READ, lambda *_: self._go_on())
            return None
        except SSL.WantWriteError:
            return None
        except OSError as problem:
            return self._heard(outcome.of_errno(problem.errno, otherwise=Code.CONNECTION_LOST))
        except SSL.Error:  # also its SysCallError and ZeroReturnError: the other side is gone
            return self._heard(Code.CONNECTION_LOST)

    def secured(self) -> Secured | None:
        """Go on shaking hands."""
        assert self.tls is not None  # noqa: S101 - `secure` has set it
        try:
            self.tls.do_handshake()
        except SSL.WantReadError:
            self._loop.watch(self.socket.fileno(), READ, lambda *_: self._go_on())
            return None
        except SSL.WantWriteError:
            return None
        except SSL.SysCallError:
            return Secured(problem=Code.CONNECTION_LOST, took_us=self._took_us())
        except SSL.Error:
            return Secured(problem=Code.TLS_FAILED, took_us=self._took_us())
        return Handshakes.outcome(self.tls, self._took_us())

    def close(self) -> None:
        """Close it, whatever it is in."""
        self._rest()
        self.socket.close()

    def _send(self, data: bytes) -> int:
        return self.tls.send(data[:CHUNK_BYTES]) if self.tls is not None else self.socket.send(data)

    def _hear(self) -> Heard | None:
        is_enough = self._talk.is_enough
        if is_enough is None:
            return self._heard(None)
        while True:
            got = self._receive()
            if not got and self._is_stream:
                return self._heard(Code.CONNECTION_LOST)
            self._read = self._read + got if self._is_stream else got
            if is_enough(self._read):
                return self._heard(None)
            if len(self._read) > self._talk.bytes_max:
                return self._heard(Code.BAD_ANSWER)

    def _receive(self) -> bytes:
        if self.tls is not None:
            return bytes(self.tls.recv(CHUNK_BYTES))
        return self.socket.recv(CHUNK_BYTES if self._is_stream else DATAGRAM_BYTES_MAX)

    def _heard(self, problem: Code | None) -> Heard:
        return Heard(self._read, problem, self._took_us())

    def _took_us(self) -> int:
        return int((boot_s() - self._began_s) * 1_000_000)

    def _go_on(self) -> None:
        if self._step is None:
            return
        try:
            result = self._step(self)
        except Exception:  # what one server says must not stop the other checks
            log.exception("a connection could not be gone on with")
            result = replace(self._late or Heard(), problem=Code.PROBER_FAULT)
        if result is not None:
            self._finish(result)

    def _is_late(self) -> None:
        self._finish(self._late or self._heard(Code.TIMEOUT))

    def _finish(self, result: Result) -> None:
        done = self._done
        self._rest()
        if done is not None:
            done(result)

    def _rest(self) -> None:
        """Wait for nothing."""
        self._step = self._done = self._late = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._loop.unwatch(self.socket.fileno())


def _limit(limit_s: float | None, deadline: float) -> float:
    return deadline if limit_s is None else min(deadline, boot_s() + limit_s)
