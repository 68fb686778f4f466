"""Finds the addresses of names in the loop, with a time limit of its own.

Nothing is kept from one check to the next: a monitor is to notice when a name stops resolving. Lookups of one name
that run at the same time share one question. The answers to both families are awaited, with a short grace for the
second once the first has given an address.
"""

import secrets
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import dns.exception
import dns.message
import dns.query

from mainstay.watch.codes import Code
from mainstay.watch.engine import wire
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.hosts import Hosts, Server, Servers, is_address
from mainstay.watch.engine.loop import READ, Loop, Timer
from mainstay.watch.engine.steps import Resolved

LIMIT_S = 5.0
ATTEMPT_S = (1.0, 1.5, 2.5)
SECOND_FAMILY_GRACE_S = 0.25
ANSWER_BYTES_MAX = 4096
TCP_THREADS = 2
KINDS = (wire.TYPE_A, wire.TYPE_AAAA)

Done = Callable[[Resolved], None]


@dataclass(slots=True)
class _Lookup:
    """One name being looked for, and who waits for it."""

    name: str
    started: float
    waiting: list[Done]
    attempt: int = -1
    questions: dict[int, bytes] = field(default_factory=dict)
    answers: dict[int, wire.Answer] = field(default_factory=dict)
    refusals: dict[int, wire.Answer] = field(default_factory=dict)
    unreachable: int = 0
    link: socket.socket | None = None
    timer: Timer | None = None
    is_over: bool = False


