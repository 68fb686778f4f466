"""Tasks and handlers that tests let workers do, in this process and in others. They write into files."""

import os
import time
from pathlib import Path

from mainstay.common.jobs import GiveUp, task


@task(queue="bulk")
def note(path: str, word: str) -> None:
    """Add a line to a file."""
    with Path(path).open("a") as handle:
        handle.write(f"{word}\n")


@task(queue="bulk", max_attempts=3)
def linger_once(path: str, seconds: float) -> None:
    """Say `begun`; the first time wait long; say `ended`."""
    is_first = not Path(path).exists()
    note(path, "begun")
    time.sleep(seconds if is_first else 0)
    note(path, "ended")


@task(queue="bulk", max_attempts=2)
def kill_worker(path: str) -> None:
    """Die as a process does that is killed or runs out of memory."""
    note(path, "begun")
    os.kill(os.getpid(), 9)


@task(queue="bulk", max_attempts=3)
def fail(reason: str) -> None:
    raise RuntimeError(reason)


@task(queue="bulk")
def fail_for_good(reason: str) -> None:
    raise GiveUp(reason)


def lines(path: Path) -> list[str]:
    """What was noted so far."""
    return path.read_text().split() if path.exists() else []
