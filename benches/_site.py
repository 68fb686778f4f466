"""The site as it is served, in processes of its own, on a bench's database."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

LOOPBACK = "127.0.0.1"
STARTS_WITHIN_S = 60.0


@contextmanager
def site() -> Iterator[str]:
    """`mainstay web` with as many processes as are usual; given is its address, `127.0.0.1:40123`."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        address = f"{LOOPBACK}:{free.getsockname()[1]}"
    environ = os.environ | {
        "MAINSTAY_DATABASE_URL": _database_url(),
        "MAINSTAY_WEB_LISTEN": address,
        "MAINSTAY_URL": f"http://{address}",
    }
    command = [str(Path(sys.executable).with_name("mainstay")), "web"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://{address}/accounts/login/", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def cookie_of(person: Any) -> str:
    """What the browser of somebody who has signed in sends."""
    from django.conf import settings  # late: Django had to be set up first
    from django.test import Client

    browser = Client()
    browser.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def _database_url() -> str:
    from django.db import connection  # late: Django had to be set up first

    mine = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{mine['NAME']}"
    host = f"{mine['HOST'] or LOOPBACK}:{mine['PORT'] or 5432}"
    password = f":{quote(mine['PASSWORD'])}" if mine["PASSWORD"] else ""
    return f"postgresql://{quote(mine['USER'])}{password}@{host}/{mine['NAME']}"


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"the site did not answer at {url}")
