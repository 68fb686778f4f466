"""`mainstay report` and `doctor`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mainstay.config.cli.mistake import Mistake

SIGNS = {"ok": "[green]✓ ok[/]", "warn": "[yellow]! warning[/]", "fail": "[red]✕ failed[/]"}


def report(
    client: Annotated[str, typer.Argument(help="The client's short name, as in its address.")],
    month: Annotated[str, typer.Argument(help="The month, as 2026-10.")],
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The file to write; its ending .pdf, .html or .json decides.")
    ],
) -> None:
    """Write the service report of one client and month."""
    _setup()
    from mainstay.report.write import ReportRefused, write  # late: Django must be set up first

    try:
        write(client_slug=client, month=month, out_path=out)
    except ReportRefused as problem:
        raise Mistake(str(problem)) from problem
    except OSError as problem:
        raise Mistake(f"{out} cannot be written: {problem.strerror or problem}") from problem
    typer.echo(f"Report written: {out}")


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    security: Annotated[bool, typer.Option("--security", help="Look at how safely it is set up instead.")] = False,
) -> None:
    """Say what is wrong with this installation, and what to do. Status 1: something failed."""
    _setup()
    from mainstay.common.health import examine  # late: Django must be set up first
    from mainstay.config import doctor as _own  # noqa: F401 - registers its checks

    findings = examine("security" if security else "")
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], indent=1))
    else:
        _table(findings)
    raise typer.Exit(1 if any(finding.verdict == "fail" for finding in findings) else 0)


def _table(findings) -> None:  # type: ignore[no-untyped-def]
    table = Table("", "what", "finding", "what to do", box=None, pad_edge=False)
    for finding in findings:
        table.add_row(SIGNS[finding.verdict], finding.name, finding.sentence, finding.remedy)
    Console().print(table)


def _setup() -> None:
    import django  # late: the command line starts without it
    from django.conf import settings

    from mainstay.common import logs

    django.setup()
    logs.configure(settings.MAINSTAY.log_format)
