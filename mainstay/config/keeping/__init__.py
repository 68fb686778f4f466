"""Backups: one file with database, stored files and keys, checked when it is read."""

from mainstay.config.keeping.archive import BackupFailed, back_up, restore
from mainstay.config.keeping.upgrade import upgrade

__all__ = ["BackupFailed", "back_up", "restore", "upgrade"]
