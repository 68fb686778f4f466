"""The database: there, writable, and safe against power cuts."""

from django.db import connection, transaction

from mainstay.common.health.findings import Finding, check
from mainstay.common.models import PeriodicSlot

FULL = 2
"""SQLite's `synchronous` from which on a commit survives a power cut in WAL mode."""


@check("database")
def database() -> Finding:
    """Whether rows can be read and written."""
    with transaction.atomic():
        PeriodicSlot.objects.exists()
        PeriodicSlot.objects.filter(pk=-1).update(task="doctor")
        if connection.vendor == "postgresql":
            _refuse_read_only()
        transaction.set_rollback(True)
    return Finding.ok(f"{connection.display_name} answers and takes rows")


@check("durability")
def durability() -> Finding:
    """Whether a commit survives a power cut."""
    return _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _refuse_read_only() -> None:
    if _ask("SHOW transaction_read_only") == "on":
        raise RuntimeError("the server is read-only (a standby?)")


def _sqlite() -> Finding:
    mode, synchronous = str(_ask("PRAGMA journal_mode")), int(str(_ask("PRAGMA synchronous")))
    if mode != "wal":
        return Finding.fail(f"SQLite's journal is {mode}, not WAL", "Put the data folder on a local disk")
    if synchronous < FULL:
        return Finding.fail("SQLite does not wait for the disk", "Remove PRAGMA synchronous from your settings")
    return Finding.ok("SQLite writes ahead (WAL) and waits for the disk")


def _postgresql() -> Finding:
    lax = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if _ask(f"SHOW {name}") == "off"]
    if lax:
        return Finding.fail(f"PostgreSQL runs with {', '.join(lax)} off", "Switch it on: commits may be lost now")
    return Finding.ok("PostgreSQL waits for the disk")


def _ask(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
