"""Roles are single, and children end with their supervisor."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mainstay.config.lifeline import AlreadyRunning, only_one

CHILD = """
import os, time
from mainstay.config.lifeline import watch_parent
watch_parent()
print(os.getpid(), flush=True)
time.sleep(60)
"""
SUPERVISOR = f"""
import sys
from mainstay.config import supervise
real = supervise.subprocess.Popen
supervise.subprocess.Popen = lambda command, **options: real([sys.executable, "-c", {CHILD!r}], **options)
supervise.Supervisor(["web"]).run()
"""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def first_child_pid(process: "subprocess.Popen[str]") -> int:
    assert process.stdout
    for line in process.stdout:
        if line.strip().isdigit():
            return int(line)
    raise AssertionError("the supervisor started no child")


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "asked to stop"])
def test_children_end_with_their_supervisor(signum: int) -> None:
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True) as supervisor:
        child = first_child_pid(supervisor)
        assert is_alive(child)

        os.kill(supervisor.pid, signum)
        supervisor.wait(20)

        until = time.monotonic() + 10
        while is_alive(child) and time.monotonic() < until:
            time.sleep(0.05)
        assert not is_alive(child)


def test_a_child_that_dies_is_started_again() -> None:
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True) as supervisor:
        first = first_child_pid(supervisor)
        os.kill(first, signal.SIGKILL)
        second = first_child_pid(supervisor)
        supervisor.terminate()
        supervisor.wait(20)

    assert second != first


def test_a_role_is_held_by_one_process(tmp_path: Path) -> None:
    with (
        only_one("watch", tmp_path),
        pytest.raises(AlreadyRunning, match="mainstay watch"),
        only_one("watch", tmp_path, patience_s=0.2),
    ):
        pass


def test_a_role_is_free_again_after_its_holder(tmp_path: Path) -> None:
    with only_one("watch", tmp_path):
        pass

    with only_one("watch", tmp_path, patience_s=0.2):
        assert (tmp_path / "watch.lock").exists()
