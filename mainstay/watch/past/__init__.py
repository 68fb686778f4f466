"""The past of a website as another monitor kept it: files read into readings.

A format is one file here and one line below. Each takes an open file and gives `Reading`s, and a line for what cannot
be read; nothing is dropped in silence.
"""

from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path

from mainstay.watch.past import kuma, tables, upptime
from mainstay.watch.past.gathering import FileRefused, Gathered, gather

__all__ = ["FileRefused", "Gathered", "read"]

HEAD_BYTES = 16


def read(path: Path, *, zone: tzinfo | None = None, monitor: str = "") -> Gathered:
    """The readings of a file or, of Upptime, of a repository's folder.

    `zone` is meant where a time names none; `monitor` chooses among several that a file may hold.

    Raises:
        FileRefused: it cannot be read, or holds nothing that is a reading; the text says why.
    """
    if path.is_dir():
        return gather("Upptime", upptime.repository(path, monitor), zone)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as problem:
        raise FileRefused(f"{path} cannot be read: {problem.strerror or problem}") from problem
    if head.startswith(kuma.MAGIC):
        return gather("Uptime Kuma", kuma.beats(path, monitor), zone)
    return gather("readings", _lines(path), zone)


def _lines(path: Path) -> Iterator[tables.Raw]:
    """JSON lines, a table, or the log of an Upptime file: the first line that is not empty tells."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            first = next((line for line in file if line.strip()), "")
            file.seek(0)
            if first.lstrip().startswith(("{", "[")):
                yield from tables.json_lines(file)
            elif upptime.is_log(first):
                yield from upptime.log(file)
            elif upptime.is_page(first):
                yield from upptime.page(file.read(upptime.PAGE_CHARS_MAX))
            else:
                yield from tables.table(file)
    except OSError as problem:
        raise FileRefused(f"{path} cannot be read: {problem.strerror or problem}") from problem
