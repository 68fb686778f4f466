"""A Python that stays inside an installation, so that asking it something costs no start; and roles run one by one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.real.installation import PREAMBLE, ROOT, Failed, Installation

LOOP = (
    PREAMBLE
    + """
import sys, traceback
from django.db import connection
for line in sys.stdin:
    program, given = json.loads(line)
    known = {"given": given, "now": timezone.now()}
    try:
        exec(program, known)
        said = {"answer": known["answer"]}
    except BaseException:
        said = {"problem": traceback.format_exc()}
    connection.close()
    print("said:" + json.dumps(said), flush=True)
"""
)


class Inside:
    """Runs programs in one process of an installation, as `Installation.ask` does in many."""

    def __init__(self, installation: Installation) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", LOOP], cwd=ROOT, env=installation.environ, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, program: str, **given: Any) -> Any:
        """What the Python `program` left in `answer`; it finds `given` and `now`."""
        ends = self._process
        assert ends.stdin is not None
        assert ends.stdout is not None
        ends.stdin.write(json.dumps([program, given]) + "\n")
        ends.stdin.flush()
        line = next((each for each in ends.stdout if each.startswith("said:")), '{"problem": "it ended"}')
        said = json.loads(line.removeprefix("said:"))
        if "problem" in said:
            raise Failed(said["problem"])
        return said["answer"]

    def end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(20)


@contextmanager
def inside(installation: Installation) -> Iterator[Inside]:
    found = Inside(installation)
    try:
        yield found
    finally:
        found.end()


class Roles:
    """Some of the processes that `mainstay serve` would start."""

    def __init__(self, installation: Installation, *names: str) -> None:
        self._installation, self._names = installation, names
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        given = self._installation
        with given.log.open("ab") as log:
            self._processes = [
                subprocess.Popen([sys.executable, "-m", "mainstay", name], cwd=ROOT, env=given.environ, stdout=log,
                                 stderr=log)
                for name in self._names
            ]  # fmt: skip

    def kill(self) -> None:
        """`kill -9` of all of them."""
        for each in self._processes:
            each.kill()
        for each in self._processes:
            each.wait()
