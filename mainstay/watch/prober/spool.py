"""What could not be stored yet, on disk: files that are only appended to, read from the oldest on.

A file begins with a name of its own, so that a mark ("name:bytes") says how far the spool was taken in. The mark is
stored in the transaction that takes the records in: after a crash nothing is taken in twice, and nothing left out.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

import structlog

from mainstay.common.crash_safe import sync_folder
from mainstay.watch.prober.records import CannotBeRead, Item, bodies, packed, seen_until, unpacked

log = structlog.get_logger()

MAGIC = b"mainstay spool 1\n"
NAME_BYTES = 16
HEADER_BYTES = len(MAGIC) + NAME_BYTES
CHUNK_BYTES = 2 * 1024 * 1024
FILE_BYTES = 16 * 1024 * 1024
SPOOL_BYTES_MAX = 1024 * 1024 * 1024
"""About nine hours of ten thousand monitors at a minute."""


@dataclass(slots=True)
class _File:
    """One file of the spool: how far it was taken in, where its whole records end, and how many are left."""

    path: Path
    name: str
    taken: int
    end: int
    left: int

    @property
    def is_done(self) -> bool:
        return self.taken >= self.end


@dataclass(frozen=True, slots=True)
class Portion:
    """The oldest items, the mark to store with them, how many records they were, and where in their file they end."""

    items: tuple[Item, ...] = ()
    mark: str = ""
    records: int = 0
    end: int = 0


@dataclass(slots=True)
class Spool:
    """The spool of one place in `folder`. It belongs to one thread at a time.

    `lost` counts records that were dropped because the spool had outgrown `bytes_max`; their time is unknown.
    """

    folder: Path
    bytes_max: int = SPOOL_BYTES_MAX
    file_bytes: int = FILE_BYTES
    lost: int = 0
    seen_until: datetime | None = None
    _files: list[_File] = field(default_factory=list)
    _writing: int | None = None

    def open(self, mark: str = "") -> None:
        """Find what an earlier run left, but for what `mark` says was taken in. A torn end is ignored.

        Raises:
            OSError: the folder cannot be used.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._files = [found for path in sorted(self.folder.glob("*.spool")) if (found := _found(path)) is not None]
        name, _, taken = mark.partition(":")
        marked = next((number for number, each in enumerate(self._files) if each.name == name), None)
        if marked is not None:
            for each in self._files[:marked]:
                each.taken = each.end
            self._files[marked].taken = max(HEADER_BYTES, int(taken))
        for each in self._files:
            each.left = sum(1 for _ in _records(each))
        self._drop_done()
        self.seen_until = _last_seen(self._files[-1]) if self._files else None
        if len(self):
            log.info("a spool was found", waiting=len(self), bytes=self.bytes)

    def __len__(self) -> int:
        return sum(each.left for each in self._files)

    @property
    def bytes(self) -> int:
        """How much of it is on disk."""
        return sum(each.end for each in self._files)

    def append(self, items: Sequence[Item]) -> None:
        """Write items behind all others, and force them to disk. Either all of them are there afterwards, or none.

        Raises:
            OSError: they could not be written, for example because the disk is full.
        """
        data = b"".join(map(packed, items))
        handle = self._writing
        if handle is None or self._files[-1].end + len(data) > self.file_bytes:
            handle = self._begin_file()
        last = self._files[-1]
        try:
            _write_all(handle, data)
            os.fsync(handle)
        except OSError:
            self._give_up(last)
            raise
        last.end, last.left = last.end + len(data), last.left + len(items)
        self._keep_bounded()

    def oldest(self, at_most: int) -> Portion:
        """The oldest records, all of one file. They stay until they are `taken`."""
        self._drop_done()
        if not self._files:
            return Portion()
        first, items, records, end = self._files[0], [], 0, self._files[0].taken
        for body, end in islice(_records(first), at_most):  # noqa: B007 - the last end is wanted below
            records += 1
            try:
                items.append(unpacked(body))
            except CannotBeRead as problem:
                log.error("a record of the spool cannot be read", problem=str(problem))
        return Portion(tuple(items), f"{first.name}:{end}", records, end)

    def taken(self, portion: Portion) -> None:
        """The oldest records were stored: they are needed no more."""
        first = self._files[0] if self._files else None
        if first is not None and portion.mark.startswith(f"{first.name}:"):  # else it was dropped in the meantime
            first.taken, first.left = portion.end, first.left - portion.records
        self._drop_done()

    def close(self) -> None:
        """Give the file that is written back. What waits stays on disk."""
        if self._writing is not None:
            os.close(self._writing)
            self._writing = None

    def _begin_file(self) -> int:
        self.close()
        number = int(self._files[-1].path.stem) + 1 if self._files else 1
        path, name = self.folder / f"{number:08}.spool", secrets.token_bytes(NAME_BYTES)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            _write_all(handle, MAGIC + name)
            os.fsync(handle)
            sync_folder(self.folder)
        except OSError:
            os.close(handle)
            path.unlink(missing_ok=True)
            raise
        self._writing = handle
        self._files.append(_File(path, name.hex(), HEADER_BYTES, HEADER_BYTES, 0))
        return handle

    def _give_up(self, last: _File) -> None:
        """Leave the file as it was before; where even that fails its end is torn, and the next file goes on."""
        try:
            os.truncate(last.path, last.end)
        except OSError as problem:
            log.error("the end of the spool is torn", problem=str(problem))
        self.close()

    def _keep_bounded(self) -> None:
        while self.bytes > self.bytes_max and len(self._files) > 1:
            oldest = self._files.pop(0)
            self.lost += oldest.left
            log.error("the spool is full: the oldest was dropped", lost=oldest.left, bytes_max=self.bytes_max)
            oldest.path.unlink(missing_ok=True)

    def _drop_done(self) -> None:
        """Remove files whose records were all stored; the one that is written too, once it has nothing left."""
        while self._files and self._files[0].is_done:
            if len(self._files) == 1:
                self.close()
            self._files.pop(0).path.unlink(missing_ok=True)


def _found(path: Path) -> _File | None:
    """A file that an earlier run left; None when it holds nothing, and is removed."""
    with path.open("rb") as handle:
        data = handle.read()
    if not data.startswith(MAGIC) or len(data) < HEADER_BYTES:
        path.unlink()
        return None
    end = HEADER_BYTES
    for _, end in bodies(data, HEADER_BYTES):  # noqa: B007 - the last end is what is wanted
        continue
    if end < len(data):
        log.warning("the end of a spool file is torn", bytes=len(data) - end)
    return _File(path, data[len(MAGIC) : HEADER_BYTES].hex(), HEADER_BYTES, end, 0)


def _records(file: _File) -> Iterator[tuple[bytes, int]]:
    """The bodies of the records that are left, each with where in the file it ends."""
    at = file.taken
    with file.path.open("rb") as handle:
        while at < file.end:
            handle.seek(at)
            data, begun = handle.read(min(CHUNK_BYTES, file.end - at)), at
            for body, end in bodies(data):
                at = begun + end
                yield body, at
            if at == begun:
                return


def _last_seen(file: _File) -> datetime | None:
    """The last instant that the last record speaks of; None where this version cannot read it."""
    *_, (body, _) = _records(file)
    try:
        return seen_until(unpacked(body))
    except CannotBeRead as problem:
        log.error("a record of the spool cannot be read", problem=str(problem))
        return None


def _write_all(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]
