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
    from django.db import InterfaceError, OperationalError  # late: settings must be readable first

    from mainstay.config.cli.commands import COMMANDS, app

    try:
        if len(argv) > 1 and not argv[1].startswith("-") and argv[1] not in COMMANDS:
            _manage(argv)
        else:
            app(args=argv[1:], prog_name="mainstay")
    except (OperationalError, InterfaceError) as problem:
        reason = str(problem).strip().splitlines() or [type(problem).__name__]
        raise Mistake(f"the database cannot be used: {reason[0]}") from problem


def _manage(argv: list[str]) -> None:
    """Django's own commands: `mainstay migrate`, `mainstay manage check`."""
    from django.core.management import execute_from_command_line, get_commands  # late: as above

    rest = argv[2:] if argv[1] == "manage" else argv[1:]
    if rest and not rest[0].startswith("-") and rest[0] not in {*get_commands(), "help"}:
        raise Mistake(f"there is no command {rest[0]!r}: see mainstay --help")
    execute_from_command_line([argv[0], *rest])
