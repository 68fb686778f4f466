"""Runs probes: gives them what they ask for until they return a finding."""

from collections.abc import Callable
from typing import Any

import structlog

from mainstay.watch.codes import Code
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.hosts import Hosts, Server
from mainstay.watch.engine.links import Links
from mainstay.watch.engine.loop import Loop, Timer
from mainstay.watch.engine.names import LIMIT_S, Names
from mainstay.watch.engine.pings import Pings
from mainstay.watch.engine.steps import (
    Family,
    Fetch,
    Fetched,
    Heard,
    NameServers,
    Open,
    Opened,
    Operation,
    Ping,
    Ponged,
    Resolve,
    Resolved,
    Secure,
    Secured,
    Steps,
    Talk,
)
from mainstay.watch.engine.transfers import Transfers
from mainstay.watch.facts import Finding

log = structlog.get_logger()

Done = Callable[[Finding], None]
PROBE_FAILED = "the check itself failed"


class Engine:
    """One prober's loop, names and transfers."""

    def __init__(self, ca_file: str, *, servers: tuple[Server, ...] = (), hosts: Hosts | None = None) -> None:
        self.loop = Loop()
        self.names = Names(self.loop, servers=servers, hosts=hosts)
        self.transfers = Transfers(self.loop, ca_file)
        self.links = Links(self.loop, ca_file)
        self.pings = Pings(self.loop)

    def start(self, steps: Steps, timeout_s: float, done: Done) -> None:
        """Run a probe; `done` gets its finding within about `timeout_s`, also when the probe itself is at fault."""
        _Run(self, steps, boot_s() + timeout_s, done).resume(None)

    def run(self, steps: Steps, timeout_s: float) -> Finding:
        """Run a single probe and wait for its finding."""
        found: list[Finding] = []
        self.start(steps, timeout_s, found.append)
        self.loop.run(lambda: bool(found))
        return found[0]

    def close(self) -> None:
        """Break off everything and give the descriptors back."""
        self.names.close()
        self.transfers.close()
        self.links.close()
        self.loop.close()


class _Run:
    """One probe under way."""

    __slots__ = ("_deadline", "_done", "_engine", "_is_over", "_links", "_steps", "_timer")

    def __init__(self, engine: Engine, steps: Steps, deadline: float, done: Done) -> None:
        self._engine = engine
        self._steps = steps
        self._deadline = deadline
        self._done = done
        self._timer: Timer | None = None
        self._links: list[int] = []
        self._is_over = False

    def resume(self, result: Any) -> None:
        try:
            operation = self._steps.send(result)
        except StopIteration as end:
            self._end(end.value)
        except Exception:  # a fault of one probe must not stop the others, and says nothing about the website
            log.exception("probe failed")
            self._end(Finding(Code.PROBER_FAULT, PROBE_FAILED))
        else:
            self._try(operation)

    def _try(self, operation: Operation) -> None:
        """Perform it; one that cannot even be begun ends the probe, and no other."""
        try:
            self._perform(operation)
        except Exception:
            if self._is_over:  # it is not the operation that failed, but who was told what it found
                raise
            log.exception("an operation failed")
            self._end(Finding(Code.PROBER_FAULT, PROBE_FAILED))

    def _perform(self, operation: Operation) -> None:
        if boot_s() >= self._deadline:
            self.resume(_LATE[type(operation)])
            return
        match operation:
            case Resolve():
                self._resolve(operation)
            case Fetch():
                self._engine.transfers.fetch(operation, self._deadline, self.resume)
            case Open():
                self._engine.links.open(operation, self._deadline, self._opened)
            case Talk():
                self._engine.links.talk(operation, self._deadline, self.resume)
            case Secure():
                self._engine.links.secure(operation, self._deadline, self.resume)
            case Ping():
                self._engine.pings.ping(operation, self._deadline, self.resume)
            case NameServers():
                self.resume(self._engine.names.servers())

    def _opened(self, found: Opened) -> None:
        if found.link:
            self._links.append(found.link)
        self.resume(found)

    def _end(self, finding: Finding) -> None:
        self._is_over = True
        self._engine.links.let_go(self._links)
        self._done(finding)

    def _resolve(self, operation: Resolve) -> None:
        """Look the name up; when the check's own time is over first, the lookup goes on without us."""
        started = boot_s()
        answered: list[Resolved] = []

        def answer(found: Resolved) -> None:
            if answered:
                return
            answered.append(found)
            if self._timer is not None:
                self._timer.cancel()
            self.resume(_of_family(found, operation.family))

        if self._deadline - started < LIMIT_S:
            took_us = int((self._deadline - started) * 1_000_000)
            late = Resolved(problem=Code.NAME_TIMEOUT, took_us=took_us)
            self._timer = self._engine.loop.at(self._deadline, lambda: answer(late))
        self._engine.names.resolve(operation.host, answer)


_LATE: dict[type, Any] = {
    Resolve: Resolved(problem=Code.TIMEOUT),
    Fetch: Fetched(problem=Code.TIMEOUT),
    Open: Opened(problem=Code.TIMEOUT),
    Talk: Heard(problem=Code.TIMEOUT),
    Secure: Secured(problem=Code.TIMEOUT),
    Ping: Ponged(problem=Code.TIMEOUT),
    NameServers: (),
}
"""What an operation is answered that a probe asks for when its time is over."""


def _of_family(found: Resolved, family: Family) -> Resolved:
    """The addresses of one family alone; a name without any of it is as good as none."""
    if family is Family.ANY or not found.addresses:
        return found
    wanted = tuple(each for each in found.addresses if (":" in each) == (family is Family.IPV6))
    return Resolved(wanted, None if wanted else Code.NAME_NOT_FOUND, found.took_us)
