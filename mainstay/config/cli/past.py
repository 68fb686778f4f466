"""`mainstay history import` and `mainstay ledger`: the past brought in, and what any stretch of time comes to."""

import json
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from mainstay.config.cli.mistake import Mistake

if TYPE_CHECKING:
    from mainstay.clients.models import Website
    from mainstay.watch.actions import PastPlan
    from mainstay.watch.past import Gathered
    from mainstay.watch.queries import Account

app = typer.Typer(help="Bring in what another monitor saw of a website.")

WebsiteName = Annotated[str, typer.Option("--website", help="Name or short name of the website.")]
ClientName = Annotated[str, typer.Option("--client", help="Short name of its client, where two have one of that name.")]


@app.callback()
def history() -> None:
    """Bring in what another monitor saw of a website."""


@app.command("import")
def bring_in(
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON lines or CSV of time, state, HTTP status, milliseconds; Uptime Kuma's kuma.db;"
            " a checkout of an Upptime repository, or its git log -p."
        ),
    ],
    *,
    website: WebsiteName,
    client: ClientName = "",
    monitor: Annotated[str, typer.Option("--monitor", help="Which one, where the file holds several.")] = "",
    time_zone: Annotated[
        str, typer.Option("--time-zone", help="What times without a zone mean, as Europe/London.")
    ] = "",
    vouches: Annotated[
        str, typer.Option("--vouches", help="How long one reading speaks for the time after it at least, as 2 h.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it, and change nothing.")] = False,
) -> None:
    """Put what another monitor saw on record, marked as brought in; list what cannot be taken."""
    found = _website(website, client)
    from django.utils import timezone  # late: Django must be set up first

    from mainstay.common.facts import Process
    from mainstay.watch import actions

    gathered = _read(file, _zone(time_zone), monitor)
    now = timezone.now()
    try:
        plan = actions.plan_past(website=found, readings=gathered.readings, vouches_for=_duration(vouches), at=now)
        _show(gathered, plan)
        if dry_run:
            typer.echo("Nothing was changed: this was a dry run.")
            return
        name = f"Brought in from {file.name}"
        brought = actions.bring_past(plan=plan, name=name, by=Process("command line"), at=now)
    except actions.PastRefused as problem:
        raise Mistake(f"nothing was brought in: {problem}") from problem
    typer.echo("Brought in." if brought is not None else "These very readings are on record already: nothing changed.")


def ledger(
    *,
    website: WebsiteName,
    from_: Annotated[str, typer.Option("--from", help="The first day, as 2026-01-01, or an instant with its zone.")],
    to: Annotated[str, typer.Option("--to", help="The day, or instant, up to which is counted: itself not counted.")],
    client: ClientName = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """What each second of a stretch of time was: up, degraded, down, unknown, outside. Days are the agreement's."""
    found = _website(website, client)
    from django.utils import timezone  # late: Django must be set up first

    from mainstay.watch import queries

    zone = queries.zone_of(found, timezone.now())
    start, end = _instant(from_, zone, "--from"), _instant(to, zone, "--to")
    if end <= start:
        raise Mistake("--to must be later than --from")
    account = queries.account(found, start, end, timezone.now())
    if as_json:
        typer.echo(json.dumps(account.as_dict(), indent=1))
    else:
        _print(account)


def _website(name: str, client: str) -> "Website":
    from mainstay.config.cli import processes  # late: the command line starts without Django

    processes.set_up()
    processes.refuse_unprepared()
    from django.db.models import Q

    from mainstay.clients.models import Website

    found = Website.objects.filter(Q(name__iexact=name) | Q(slug=name)).select_related("client")
    fitting = list(found.filter(client__slug=client) if client else found)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise Mistake(f"there is no website {name!r}" + (f" of {client!r}" if client else ""))
    raise Mistake(f"several websites are called {name!r}: add --client, one of {_clients_of(fitting)}")


def _clients_of(websites: list[Any]) -> str:
    return ", ".join(sorted(each.client.slug for each in websites))


def _read(file: Path, zone: tzinfo | None, monitor: str) -> "Gathered":
    from mainstay.watch import past  # late: the command line starts without it

    try:
        return past.read(file, zone=zone, monitor=monitor)
    except past.FileRefused as problem:
        raise Mistake(f"{file}: {problem}") from problem


def _zone(name: str) -> tzinfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise Mistake(f"there is no time zone {name!r}: write it as Europe/London") from problem


def _duration(text: str) -> timedelta:
    from mainstay.policy.durations import DurationWrong, parse  # late: the command line starts without it

    try:
        return parse(text) if text else timedelta()
    except DurationWrong as problem:
        raise Mistake(f"--vouches: {problem}") from problem


def _instant(text: str, zone: tzinfo, option: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise Mistake(f"{option}: {text!r} is no date: write it as 2026-01-01") from problem
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _show(gathered: "Gathered", plan: "PastPlan") -> None:
    """What is taken, by which rule, and what is not."""
    from mainstay.policy.durations import say  # late: as above

    past, last_at = plan.past, plan.readings[-1].at
    typer.echo(
        f"{len(plan.readings):,} readings from {past.start:%Y-%m-%d %H:%M} to {last_at:%Y-%m-%d %H:%M} UTC,"
        f" {len(past.outages)} outages."
    )
    typer.echo(
        f"Usually {say(past.usual)} apart: one reading speaks for at most {say(past.vouches_for)} after it;"
        " what none speaks for is unknown."
    )
    for many, what in (
        (plan.doubled, "readings share an instant with another: the worst counts"),
        (plan.later, "readings are from when Mainstay watches itself, or from the future: left out"),
        (gathered.left_out, "entries cannot be taken:"),
    ):
        if many:
            typer.echo(f"{many:,} {what}")
    for each in gathered.examples:
        typer.echo(f"  x {each}")
    if gathered.left_out > len(gathered.examples):
        typer.echo(f"  and {gathered.left_out - len(gathered.examples):,} more")


def _print(account: "Account") -> None:
    from mainstay.policy.durations import say  # late: as above

    found = account.as_dict()
    typer.echo(f"{account.website}: {found['from']} to {found['to']}")
    for state, seconds in found["seconds"].items():
        typer.echo(f"  {state.replace('_', ' '):<15}{seconds:>12,} s   {say(seconds)}")
    typer.echo(f"  {'in all':<15}{found['length_s']:>12,} s   {say(found['length_s'])}")
    charged = found["charged"]
    typer.echo(f"Charged: {say(charged['s'])} (at least {say(charged['lower_s'])}, at most {say(charged['upper_s'])})")
    for year in found["years"]:
        used_up = f"used up on {year['used_up_at']}" if year["used_up_at"] else "not used up"
        typer.echo(
            f"Year {year['from']} to {year['to']}: {say(year['charged_s'])} of {say(year['limit_s'])}, {used_up}"
        )
    for each in found["outages"]:
        typer.echo(f"  down {each['from']} to {each['to'] or 'now'}: {say(each['lasted_s'])}. {each['sentence']}")
