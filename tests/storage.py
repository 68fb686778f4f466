"""S3-compatible storage of a test's own: rclone's server on loopback, which checks signatures."""

import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.mailbox import free_port

START_S = 15.0
KEY, SECRET, NAME = "mainstay", "only-for-this-test", "evidence"


class Storage:
    """One server with one bucket, whose files lie in `root`."""

    def __init__(self, folder: Path) -> None:
        self.root, self.port = folder / "storage" / NAME, free_port()
        self._log = folder / "rclone.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.root.mkdir(parents=True)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What an installation is told of it."""
        return {
            "evidence_bucket": f"s3://{NAME}/agency",
            "evidence_endpoint": self.endpoint,
            "evidence_key": KEY,
            "evidence_secret": SECRET,
        }

    def start(self) -> "Storage":
        """Start it, until it answers."""
        program = str(Path(sys.executable).parent / "rclone")
        where = [
            "--addr",
            f"127.0.0.1:{self.port}",
            "--auth-key",
            f"{KEY},{SECRET}",
            "--dir-cache-time",
            "10ms",
            "--poll-interval",
            "0s",
        ]
        command = [program, "serve", "s3", *where, "--config", "/dev/null", str(self.root.parent)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=START_S)
            self._process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