class Names:
    """The resolver of one prober."""

    def __init__(self, loop: Loop, *, servers: tuple[Server, ...] = (), hosts: Hosts | None = None) -> None:
        self._loop = loop
        self._servers = Servers(fixed=servers)
        self._hosts = hosts or Hosts()
        self._running: dict[str, _Lookup] = {}
        self._threads: ThreadPoolExecutor | None = None

    def resolve(self, name: str, done: Done) -> None:
        """Call `done` with the addresses of `name`, or with why there are none, within `LIMIT_S`."""
        if is_address(name):
            done(Resolved(addresses=(name,)))
            return
        now = boot_s()
        if known := self._hosts.addresses(name, now):
            done(Resolved(addresses=known))
            return
        key = name.rstrip(".").lower()
        if running := self._running.get(key):
            running.waiting.append(done)
            return
        lookup = _Lookup(key, now, [done])
        try:
            lookup.questions = {kind: wire.question(secrets.randbits(16), key, kind) for kind in KINDS}
        except wire.NotAName:
            done(Resolved(problem=Code.NAME_NOT_FOUND))
            return
        self._running[key] = lookup
        self._ask_next(lookup)

    def servers(self) -> tuple[Server, ...]:
        """The name servers that are asked, in their order."""
        return self._servers.all(boot_s())

    def close(self) -> None:
        """Give up what is running; nobody is told."""
        for lookup in list(self._running.values()):
            lookup.is_over = True
            self._put_away(lookup)
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask_next(self, lookup: _Lookup) -> None:
        self._put_away(lookup)
        lookup.attempt += 1
        lookup.refusals = {}
        if lookup.attempt >= len(ATTEMPT_S):
            self._finish(lookup)
            return
        servers = self._servers.all(boot_s())
        if not self._send(lookup, servers[lookup.attempt % len(servers)]):
            lookup.unreachable += 1
            lookup.timer = self._loop.after(0, lambda: self._ask_next(lookup))

    def _send(self, lookup: _Lookup, server: Server) -> bool:
        """Ask for what has not been answered, over a socket of its own: a port that cannot be guessed."""
        family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
        try:
            lookup.link = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            lookup.link.connect(server)
            for kind, question in lookup.questions.items():
                if kind not in lookup.answers:
                    lookup.link.send(question)
        except OSError:
            self._put_away(lookup)
            return False
        self._loop.watch(lookup.link.fileno(), READ, lambda *_: self._read(lookup))
        lookup.timer = self._loop.after(ATTEMPT_S[lookup.attempt], lambda: self._ask_next(lookup))
        return True

    def _read(self, lookup: _Lookup) -> None:
        while lookup.link is not None:
            try:
                got = lookup.link.recv(ANSWER_BYTES_MAX)
            except BlockingIOError:
                return
            except OSError:  # the server's machine says that nobody listens there
                lookup.unreachable += 1
                self._ask_next(lookup)
                return
            self._take(lookup, got)

    def _take(self, lookup: _Lookup, got: bytes) -> None:
        for kind, question in lookup.questions.items():
            if kind in lookup.answers:
                continue
            try:
                answer = wire.answer(question, got, kind)
            except wire.BadAnswer:
                continue  # noise, or an answer to the other question
            if answer.is_truncated:
                self._ask_over_tcp(lookup, kind)
            else:
                self._keep(lookup, kind, answer)
            return

    def _keep(self, lookup: _Lookup, kind: int, answer: wire.Answer) -> None:
        """Keep an answer. A server that says it cannot tell has not answered: another is asked, if there is any."""
        is_last = lookup.attempt + 1 >= min(len(ATTEMPT_S), len(self._servers.all(boot_s())))
        if answer.code in (wire.NO_ERROR, wire.NO_SUCH_NAME) or is_last:
            lookup.answers[kind] = answer
        else:
            lookup.refusals[kind] = answer
        if len(lookup.answers) == len(KINDS):
            self._finish(lookup)
        elif len(lookup.answers.keys() | lookup.refusals.keys()) == len(KINDS):
            has_address = any(each.addresses for each in lookup.answers.values())
            (self._finish if has_address else self._ask_next)(lookup)
        elif answer.addresses:
            if lookup.timer is not None:
                lookup.timer.cancel()
            lookup.timer = self._loop.after(SECOND_FAMILY_GRACE_S, lambda: self._finish(lookup))

    def _ask_over_tcp(self, lookup: _Lookup, kind: int) -> None:
        """An answer that does not fit a datagram is rare: a thread fetches it, and the loop takes it in."""
        servers = self._servers.all(boot_s())
        server = servers[lookup.attempt % len(servers)]
        if self._threads is None:
            self._threads = ThreadPoolExecutor(TCP_THREADS, "names")
        future = self._threads.submit(_over_tcp, lookup.questions[kind], server, kind)

        def look() -> None:
            if lookup.is_over:
                return
            if not future.done():
                self._loop.after(0.02, look)
            elif (answer := future.result()) is not None:
                self._keep(lookup, kind, answer)

        look()

    def _finish(self, lookup: _Lookup) -> None:
        if lookup.is_over:
            return
        lookup.is_over = True
        self._put_away(lookup)
        del self._running[lookup.name]
        addresses = tuple(a for kind in KINDS if kind in lookup.answers for a in lookup.answers[kind].addresses)
        took_us = int((boot_s() - lookup.started) * 1_000_000)
        found = Resolved(addresses, None if addresses else _problem(lookup), took_us)
        for done in lookup.waiting:
            done(found)

    def _put_away(self, lookup: _Lookup) -> None:
        if lookup.timer is not None:
            lookup.timer.cancel()
            lookup.timer = None
        if lookup.link is not None:
            self._loop.unwatch(lookup.link.fileno())
            lookup.link.close()
            lookup.link = None


def _problem(lookup: _Lookup) -> Code:
    codes = {answer.code for answer in lookup.answers.values()}
    if codes and codes <= {wire.NO_ERROR, wire.NO_SUCH_NAME} and len(lookup.answers) == len(KINDS):
        return Code.NAME_NOT_FOUND
    if wire.NO_SUCH_NAME in codes:
        return Code.NAME_NOT_FOUND
    if codes - {wire.NO_ERROR}:
        return Code.NAME_FAILED
    return Code.PROBER_FAULT if lookup.unreachable == len(ATTEMPT_S) else Code.NAME_TIMEOUT


def _over_tcp(question: bytes, server: Server, kind: int) -> wire.Answer | None:
    """Ask over TCP; None when that fails."""
    try:
        message = dns.message.from_wire(question)
        got = dns.query.tcp(message, server[0], timeout=ATTEMPT_S[0], port=server[1])
    except (OSError, dns.exception.DNSException):
        return None
    try:
        return wire.answer(question, got.to_wire(max_size=65_535), kind)
    except wire.BadAnswer:
        return None
