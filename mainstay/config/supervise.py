"""`mainstay serve`: starts the processes of one machine and keeps them up."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from mainstay.config.lifeline import LIFELINE

log = structlog.get_logger()

BACKOFF_S = (0.5, 1.0, 2.0, 5.0, 15.0)
STEADY_S = 60.0
GRACE_S = 12.0


@dataclass
class Child:
    """One process that is kept up."""

    role: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    next_start: float = field(default_factory=time.monotonic)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Keeps one process a role running until it is told to stop."""

    def __init__(self, roles: Sequence[str]) -> None:
        self.children = [Child(role) for role in roles]
        self.stop_event = threading.Event()
        self._read_end, self._write_end = os.pipe()

    def run(self) -> None:
        """Start all roles and restart what ends, until `stop_event` is set; then end them in good order."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: self.stop_event.set())
        try:
            while not self.stop_event.is_set():
                for child in self.children:
                    self._tend(child)
                self.stop_event.wait(0.2)
        finally:
            self._end_all()

    def _tend(self, child: Child) -> None:
        now = time.monotonic()
        if child.is_running():
            if child.failures and now - child.started > STEADY_S:
                child.failures = 0
            return
        if child.process is not None:
            self._note_end(child, now)
        if now >= child.next_start:
            self._start(child, now)

    def _note_end(self, child: Child, now: float) -> None:
        assert child.process is not None  # noqa: S101 - the caller has looked
        wait_s = BACKOFF_S[min(child.failures, len(BACKOFF_S) - 1)]
        log.warning("process ended", role=child.role, status=child.process.returncode, restart_in_s=wait_s)
        child.process, child.failures, child.next_start = None, child.failures + 1, now + wait_s

    def _start(self, child: Child, now: float) -> None:
        child.process = subprocess.Popen(  # nosec B603 # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "mainstay", child.role],
            env={**os.environ, LIFELINE: str(self._read_end)},
            pass_fds=(self._read_end,),
            start_new_session=True,
        )
        child.started = now
        log.info("process started", role=child.role, pid=child.process.pid)

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process and child.is_running()]
        for process in running:
            process.terminate()
        until = time.monotonic() + GRACE_S
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        os.close(self._write_end)
        os.close(self._read_end)
