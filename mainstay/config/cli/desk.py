"""`mainstay desk`: tickets and contacts brought in, and everything handed out."""

import csv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mainstay.config.cli.mistake import Mistake

if TYPE_CHECKING:
    from mainstay.clients.models import Organisation
    from mainstay.desk.exchange.draft import Reading, TicketDraft

FILE_BYTES_MAX = 512_000_000

app = typer.Typer(help="Bring tickets and contacts in, and hand everything out.")


@app.callback()
def desk() -> None:
    """Bring tickets and contacts in, and hand everything out."""


@app.command("import")
def bring_in(
    files: Annotated[list[Path], typer.Argument(help="The files of one export.")],
    *,
    product: Annotated[str, typer.Option("--from", help="zammad, freescout, osticket or freshdesk.")],
    client: Annotated[
        str, typer.Option("--client", help="Short name of the client whose tickets all of them are.")
    ] = "",
    table: Annotated[
        Path | None,
        typer.Option("--map", help="CSV without heading: organisation or mail domain, client's short name."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be taken, and take nothing.")] = False,
) -> None:
    """Take tickets in with their history. It can be broken off and begun again: each ticket is taken once."""
    _ready()
    if bool(client) == (table is not None):
        raise Mistake("say either --client or --map")
    places = {"": _client(client)} if client else _places(table)
    from django.utils import timezone

    from mainstay.common.facts import Process
    from mainstay.desk import actions

    reading = _read(product, files)
    before = actions.taken_already(product, [each.foreign_id for each in reading.drafts])
    fresh = [(each, _place(each, places)) for each in reading.drafts if each.foreign_id not in before]
    _show(reading, fresh, len(before))
    if dry_run:
        typer.echo("Nothing was taken: this was a dry run.")
        return
    taken = 0
    for draft, organisation in fresh:
        if organisation is None:
            continue
        by = Process("command line")
        taken += bool(
            actions.import_ticket(client=organisation, product=product, draft=draft, by=by, at=timezone.now())
        )
        if taken and taken % 100 == 0:
            typer.echo(f"  {taken} taken")
    typer.echo(f"{taken} tickets were taken; {len(before)} were there already.")


@app.command("export")
def hand_out(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    *,
    client: Annotated[str, typer.Option("--client", help="Short name of one client; without it, all.")] = "",
) -> None:
    """Write every ticket as JSON lines, with its files, and every message as mbox."""
    _ready()
    from mainstay.desk import actions  # late: Django must be set up first

    try:
        written = actions.hand_out(folder=folder, client=_client(client) if client else None)
    except OSError as problem:
        raise Mistake(f"{folder} cannot be written: {problem.strerror or problem}") from problem
    typer.echo(
        f"{written.tickets} tickets, {written.messages} messages, {written.attachments} attachments, {written.facts}"
        f" facts and {written.other_mails} other mails written: {folder}"
    )


@app.command("contacts")
def contacts(
    file: Annotated[Path, typer.Argument(help="CSV with a heading: E-mail, Name, Phone.")],
    *,
    client: Annotated[str, typer.Option("--client", help="The client's short name.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added, and add nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Add the good lines although others cannot be taken.")] = False,
) -> None:
    """Add the contacts of a CSV file. Nobody is invited or written to."""
    _ready()
    from django.utils import timezone

    from mainstay.common.facts import Process
    from mainstay.desk import actions
    from mainstay.desk.exchange import contacts as reader

    organisation = _client(client)
    try:
        found = reader.read(file.read_bytes())
    except OSError as problem:
        raise Mistake(f"{file} cannot be read: {problem.strerror or problem}") from problem
    except reader.FileRefused as problem:
        raise Mistake(f"{file}: {str(problem).rstrip('.')}") from problem
    for each in found.columns:
        typer.echo(f"  - {each.what}: {each.why}")
    for number, why in found.bad:
        typer.echo(f"  x line {number}: {why}")
    for number in found.doubles:
        typer.echo(f"  - line {number}: the same address as an earlier line; joined")
    typer.echo(f"{len(found.lines)} contacts can be taken, {len(found.bad)} lines cannot.")
    if dry_run:
        typer.echo("Nothing was added: this was a dry run.")
        return
    if found.bad and not yes:
        raise Mistake("nothing was added: put the lines right, or say --yes to take the others")
    by = Process("command line")
    added = actions.import_contacts(client=organisation, lines=found.lines, by=by, at=timezone.now())
    typer.echo(f"{added} contacts were added; {len(found.lines) - added} were there already.")


def _ready() -> None:
    from mainstay.config.cli import processes  # late: the command line starts without Django

    processes.set_up()
    processes.refuse_unprepared()


def _client(slug: str) -> "Organisation":
    from mainstay.clients.models import Organisation

    found = Organisation.objects.filter(slug=slug, kind="client").first()
    if found is None:
        raise Mistake(f"there is no client {slug!r}")
    return found


def _places(table: Path | None) -> dict[str, "Organisation"]:
    try:
        text = table.read_text(encoding="utf-8-sig") if table else ""
    except (OSError, UnicodeDecodeError) as problem:
        raise Mistake(f"{table} cannot be read") from problem
    lines = [line for line in csv.reader(text.splitlines()) if len(line) == 2]
    return {name.strip().lower(): _client(slug.strip()) for name, slug in lines}


def _place(draft: "TicketDraft", places: dict[str, "Organisation"]) -> "Organisation | None":
    domain = draft.requester.address.rpartition("@")[2]
    return places.get("") or places.get(draft.organisation.lower() or "-") or places.get(domain or "-")


def _read(product: str, files: list[Path]) -> "Reading":
    from mainstay.desk import exchange

    try:
        if sum(each.stat().st_size for each in files) > FILE_BYTES_MAX:
            raise Mistake(f"the files hold more than {FILE_BYTES_MAX // 1_000_000} MB: divide them")
        return exchange.read(product, [each.read_bytes() for each in files])
    except OSError as problem:
        raise Mistake(f"{problem.filename} cannot be read: {problem.strerror or problem}") from problem
    except exchange.FileRefused as problem:
        raise Mistake(str(problem).rstrip(".")) from problem


def _show(reading: "Reading", fresh: list[tuple["TicketDraft", "Organisation | None"]], before: int) -> None:
    """What would go where, and what is left out."""
    typer.echo(f"{reading.product}: {len(reading.drafts)} tickets can be read, {before} of them are there already.")
    placed = [(draft, place) for draft, place in fresh if place is not None]
    for name, count in Counter(place.name for _, place in placed).items():
        typer.echo(f"  + {name}: {count} tickets")
    said = [message for draft, _ in placed for message in draft.messages]
    people = {draft.requester.address for draft, _ in placed if draft.requester.address}
    files = sum(len(each.parts) for each in said)
    typer.echo(f"  {len(said)} messages, {files} attachments, {len(people)} people who asked")
    for draft, place in fresh:
        if place is None:
            whose = draft.organisation or draft.requester.address or "nobody named"
            typer.echo(f"  x {draft.number}: no client is chosen for {whose} (see --map)")
    from mainstay.desk.actions.importing import owners_left_out

    for each in (*reading.left_out, *owners_left_out(draft for draft, _ in placed)):
        typer.echo(f"  {'x' if each.is_whole else '-'} {each.ticket or 'the file'}: {each.what}: {each.why}")
