"""`mainstay verify`: whether everything that was sealed is still what it was."""

import json
from typing import Annotated

import typer

from mainstay.config.cli.mistake import Mistake


def verify(
    *,
    head: Annotated[str, typer.Option("--head", help="A head that somebody kept, as SIZE:ROOT from a report.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Compare files, rows and facts with what was sealed. Status 1: something was altered."""
    from mainstay.config.cli import processes  # late: the command line starts without Django

    size, root = _kept(head) if head else (0, "")
    processes.set_up()
    processes.refuse_unprepared()
    from mainstay.common import seals
    from mainstay.watch.queries import verifying

    findings = list(verifying.verify())
    if root:
        findings += verifying.kept_head(size, root)
    latest = seals.head()
    now = {"size": latest.size, "root": latest.root} if latest is not None else {"size": 0, "root": ""}
    if as_json:
        typer.echo(json.dumps({"head": now, "findings": findings}, indent=1))
    else:
        for each in findings:
            typer.echo(f"✕ {each}")
        if not findings:
            typer.echo(f"✓ All is as it was sealed. Head: {now['size']}:{now['root']}")
    raise typer.Exit(1 if findings else 0)


def _kept(text: str) -> tuple[int, str]:
    size, _, root = "".join(text.split()).partition(":")
    if not size.isdigit() or len(root) != len("0" * 64) or set(root) - set("0123456789abcdef"):
        raise Mistake("--head is SIZE:ROOT, the root in 64 hexadecimal digits, as a report prints it")
    return int(size), root
