"""`mainstay backup`, `restore` and `upgrade`."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mainstay.config.cli import processes
from mainstay.config.cli.mistake import Mistake


def backup(
    target: Annotated[Path, typer.Argument(help="The file to write, or a folder for a file named by the time.")],
) -> None:
    """Write the whole installation, database, files and keys, into one file while it runs."""
    keeping = _ready()
    try:
        written = keeping.back_up(target)
    except keeping.BackupFailed as problem:
        raise Mistake(str(problem)) from problem
    typer.echo(f"Backup written: {written.path} ({written.size_bytes / 1e6:.1f} MB, {written.rows} rows)")


def restore(
    source: Annotated[Path, typer.Argument(help="A file that `mainstay backup` wrote.")],
    *,
    force: Annotated[bool, typer.Option(help="Replace what this installation holds now.")] = False,
) -> None:
    """Bring an installation back from a backup. The backup is checked before anything is replaced."""
    keeping = _ready()
    try:
        with _nothing_running():
            restored = keeping.restore(source, force=force)
    except keeping.BackupFailed as problem:
        raise Mistake(str(problem)) from problem
    typer.echo(f"Restored from {source}: {restored.rows} rows, as of {restored.made_at:%Y-%m-%d %H:%M} UTC")


def upgrade() -> None:
    """Back up, bring the database to this version, and go back when that fails."""
    keeping = _ready()
    try:
        with _nothing_running():
            backup_path = keeping.upgrade()
    except keeping.BackupFailed as problem:
        raise Mistake(str(problem)) from problem
    typer.echo(f"Upgraded. The state before is in {backup_path}" if backup_path else "Nothing to upgrade.")


@contextmanager
def _nothing_running() -> Iterator[None]:
    """Keep every role free while the database is replaced: what a running process takes in meanwhile would be lost."""
    with ExitStack() as roles:
        try:
            for role in ("serve", *processes.ROLES, "judge", "demo-sites"):
                roles.enter_context(processes.held(role, patience_s=0))
        except Mistake as problem:
            raise Mistake(f"{problem}: stop it first") from None
        yield


def _ready():  # type: ignore[no-untyped-def]
    import django  # late: the command line starts without it

    django.setup()
    from mainstay.config import keeping

    return keeping
