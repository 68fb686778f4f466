"""Copies a whole database out and in: SQLite by its online backup, PostgreSQL by its own programs."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import connection, connections

TIMEOUT_S = 3600
LOCK_TIMEOUT_S = 30


class DumpFailed(Exception):
    """The database could not be copied; the message says why and what to do."""


def dump(target: Path) -> None:
    """Write a consistent copy of the database to `target`, while others use it."""
    if connection.vendor == "sqlite":
        _copy_sqlite(Path(connection.settings_dict["NAME"]), target)
    else:
        _run(
            ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--enable-row-security", f"--file={target}"]
        )


def load(source: Path) -> None:
    """Replace the content of the database, tables of a newer version included, by the copy in `source`.

    Whole or not at all: when it fails, the database is as it was.
    """
    _begin_anew()
    if connection.vendor == "sqlite":
        _copy_sqlite(source, Path(connection.settings_dict["NAME"]))
    else:
        _load_postgresql(source)


def _begin_anew() -> None:
    """Give up every connection: a migration that failed may have left one in the middle of a transaction."""
    for alias in list(connections):
        connections[alias].close()
        del connections[alias]


def count_rows() -> dict[str, int]:
    """Rows of each table, so that a restore can be compared with its backup."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # nosec B608 # noqa: S608 - own names
            counts[table] = cursor.fetchone()[0]
    return counts


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup: a consistent copy even while others write."""
    try:
        with sqlite3.connect(source) as origin, sqlite3.connect(target, timeout=30) as copy:
            origin.backup(copy)
            copy.execute("PRAGMA ignore_check_constraints = ON")  # they call functions that only Django brings
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as problem:
        raise DumpFailed(f"the SQLite database could not be copied: {problem}") from problem
    if verdict != "ok":
        raise DumpFailed(f"the copied SQLite database is damaged: {verdict}")


def _load_postgresql(source: Path) -> None:
    """One transaction empties the database and fills it. It waits a while for those who still use a table."""
    script = source.with_suffix(".sql")
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source)])
    _run(
        [
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--single-transaction",
            f"--command=SET lock_timeout = '{LOCK_TIMEOUT_S}s'",
            "--command=DROP SCHEMA public CASCADE",
            "--command=CREATE SCHEMA public",
            f"--file={script}",
        ]
    )


def _run(command: list[str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise DumpFailed(f"{command[0]} is missing: install PostgreSQL's client programs (Debian: postgresql-client)")
    try:
        subprocess.run(  # nosec B603 # noqa: S603 - fixed program and options, no shell
            [program, *command[1:]], check=True, capture_output=True, text=True, timeout=TIMEOUT_S, env=_environment()
        )
    except subprocess.CalledProcessError as problem:
        raise DumpFailed(f"{command[0]} failed: {_reason(problem)}") from problem
    except subprocess.TimeoutExpired as problem:
        raise DumpFailed(f"{command[0]} took longer than {TIMEOUT_S} s") from problem


def _reason(problem: subprocess.CalledProcessError) -> str:
    """The first line of what the program said that tells of an error, else the last."""
    lines = (problem.stderr or "").strip().splitlines() or [f"status {problem.returncode}"]
    return next((line for line in lines if "error" in line.lower()), lines[-1])


def _environment() -> Mapping[str, str]:
    """The way to the server by PostgreSQL's own variables, so that no password stands on a command line."""
    given: dict[str, Any] = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    way = {key: str(given[name]) for key, name in names.items() if given.get(name)}
    options = given.get("OPTIONS", {}).get("options", "")  # all clients' rows, which the walls would hide else
    return {**os.environ, **way, **({"PGOPTIONS": options} if options else {})}
