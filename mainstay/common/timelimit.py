"""A limit to how long the database may look for something."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

SQLITE_STEPS = 20_000
"""Instructions of SQLite between two looks at the clock: about a millisecond."""


class TookTooLong(Exception):
    """The database was stopped: what was asked takes longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let reading inside the block take so long at most; what was written before it stays.

    Raises:
        TookTooLong: it was stopped.
    """
    of_vendor = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with of_vendor(seconds):
        yield


@contextmanager
def _on_postgresql(seconds: float) -> Iterator[None]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [max(1, int(seconds * 1_000))])
            yield
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as problem:
        if getattr(problem.__cause__, "sqlstate", "") != "57014":  # query_canceled
            raise
        raise TookTooLong from problem


@contextmanager
def _on_sqlite(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    raw: Any = connection.connection
    ends = time.monotonic() + seconds
    raw.set_progress_handler(lambda: time.monotonic() > ends, SQLITE_STEPS)
    try:
        yield
    except OperationalError as problem:
        if str(problem) != "interrupted":
            raise
        raise TookTooLong from problem
    finally:
        raw.set_progress_handler(None, 0)
