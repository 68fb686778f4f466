"""An upgrade that goes back by itself when it fails."""

from pathlib import Path

from django.conf import settings

from mainstay.config import prepare
from mainstay.config.keeping.archive import BackupFailed, back_up, restore


def upgrade() -> Path | None:
    """Back up, migrate; restore the backup when migrating fails. Returns the backup, None when nothing was due.

    Raises:
        BackupFailed: the upgrade failed; the message says that the state before is back, and where it is kept.
    """
    if prepare.is_empty():
        raise BackupFailed("this installation is empty: run `mainstay init` first")
    if not prepare.has_pending_migrations():
        prepare.static_files()
        return None
    folder = settings.MAINSTAY.data / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    kept = back_up(folder)
    try:
        prepare.database()
    except (Exception, KeyboardInterrupt) as problem:
        restore(kept.path, force=True)
        reason = str(problem) or type(problem).__name__
        raise BackupFailed(
            f"the upgrade failed ({reason}); the state before is restored and also kept in {kept.path}"
        ) from problem
    prepare.static_files()
    return kept.path
