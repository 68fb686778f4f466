"""Where `mainstay` starts: its own commands, then Django's management commands for maintainers."""

import os
import sys

from mainstay.common.settings import SettingWrong, load
from mainstay.config.cli.mistake import Mistake


def main() -> None:
    """Run the command named on the command line.

    A person's mistake ends in one clear line on standard error and status 2, never in a traceback.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.config.settings")
    try:
        load()
        _run(sys.argv)
    except (SettingWrong, Mistake) as problem:
        print(f"mainstay: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _run(argv: list[str]) -> None:
    from django.db import DatabaseError, InterfaceError, OperationalError  # late: settings must be readable first

    from mainstay.config.cli.commands import COMMANDS

    try:
        if len(argv) > 1 and not argv[1].startswith("-") and argv[1] not in COMMANDS:
            _manage(argv)
        else:
            _own(argv[1:])
    except (DatabaseError, InterfaceError) as problem:
        if type(problem) not in {DatabaseError, InterfaceError, OperationalError}:
            raise  # a fault of ours: the database itself can be used
        reason = str(problem).strip().splitlines() or [type(problem).__name__]
        raise Mistake(f"the database cannot be used: {reason[0]}") from problem


def _own(words: list[str]) -> None:
    """Run one of our commands; words that it cannot use are told in one line, like every other mistake."""
    import typer  # late: as above

    from mainstay.config.cli.commands import COMMANDS, app

    try:
        status = app(args=words or ["--help"], prog_name="mainstay", standalone_mode=False)
    except typer.Abort:
        typer.echo()  # ends the line of the question
        raise Mistake("cancelled: nothing was entered") from None
    except typer.TyperException as problem:
        command = f"mainstay {words[0]}" if words[0] in COMMANDS else "mainstay"
        told = problem.format_message().rstrip(".")
        raise Mistake(f"{told}: see {command} --help") from None
    raise SystemExit(status)


def _manage(argv: list[str]) -> None:
    """Django's own commands: `mainstay migrate`, `mainstay manage check`."""
    from django.core.management import execute_from_command_line, get_commands  # late: as above

    rest = argv[2:] if argv[1] == "manage" else argv[1:]
    if rest and not rest[0].startswith("-") and rest[0] not in {*get_commands(), "help"}:
        raise Mistake(f"there is no command {rest[0]!r}: see mainstay --help")
    execute_from_command_line([argv[0], *rest])
