"""SQLite databases that somebody else wrote.

They are opened read-only and as files that nobody changes; no function, view or trigger of theirs runs, and time and
lengths are bounded.
"""

import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

VALUE_BYTES_MAX = 1_000_000
STEPS_BETWEEN_LOOKS = 10_000


@contextmanager
def opened(path: Path, readable: Collection[str], seconds_max: float) -> Iterator[sqlite3.Connection]:
    """Open the file; only the tables of `readable` can be selected from, for `seconds_max` in all.

    Raises:
        sqlite3.Error: it is no database, or damaged; also later, with whatever is read.
    """
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as database:
        _bind(database, frozenset(readable), seconds_max)
        yield database


def columns(database: sqlite3.Connection, table: str) -> set[str]:
    """The columns of an ordinary table; none where it is a view, a virtual table, or not there."""
    found = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchmany(2)
    if len(found) != 1 or found[0][0] != "table" or not str(found[0][1]).upper().startswith("CREATE TABLE"):
        return set()
    return {str(row[1]) for row in database.execute(f'PRAGMA table_info("{table}")').fetchmany(1000)}


def _bind(database: sqlite3.Connection, readable: frozenset[str], seconds_max: float) -> None:
    """Take from the connection whatever a hostile schema could use."""
    for statement in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY"):
        database.execute(f"PRAGMA {statement}")
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20),
    ):
        database.setlimit(limit, most)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    ends_at = time.monotonic() + seconds_max
    database.set_progress_handler(lambda: time.monotonic() > ends_at, STEPS_BETWEEN_LOOKS)

    def may(action: int, first: str | None, _second: str | None, _database: str | None, _within: str | None) -> int:
        """Selecting from the readable tables, and asking what columns they have. No function runs."""
        is_read = action == sqlite3.SQLITE_READ and first in {*readable, "sqlite_master"}
        is_asked = action == sqlite3.SQLITE_PRAGMA and first == "table_info"
        allowed = action == sqlite3.SQLITE_SELECT or is_read or is_asked
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    database.set_authorizer(may)
