"""A PostgreSQL server for the tests: a private one that ends with the run, else one that is reachable."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

REACHABLE = (
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql:///postgres?host=/var/run/postgresql",
    "postgresql:///postgres?host=/tmp",
)
BINARIES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
OWNER = "mainstay_tests"
"""Owns the databases of the tests: row-level security does not hold for a superuser."""

CONNECT_S = 3
START_S = 60
PR_SET_PDEATHSIG = 1
SERVER_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "timezone": "UTC",
    "autovacuum": "off",  # tests roll back: tables that it found empty are then read from end to end by old plans
}


def is_usable(url: str) -> bool:
    """Whether a server answers at `url` and lets us make databases."""
    query = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_S) as connection:
            return connection.execute(query).fetchone() == (True,)
    except psycopg.Error:
        return False


def reachable() -> str | None:
    """The address of a server that runs already and takes us without a password."""
    return next((url for url in REACHABLE if is_usable(url)), None)


def binaries() -> Path | None:
    """The folder of the newest installed server programs."""
    found = [path for pattern in BINARIES for path in Path("/").glob(pattern[1:]) if (path / "initdb").exists()]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return max(found, key=_version, default=None)


def _version(folder: Path) -> int:
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    digits = "".join(each if each.isdigit() else " " for each in done.stdout).split()
    return int(digits[0]) if digits else 0


@contextmanager
def private(programs: Path) -> Iterator[str]:
    """Run a server of our own on a free port of loopback, in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="mainstay-postgres-"))
    person = _unprivileged(folder)
    try:
        _initialise(programs, folder / "data", person)
        port = _free_port()
        server = _start(programs, folder, port, person)
        try:
            url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
            _wait_for(url, server, folder / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=START_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: as whom to run it then, in the words of `subprocess`."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody")


def _initialise(programs: Path, data: Path, person: dict[str, Any]) -> None:
    words = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D", str(data)]
    command = [str(programs / "initdb"), *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=data.parent, check=False, **person)
    if done.returncode != 0:
        raise SystemExit(f"initdb failed:\n{done.stderr}")


def _start(programs: Path, folder: Path, port: int, person: dict[str, Any]) -> subprocess.Popen[bytes]:
    settings = {**SERVER_SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(folder / "data"), *words]
    with (folder / "log").open("wb") as log:
        ends = {"preexec_fn": _end_with_parent}  # the run has one thread at this time
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **ends, **person)


def _end_with_parent() -> None:
    """Ask Linux to end the server when the test run is killed; elsewhere it ends only with an orderly run."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while not is_usable(url):
        if server.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the private PostgreSQL server did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """The address of a database `name` for MAINSTAY_DATABASE_URL; what the tests made of it is dropped afterwards."""
    head, _, tail = _as_owner(server_url).partition("/postgres?")
    url = f"{head}/{name}?{tail}" if tail else f"{head.rpartition('/')[0]}/{name}"
    try:
        yield url.replace("postgresql:///", "postgres:///").replace("postgresql://", "postgres://")
    finally:
        _drop(server_url, name)


def _as_owner(server_url: str) -> str:
    """The address for a person of the server who may make databases and is no superuser, whom no wall would stop.

    Where such a one cannot be made or let in, the address as it was; the tests of the walls then say so.
    """
    parts = urlsplit(server_url)
    owner = urlunsplit(parts._replace(netloc=f"{OWNER}@{parts.netloc.rpartition('@')[2]}")) if parts.username else ""
    with suppress(psycopg.Error), psycopg.connect(server_url, connect_timeout=CONNECT_S, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER")
        connection.execute(f"GRANT pg_read_all_settings TO {OWNER}")
    return owner if owner and is_usable(owner) else server_url


def _drop(server_url: str, name: str) -> None:
    with psycopg.connect(server_url, connect_timeout=CONNECT_S, autocommit=True) as connection:
        query = "SELECT datname FROM pg_database WHERE strpos(datname, %s) > 0"
        for (each,) in connection.execute(query, [name]).fetchall():
            connection.execute(f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)')
