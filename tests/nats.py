"""A NATS server of a test's own, from the installed program, in a folder that is gone afterwards."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mailbox import free_port
from tests.needs import program

START_S = 15.0
RELOADED = "Reloaded server configuration"


class NatsServer:
    """One server with JetStream. `users` is the file that says who may sign in; empty, anybody may.

    `pair` is a file with its certificate and key; with one, it speaks TLS alone.
    """

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", prefix: Sequence[str] = (), pair: str = "") -> None:
        self.folder, self.host, self.port = folder, host, free_port()
        self.users = folder / "users.conf"
        self._prefix = prefix
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.users.touch()
        tls = f'tls {{ cert_file: "{pair}", key_file: "{pair}" }}\n' if pair else ""
        self._configuration.write_text(
            f'listen: "{host}:{self.port}"\njetstream {{ store_dir: "{folder}/store" }}\n{tls}include "users.conf"\n'
        )

    @property
    def url(self) -> str:
        return f"nats://{self.host}:{self.port}"

    @property
    def _configuration(self) -> Path:
        return self.folder / "nats.conf"

    def start(self) -> None:
        """Start it, until it answers."""
        command = [*self._prefix, program("nats-server", "nats-server"), "-c", str(self._configuration)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        while not self._is_ready():
            assert self._process.poll() is None, self._told()
            assert time.monotonic() < deadline, self._told()
            time.sleep(0.05)

    def reload(self) -> None:
        """Let it read its users again, until it has."""
        assert self._process is not None
        before = self._told().count(RELOADED)
        self._process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + START_S
        while self._told().count(RELOADED) == before:
            assert time.monotonic() < deadline, self._told()
            time.sleep(0.02)

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def remove(self) -> None:
        """End it, and all that it kept."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_ready(self) -> bool:
        return "Server is ready" in self._told().rpartition("Starting nats-server")[2] and self._answers()

    def _answers(self) -> bool:
        if self._prefix:
            return True  # it listens in another network
        with socket.socket() as probe:
            return probe.connect_ex((self.host, self.port)) == 0

    def _told(self) -> str:
        return (self.folder / "log").read_text(errors="replace")
