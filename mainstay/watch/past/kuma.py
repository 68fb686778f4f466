"""The heartbeats in a database of Uptime Kuma (`kuma.db`, versions 1 and 2)."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mainstay.watch.exchange import foreign
from mainstay.watch.past.gathering import FileRefused, Raw

MAGIC = b"SQLite format 3\0"
SECONDS_MAX = 600.0
MONITORS_MAX = 5_000
NEEDED = frozenset({"monitor_id", "status", "time"})
READABLE = frozenset({"monitor", "heartbeat", "stat_hourly", "stat_daily"})
STATES = {0: "down", 1: "up", 2: "pending", 3: "maintenance"}
COUNTED = {"stat_hourly": "hours", "stat_daily": "days"}
DAMAGED = "the database is damaged, or not one of Uptime Kuma"


def beats(path: Path, monitor: str) -> Iterator[Raw]:
    """Every heartbeat of one monitor, named by its name, its address or its number.

    Raises:
        FileRefused: it is no such database, or `monitor` names none or several of it.
    """
    try:
        with foreign.opened(path, READABLE, SECONDS_MAX) as database:
            if not foreign.columns(database, "heartbeat") >= NEEDED:
                raise FileRefused("it is no database of Uptime Kuma: it has no table of heartbeats")
            chosen = _chosen(database, monitor)
            yield from _beats(database, chosen)
            yield from _counts(database, chosen)
    except (sqlite3.Error, sqlite3.Warning, OverflowError) as problem:
        raise FileRefused(f"{DAMAGED} ({problem})") from problem


def _chosen(database: sqlite3.Connection, wanted: str) -> int:
    rows = database.execute(f'SELECT "id", "name", "url" FROM "monitor" LIMIT {MONITORS_MAX}').fetchall()  # nosec B608 # noqa: S608 - own names
    fitting = [row for row in rows if not wanted or wanted in (str(row[0]), row[1], row[2])]
    if len(fitting) == 1:
        return int(fitting[0][0])
    names = ", ".join(f"{row[1]} ({row[0]})" for row in rows[:20])
    if not fitting:
        raise FileRefused(f"it has no monitor {wanted!r}; it has {names}" if rows else "it has no monitors")
    raise FileRefused(f"say with --monitor which one is meant: {names}")


def _beats(database: sqlite3.Connection, monitor_id: int) -> Iterator[Raw]:
    there = foreign.columns(database, "heartbeat")
    ping, words = ('"ping"' if "ping" in there else "NULL"), ('"msg"' if "msg" in there else "NULL")
    rows = database.execute(
        f'SELECT "time", "status", {words}, {ping} FROM "heartbeat" WHERE "monitor_id" = ? ORDER BY "time"',  # nosec B608 # noqa: S608 - own names
        (monitor_id,),
    )
    for number, (at, status, message, took_ms) in enumerate(rows, 1):
        where = f"heartbeat {number}"
        if status not in STATES:
            yield Raw(where, problem=f"its status {status!r} is not known")
            continue
        is_bare = isinstance(at, str) and not at.endswith("Z") and "+" not in at
        yield Raw(where, f"{at}+00:00" if is_bare else at, STATES[status], _http_status(message), took_ms)


def _http_status(message: Any) -> str:
    """The status that a message begins with, as in "503 - Service Unavailable"."""
    word = str(message or "").split(" ", 1)[0]
    return word if word.isdigit() and len(word) == len("503") else ""


def _counts(database: sqlite3.Connection, monitor_id: int) -> Iterator[Raw]:
    """Sums of hours and days tell no instants: they are left out, and that is told."""
    for table, what in COUNTED.items():
        if "monitor_id" not in foreign.columns(database, table):
            continue
        rows = database.execute(f'SELECT 1 FROM "{table}" WHERE "monitor_id" = ?', (monitor_id,))  # nosec B608 # noqa: S608 - own names
        many = sum(1 for _ in rows)
        if many:
            yield Raw(table, problem=f"{many} sums of {what} tell no instants")
