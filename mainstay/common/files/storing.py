"""Storing files under the data folder."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from mainstay.common.crash_safe import sync_folder, write_whole
from mainstay.common.files.names import harmless
from mainstay.common.models.stored_file import StoredFile

SIZE_LIMIT_BYTES = 50 * 1024 * 1024
ORPHAN_AGE = timedelta(days=1)
SWEEP_LIMIT = 5000


class FileDamaged(Exception):
    """The content is missing, or is not what was stored."""


class FileTooLarge(ValueError):
    """The content is above the limit for stored files."""


def store(content: bytes, *, media_type: str, at: datetime, file_name: str = "", client: Any = None) -> StoredFile:
    """Keep `content`. It is on disk, whole, before its row is written.

    Args:
        media_type: found from the content by the caller, not what the giver says.
        file_name: what the giver called it; used for downloads only.

    Raises:
        FileTooLarge: above 50 MB.
    """
    if len(content) > SIZE_LIMIT_BYTES:
        raise FileTooLarge(f"{len(content)} bytes; at most {SIZE_LIMIT_BYTES} are kept")
    stored = StoredFile(
        name=secrets.token_hex(20),
        file_name=harmless(file_name),
        media_type=media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        client=client,
        stored_at=at,
    )
    path = path_of(stored)
    _make_folders(path.parent)
    write_whole(path, content)
    stored.save(force_insert=True)
    return stored


def read(stored: StoredFile) -> bytes:
    """The content, checked against its size and SHA-256.

    Raises:
        FileDamaged: it is missing or altered.
    """
    try:
        content = path_of(stored).read_bytes()
    except OSError as problem:
        raise FileDamaged(f"{stored.name} cannot be read: {problem.strerror}") from problem
    if len(content) != stored.size_bytes or hashlib.sha256(content).hexdigest() != stored.sha256:
        raise FileDamaged(f"{stored.name} is not what was stored")
    return content


def remove(stored: StoredFile) -> None:
    """Forget the file in the caller's transaction; its content goes when that commits."""
    path = path_of(stored)
    stored.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def path_of(stored: StoredFile) -> Path:
    """Where the content lies. The name is Mainstay's own, nothing of it was given by a person."""
    return _root() / stored.name[:2] / stored.name


def sweep(at: datetime) -> int:
    """Delete contents older than a day without a row, left by transactions that failed. Returns how many.

    Looks at no more than 5,000 files at a time, beginning at a random folder.
    """
    removed = 0
    folders = sorted(_root().glob("[0-9a-f][0-9a-f]"), key=lambda _: secrets.randbits(16))
    left = SWEEP_LIMIT
    for folder in folders:
        files = list(folder.iterdir())
        removed += _sweep_folder(files[:left], at)
        left -= len(files)
        if left <= 0:
            break
    return removed


def _sweep_folder(files: list[Path], at: datetime) -> int:
    old = [path for path in files if datetime.fromtimestamp(path.stat().st_mtime, UTC) < at - ORPHAN_AGE]
    known = set(StoredFile.objects.filter(name__in=[path.name for path in old]).values_list("name", flat=True))
    orphans = [path for path in old if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _root() -> Path:
    root: Path = settings.MAINSTAY.data / "files"
    return root


def _make_folders(folder: Path) -> None:
    """Make the folder and force its name to disk."""
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sync_folder(folder.parent)
    sync_folder(folder.parent.parent)
