"""`mainstay verify` and `mainstay evidence export`: whether all is as it was sealed, and the proof of it handed out."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mainstay.config.cli.mistake import Mistake

app = typer.Typer(help="Hand evidence out, or move it to a bucket.")


@app.callback()
def evidence() -> None:
    """Hand evidence out, or move it to a bucket."""


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The zip file to write.")],
    *,
    client: Annotated[str, typer.Option("--client", help="The client's short name, as in its address.")],
    from_: Annotated[str, typer.Option("--from", help="The first day, in the agreement's zone, as 2026-10-01.")],
    to: Annotated[str, typer.Option("--to", help="The day up to which; itself not.")],
    since: Annotated[str, typer.Option("--since", help="An older head that the client kept, as SIZE:ROOT.")] = "",
) -> None:
    """Write a bundle with one client's checks and facts, proofs, and the program that checks them."""
    from mainstay.config.cli import processes  # late: the command line starts without Django

    start, end, kept = _day(from_, "--from"), _day(to, "--to"), _kept(since) if since else None
    processes.set_up()
    processes.refuse_unprepared()
    from django.utils import timezone

    from mainstay.clients.models import Organisation
    from mainstay.common import files
    from mainstay.report.queries import issued
    from mainstay.watch.evidence.dayfiles import FileDamaged
    from mainstay.watch.evidence.stores import FileMissing, StorageFailed
    from mainstay.watch.queries import bundle

    found = Organisation.objects.filter(slug=client).first()
    if found is None:
        raise Mistake(f"there is no client {client!r}")
    try:
        counts = bundle.write_bundle(
            client=found,
            start=start,
            end=end,
            target=file.absolute(),
            at=timezone.now(),
            since=bundle.Since(*kept) if kept else None,
            reports=(bundle.Report(each.number, files.read(each.figures)) for each in issued(found, start, end)),
        )
    except (bundle.BundleRefused, FileMissing, FileDamaged, files.FileDamaged, StorageFailed) as problem:
        raise Mistake(str(problem)) from problem
    except OSError as problem:
        raise Mistake(f"{file} cannot be written: {problem.strerror or problem}") from problem
    typer.echo(
        f"{file}: {counts['files']} files of checks, {counts['facts']} facts, {counts['entries']} sealed entries, "
        f"{counts['reports']} reports."
    )


@app.command("move")
def move() -> None:
    """Move the day files of the data folder to the bucket that the settings name."""
    from mainstay.config.cli import processes  # late: the command line starts without Django

    processes.set_up()
    processes.refuse_unprepared()
    from django.conf import settings

    from mainstay.watch.actions.evidence import move_to_bucket

    if not settings.MAINSTAY.evidence_bucket:
        raise Mistake("MAINSTAY_EVIDENCE_BUCKET is not set: there is nowhere to move to")
    count = 0
    try:
        for name in move_to_bucket():
            typer.echo(name)
            count += 1
    except OSError as problem:
        raise Mistake(f"{count} files are moved; then: {problem}") from problem
    typer.echo(f"{count} files moved to {settings.MAINSTAY.evidence_bucket}.")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise Mistake(f"{option}: {text!r} is no date: write it as 2026-10-01") from problem


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

    try:
        findings = list(verifying.verify())
    except OSError as problem:
        raise Mistake(f"the evidence cannot be read: {problem}") from problem
    except seals.StampRefused as problem:
        raise Mistake(f"the time stamps cannot be checked: {problem}") from problem
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
        raise Mistake("a head is SIZE:ROOT, the root in 64 hexadecimal digits, as a report prints it")
    return int(size), root
