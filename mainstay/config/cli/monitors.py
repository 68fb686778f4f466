"""`mainstay monitors import` and `export`: monitors from other products' files, and into our own."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mainstay.config.cli.mistake import Mistake

if TYPE_CHECKING:
    from mainstay.clients.models import Organisation
    from mainstay.watch.actions import Plan
    from mainstay.watch.exchange import Reading

FILE_BYTES_MAX = 256_000_000

app = typer.Typer(help="Bring monitors in from Uptime Kuma, Gatus, Upptime or Mainstay, and hand them out.")

Client = Annotated[str, typer.Option("--client", help="The client's short name, as in its address.")]


@app.command("import")
def bring_in(
    file: Annotated[
        Path, typer.Argument(help="A backup or database of Uptime Kuma, or YAML of Gatus, Upptime or Mainstay.")
    ],
    *,
    client: Client,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added, and add nothing.")] = False,
    new_websites: Annotated[
        bool, typer.Option("--new-websites", help="Also look after websites of the client that there are not yet.")
    ] = False,
    website: Annotated[
        str, typer.Option("--website", help="Short name of the website to which what looks at no host is added.")
    ] = "",
) -> None:
    """Add the monitors of a file, all or none, and list what cannot be taken over."""
    organisation = _ready(client)
    from django.conf import settings  # late: Django must be set up first
    from django.utils import timezone

    from mainstay.common.facts import Process
    from mainstay.watch import actions

    allowed = bool(settings.MAINSTAY.watch_allow_private)
    reading = _read(file)
    plan = actions.plan(
        client=organisation, reading=reading, usual=_usual(organisation, website), may_allow_private=allowed
    )
    places = [row.place if new_websites or not row.place.startswith("new:") else "" for row in plan.rows]
    _show(reading.product, plan, places, _words(organisation))
    if dry_run:
        typer.echo("Nothing was added: this was a dry run.")
        return
    try:
        brought = actions.bring_in(
            client=organisation,
            drafts=[row.draft for row in plan.rows],
            places=places,
            may_allow_private=allowed,
            by=Process("command line"),
            at=timezone.now(),
        )
    except (actions.MonitorRefused, actions.PlaceUnknown) as problem:
        raise Mistake(f"nothing was added: {problem}") from problem
    typer.echo(
        f"{len(brought.monitors)} monitors and {brought.websites} websites were added;"
        f" {brought.already} monitors were there already."
    )


@app.command("export")
def hand_out(
    *,
    client: Client,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write; without it, print.")] = None,
) -> None:
    """Write the monitors of a client as YAML, without secrets. `import` reads it back."""
    organisation = _ready(client)
    from mainstay.watch import actions  # late: Django must be set up first
    from mainstay.watch.exchange import ours

    drafts = actions.drafts_of(organisation)
    written = ours.write(drafts)
    if out is None:
        typer.echo(written, nl=False)
        return
    try:
        out.write_text(written, encoding="utf-8")
    except OSError as problem:
        raise Mistake(f"{out} cannot be written: {problem.strerror or problem}") from problem
    typer.echo(f"{len(drafts)} monitors written: {out}")


def _ready(slug: str) -> "Organisation":
    from mainstay.config.cli import processes  # late: the command line starts without Django

    processes.set_up()
    processes.refuse_unprepared()
    from mainstay.clients.models import Organisation

    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise Mistake(f"there is no client {slug!r}")
    return found


def _read(file: Path) -> "Reading":
    from mainstay.watch import exchange  # late: the command line starts without it

    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise Mistake(f"{file} is larger than {FILE_BYTES_MAX // 1_000_000} MB")
        return exchange.read(file.read_bytes())
    except OSError as problem:
        raise Mistake(f"{file} cannot be read: {problem.strerror or problem}") from problem
    except exchange.FileRefused as problem:
        raise Mistake(f"{file}: {str(problem).rstrip('.')}") from problem


def _usual(client: "Organisation", slug: str) -> str:
    """The place for what looks at no host."""
    if not slug:
        return ""
    live = client.environments.filter(website__slug=slug, website__is_active=True, kind="live").first()
    if live is None:
        raise Mistake(f"the client has no website {slug!r}")
    return f"at:{live.pk}"


def _words(client: "Organisation") -> dict[str, str]:
    return {
        f"at:{each.pk}": f"{each.website.name} ({each.kind})" for each in client.environments.select_related("website")
    }


def _show(product: str, plan: "Plan", places: list[str], words: dict[str, str]) -> None:
    """What would go where, and what is left out."""
    typer.echo(f"{product}: {len(plan.rows)} monitors can be taken.")
    without: Counter[str] = Counter()
    for row, place in zip(plan.rows, places, strict=True):
        if not place:
            without[row.place.removeprefix("new:")] += 1
            continue
        where = words.get(place) or f"new website {place.removeprefix('new:')}"
        there = " (there already)" if row.is_there else ""
        typer.echo(f"  + {row.draft.name or row.draft.url}: {row.draft.kind} {row.draft.url} -> {where}{there}")
    for host, count in without.items():
        why = f"no website of the client has the host {host} (see --new-websites)" if host else "see --website"
        typer.echo(f"  - {count} monitors have no place: {why}")
    _show_left_out(plan.left_out)


def _show_left_out(left_out: tuple[Any, ...]) -> None:
    if left_out:
        typer.echo("What cannot be taken over:")
    for each in left_out:
        sign = "x" if each.is_whole else "-"
        typer.echo(f"  {sign} {each.monitor or 'the file'}: {each.what}: {each.why}")
