"""Day files on disk: written whole or not at all, and read back before anything relies on them."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from mainstay.common.crash_safe import sync_folder
from mainstay.common.scratch import scratch
from mainstay.common.seals.entry import Entry
from mainstay.watch.evidence import columns
from mainstay.watch.evidence.stores import SCRATCH

MEMORY = "512MB"
THREADS = 2
COMPRESSION_LEVEL = 19
ROWS_A_GROUP = 500_000
WEBSITES_AT_ONCE = 500
"""How many websites' rows are made text together: a few hundred megabytes at one check a minute."""


class FileDamaged(Exception):
    """A day file cannot be read."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: how many rows, how many bytes, and the SHA-256 of these."""

    rows: int
    bytes: int
    sha256: str


def name_of(place: str, day: date, part: int) -> str:
    """What a day file is called: `PLACE/YYYY/MM/DD.parquet`, what came late `DD-PART.parquet`."""
    file = f"{day:%d}.parquet" if not part else f"{day:%d}-{part}.parquet"
    return f"{quote(place, safe='')}/{day:%Y}/{day:%m}/{file}"


def write(path: Path, rows: Iterable[Sequence[Any]]) -> Written:
    """Write rows, each the values of `columns.RAW`, to a file that is there whole or not at all.

    Raises:
        OSError: the disk does not allow it; nothing is left behind.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with scratch(path.parent, SCRATCH) as folder:
        raw, packed = folder / "raw.csv", folder / "packed.parquet"
        _as_csv(raw, rows)
        try:
            _pack(raw, packed, folder)
        except duckdb.IOException as problem:
            raise OSError(f"{path} cannot be written: {problem}") from problem
        found = Written(count(packed), packed.stat().st_size, digest(packed))
        with packed.open("rb") as handle:
            os.fsync(handle.fileno())
        os.chmod(packed, 0o600)
        os.replace(packed, path)
    sync_folder(path.parent)
    return found


def count(path: Path) -> int:
    """How many rows a file holds.

    Raises:
        FileDamaged: it cannot be read.
    """
    with reading(path) as database:
        return int(_one(database, "SELECT count(*) FROM rows"))


def entries(path: Path, place: str, day: date, part: int) -> Iterator[tuple[int, Entry]]:
    """What is sealed of a file: for each website in it an entry over the canonical text of its rows.

    Raises:
        FileDamaged: it cannot be read.
    """
    with reading(path) as database:
        websites = [row[0] for row in _all(database, "SELECT DISTINCT website FROM rows ORDER BY website")]
        for start in range(0, len(websites), WEBSITES_AT_ONCE):
            some = websites[start : start + WEBSITES_AT_ONCE]
            for website_id, rows, digest in _all(database, _DIGESTS, [some[0], some[-1]]):
                yield website_id, Entry(columns.subject(place, website_id, day, part), rows, digest)


def copy(path: Path, target: Path, websites: Sequence[int]) -> int:
    """Copy the rows of some websites, packed as they are, to a file of their own. Returns how many; of none, no file.

    Raises:
        FileDamaged: it cannot be read.
    """
    with reading(path) as database:
        wanted = ", ".join(str(int(each)) for each in websites) or "NULL"
        some = f"SELECT * FROM packed WHERE website IN ({wanted})"  # nosec B608 # noqa: S608 - numbers alone
        rows = int(_one(database, f"SELECT count(*) FROM ({some})"))  # nosec B608 # noqa: S608 - as above
        if rows:
            _all(database, f"COPY ({some}) TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd)")
    return rows


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the file's rows, decoded, as the view `rows`; nothing else of the disk can be read through it.

    Raises:
        FileDamaged: it cannot be read; also later, with whatever is asked.
    """
    with _database(path.parent) as database:
        try:
            database.execute(f"CREATE VIEW packed AS SELECT * FROM read_parquet('{_quoted(path)}')")  # nosec B608 # noqa: S608 - quoted
            database.execute(f"CREATE VIEW rows AS {columns.DECODED}")
        except duckdb.Error as problem:
            raise FileDamaged(f"it cannot be read: {_first_line(problem)}") from problem
        yield database


_DIGESTS = f"""
SELECT website, count(*), sha256(string_agg({columns.LINE} || chr(10), '' ORDER BY {columns.IN_ORDER}))
FROM rows WHERE website BETWEEN ? AND ? GROUP BY website ORDER BY website
"""  # nosec B608 # noqa: S608 - made of our own names


def _as_csv(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)


def _pack(raw: Path, packed: Path, spill: Path) -> None:
    """Both statements hold nothing but quoted paths and our own names."""
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.RAW)
    form = (
        "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
        f"columns = {{{types}}}"
    )
    kept = f"COMPRESSION zstd, COMPRESSION_LEVEL {COMPRESSION_LEVEL}, ROW_GROUP_SIZE {ROWS_A_GROUP}"
    with _database(spill) as database:
        database.execute(f"CREATE VIEW raw AS SELECT * FROM read_csv('{_quoted(raw)}', {form})")  # nosec B608 # noqa: S608 - quoted
        database.execute(f"COPY ({columns.PACKED}) TO '{_quoted(packed)}' (FORMAT parquet, PARQUET_VERSION v2, {kept})")


@contextmanager
def _database(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    database = duckdb.connect(config=settings)
    try:
        yield database
    finally:
        database.close()


def _all(database: duckdb.DuckDBPyConnection, question: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    try:
        return database.execute(question, values or []).fetchall()
    except duckdb.Error as problem:
        raise FileDamaged(_first_line(problem)) from problem


def _one(database: duckdb.DuckDBPyConnection, question: str) -> Any:
    return _all(database, question)[0][0]


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        found = sha256()
        while chunk := file.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _first_line(problem: Exception) -> str:
    return str(problem).splitlines()[0]
