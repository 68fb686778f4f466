"""Ties a process to the one that started it, and keeps a role single on one machine.

A supervisor that is killed cannot end its children. Each child therefore reads from a pipe whose other end only
the supervisor holds: the pipe's end is the supervisor's end, and the child stops itself.
"""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LIFELINE = "MAINSTAY_LIFELINE"
LOOK_EVERY_S = 0.5


class AlreadyRunning(Exception):
    """Another process of this installation has the role."""


def watch_parent() -> None:
    """End this process by SIGTERM when the supervisor is gone. Without a supervisor, do nothing."""
    handle = os.environ.pop(LIFELINE, "")
    if handle:
        os.set_inheritable(int(handle), False)
        threading.Thread(target=_wait, args=(int(handle),), name="lifeline", daemon=True).start()


def end_with_parent() -> None:
    """End this process by SIGTERM when the one that forked it is gone.

    For the processes that a server forks by itself: they have no lifeline of their own, and would go on holding the
    port and the role's lock.
    """
    threading.Thread(target=_look_for, args=(os.getppid(),), name="parent", daemon=True).start()


def _look_for(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)


def _wait(handle: int) -> None:
    while os.read(handle, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def only_one(role: str, folder: Path, *, patience_s: float = 20.0, is_shared: bool = False) -> Iterator[None]:
    """Hold the role `role` of the installation in `folder`; the lock ends with the process, however it ends.

    A role that is shared may be held by several, but not while somebody holds it alone.

    Raises:
        AlreadyRunning: another process still holds it after `patience_s` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{role}.lock").open("a") as handle:
        _lock(handle.fileno(), role, time.monotonic() + patience_s, fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX)
        yield


def _lock(handle: int, role: str, until: float, kind: int) -> None:
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise AlreadyRunning(f"`mainstay {role}` is already running on this data folder") from None
            time.sleep(0.1)
        else:
            return
