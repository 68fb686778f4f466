"""A private folder for work in progress; what a killed process left of one goes with the next."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder in `parent`, on the same file system, for the length of the block.

    Its owner holds a lock on it, which ends with the process however that ends: folders of the same prefix that
    nobody holds are left over, and are removed first.
    """
    with _locked(parent):
        for found in parent.glob(f"{prefix}*"):
            _remove_unless_held(found)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
        handle = _open_locked(folder, fcntl.LOCK_EX)
    try:
        work = folder / "work"  # free of the lock, so that one scratch folder can lie in another
        work.mkdir(mode=0o700)
        yield work
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _remove_unless_held(folder: Path) -> None:
    try:
        handle = _open_locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # held, or removed meanwhile
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = _open_locked(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def _open_locked(folder: Path, how: int) -> int:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, how)
    except OSError:
        os.close(handle)
        raise
    return handle
