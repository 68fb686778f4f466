"""Stored files: random names, contents forced to disk before the row is written and checked when they are read."""

from mainstay.common.files.storing import FileDamaged, FileTooLarge, path_of, read, remove, store, sweep
from mainstay.common.models.stored_file import StoredFile

__all__ = ["FileDamaged", "FileTooLarge", "StoredFile", "path_of", "read", "remove", "store", "sweep"]
