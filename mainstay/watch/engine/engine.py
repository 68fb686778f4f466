"""Runs probes: gives them what they ask for until they return a finding."""

from collections.abc import Callable

import structlog

from mainstay.watch.codes import Code
from mainstay.watch.engine.clock import boot_s
from mainstay.watch.engine.hosts import Hosts, Server
from mainstay.watch.engine.loop import Loop, Timer
from mainstay.watch.engine.names import LIMIT_S, Names
from mainstay.watch.engine.steps import Fetch, Fetched, Resolve, Resolved, Steps
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
        self.loop.close()


class _Run:
    """One probe under way."""

    __slots__ = ("_deadline", "_done", "_engine", "_steps", "_timer")

    def __init__(self, engine: Engine, steps: Steps, deadline: float, done: Done) -> None:
        self._engine = engine
        self._steps = steps
        self._deadline = deadline
        self._done = done
        self._timer: Timer | None = None

    def resume(self, result: Resolved | Fetched | None) -> None:
        try:
            operation = self._steps.send(result)
        except StopIteration as end:
            self._done(end.value)
        except Exception:  # a fault of one probe must not stop the others, and says nothing about the website
            log.exception("probe failed")
            self._done(Finding(Code.PROBER_FAULT, PROBE_FAILED))
        else:
            self._perform(operation)

    def _perform(self, operation: Resolve | Fetch) -> None:
        if boot_s() >= self._deadline:
            late = Resolved(problem=Code.TIMEOUT) if isinstance(operation, Resolve) else Fetched(problem=Code.TIMEOUT)
            self.resume(late)
        elif isinstance(operation, Resolve):
            self._resolve(operation)
        else:
            self._engine.transfers.fetch(operation, self._deadline, self.resume)

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
            self.resume(found)

        if self._deadline - started < LIMIT_S:
            took_us = int((self._deadline - started) * 1_000_000)
            late = Resolved(problem=Code.NAME_TIMEOUT, took_us=took_us)
            self._timer = self._engine.loop.at(self._deadline, lambda: answer(late))
        self._engine.names.resolve(operation.host, answer)
