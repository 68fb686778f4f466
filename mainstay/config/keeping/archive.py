"""The backup file: a compressed tar with a manifest of hashes, written whole or not at all."""

import hashlib
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from mainstay import __version__
from mainstay.common.crash_safe import sync_folder
from mainstay.common.scratch import scratch
from mainstay.config import prepare
from mainstay.config.keeping import databases

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
KEPT = ("files", "evidence", "secret.key", "sealing.keys", "mainstay.toml")
UNREADABLE = (OSError, EOFError, zlib.error, tarfile.TarError)


class BackupFailed(Exception):
    """A backup could not be written, read or restored; the message says why and what to do."""


@dataclass(frozen=True)
class Written:
    """A finished backup: where it is, its size, and how many rows the database had."""

    path: Path
    size_bytes: int
    rows: int


@dataclass(frozen=True)
class Restored:
    """A finished restore: rows in the database now, and when the backup was made."""

    rows: int
    made_at: datetime


def back_up(target: Path) -> Written:
    """Write the installation to `target`; the file appears only when it is complete and on disk.

    Raises:
        BackupFailed: there is nothing to back up, the target cannot be written or the database cannot be copied.
    """
    if prepare.is_empty():
        raise BackupFailed(f"there is nothing to back up: the installation in {settings.MAINSTAY.data} is empty")
    made_at = datetime.now(UTC)
    path = target / f"mainstay-{made_at:%Y%m%dT%H%M%SZ}.tar.gz" if target.is_dir() else target
    if path.exists():
        raise BackupFailed(f"{path} exists already: name another file")
    try:
        with scratch(path.absolute().parent, ".mainstay-backup-") as folder:
            return _write(path, folder, made_at)
    except (OSError, databases.DumpFailed) as problem:
        raise BackupFailed(f"the backup could not be written: {problem}") from problem


def restore(source: Path, *, force: bool) -> Restored:
    """Replace this installation by the backup in `source`, after all its hashes were found right.

    Raises:
        BackupFailed: the file is damaged, of another kind of database or of a newer version, or the installation is
            not empty and `force` is off.
    """
    if not force and connection.introspection.table_names():
        raise BackupFailed("this installation holds data: use --force to replace it by the backup")
    settings.MAINSTAY.data.mkdir(parents=True, exist_ok=True)
    with scratch(settings.MAINSTAY.data, ".restore-") as folder:
        manifest = _unpack(source, folder)
        try:
            return _put_back(folder, manifest)
        except (OSError, databases.DumpFailed) as problem:
            raise BackupFailed(f"{source} could not be restored: {problem}") from problem


def _write(path: Path, folder: Path, made_at: datetime) -> Written:
    databases.dump(folder / DATABASE)
    rows = sum(databases.count_rows().values())
    partial = folder / "backup.tar.gz"
    with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
        hashes = dict(_add_all(archive, folder))
        (folder / MANIFEST).write_text(json.dumps(_manifest(made_at, rows, hashes), indent=1, sort_keys=True))
        archive.add(folder / MANIFEST, MANIFEST)
    partial.chmod(0o600)
    _sync(partial)
    os.replace(partial, path)
    sync_folder(path.absolute().parent)
    return Written(path, path.stat().st_size, rows)


def _manifest(made_at: datetime, rows: int, hashes: dict[str, str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": __version__,
        "made_at": made_at.isoformat(),
        "vendor": connection.vendor,
        "migrations": sorted(prepare.applied_migrations()),
        "rows": rows,
        "sha256": hashes,
    }


def _members(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name in the archive and path on disk of everything that is kept."""
    yield DATABASE, folder / DATABASE
    data = settings.MAINSTAY.data
    for kept in KEPT:
        origin = data / kept
        if origin.is_file():
            yield kept, origin
        elif origin.is_dir():
            finished = (each for each in origin.rglob("*") if each.is_file() and not each.name.startswith("."))
            for path in sorted(finished):
                yield str(path.relative_to(data)), path


def _add_all(archive: tarfile.TarFile, folder: Path) -> Iterator[tuple[str, str]]:
    """Put everything that is kept into `archive`: names and hashes. What was deleted meanwhile is left out."""
    for name, path in _members(folder):
        try:
            handle = path.open("rb")
        except FileNotFoundError:
            continue
        with handle:
            member = archive.gettarinfo(arcname=name, fileobj=handle)
            yield name, hashlib.file_digest(handle, "sha256").hexdigest()
            handle.seek(0)
            archive.addfile(member, handle)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack `source` into `folder` and give its manifest, once everything was found as it was written."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
    except FileNotFoundError:
        raise BackupFailed(f"{source} does not exist") from None
    except UNREADABLE as problem:
        if isinstance(problem, OSError) and problem.errno:  # the machine's fault, not the file's
            raise BackupFailed(f"{source} could not be unpacked: {problem.strerror}") from problem
        raise BackupFailed(f"{source} cannot be read as a backup: it is damaged or of another kind") from problem
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        _check(source, folder, manifest)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BackupFailed(f"{source} is not a backup of Mainstay") from problem
    return manifest


def _check(source: Path, folder: Path, manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise BackupFailed(f"{source} has the format {manifest['format']}; this version reads format {FORMAT}")
    if manifest["vendor"] != connection.vendor:
        raise BackupFailed(
            f"{source} holds a {manifest['vendor']} database, this installation uses {connection.vendor}"
        )
    if set(manifest["migrations"]) - prepare.known_migrations():
        raise BackupFailed(
            f"{source} was made by a newer version, Mainstay {manifest['version']}: restore it with that"
        )
    _check_content(source, folder, manifest["sha256"])


def _check_content(source: Path, folder: Path, hashes: dict[str, str]) -> None:
    """Nothing may be missing, altered or added."""
    there = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    del there[MANIFEST]
    if odd := sorted((set(hashes) | {DATABASE}) ^ set(there)):
        raise BackupFailed(f"{source} is damaged: {odd[0]} is missing or was added")
    for name, path in there.items():
        if _digest(path) != hashes[name]:
            raise BackupFailed(f"{source} is damaged: {name} is altered")


def _put_back(folder: Path, manifest: dict[str, Any]) -> Restored:
    data = settings.MAINSTAY.data
    databases.load(folder / DATABASE)
    for kept in KEPT:
        _replace(folder / kept, data / kept)
    rows = sum(databases.count_rows().values())
    return Restored(rows, datetime.fromisoformat(manifest["made_at"]))


def _replace(origin: Path, target: Path) -> None:
    """Put `origin` where `target` is; nothing in the backup means nothing there."""
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
    if origin.exists():
        os.replace(origin, target)


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
