"""Worker processes, and waiting for what they do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

ROOT = Path(__file__).parents[2]


def database_url() -> str:
    """The database of this test, as a setting."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    secret = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    return f"postgres://{given['USER']}{secret}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a worker process: `start_worker(lease_s=1.5)`. It is gone at the end of the test."""
    started: list[subprocess.Popen[str]] = []

    def start(lease_s: float = 30) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            "MAINSTAY_DATABASE_URL": database_url(),
        }
        command = [sys.executable, "-m", "tests.common.worker_process", str(lease_s)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait until something holds: `until(lambda: path.exists())`."""

    def wait(holds: Callable[[], object], timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, f"did not come true within {timeout_s} s"
            time.sleep(0.02)

    return wait


@pytest.fixture
def interrupt() -> Callable[[Callable[[], object]], None]:
    """Do something in a transaction that then fails: `interrupt(lambda: post(…))`."""

    def fail_after(action: Callable[[], object]) -> None:
        with transaction.atomic():
            action()
            raise Interrupted

    def interrupt_(action: Callable[[], object]) -> None:
        with pytest.raises(Interrupted):
            fail_after(action)

    return interrupt_


class Interrupted(Exception):
    """The error that a test lets a transaction end with."""
