"""`mainstay probers`: who may send results from another machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mainstay.common.setting_forms import short_name
from mainstay.config.cli.mistake import Mistake

if TYPE_CHECKING:
    from mainstay.watch.models import RemoteProber

app = typer.Typer(help="Probers on other machines: let one in, list them, withdraw one.")

RELOAD = "Now let the message server read it again: nats-server --signal reload"
Name = Annotated[str, typer.Argument(help="Its name: a-z, 0-9 and -, as in london-1.")]


@app.command("add")
def add(
    name: Name,
    *,
    place: Annotated[str, typer.Option("--place", help="Where it stands: a-z, 0-9 and -, as in london.")],
) -> None:
    """Let a prober in, and print its key, once: only its public half is kept."""
    for what, given in (("the name", name), ("the place", place)):
        if problem := short_name(given):
            raise Mistake(f"{what} {problem}")
    _ready()
    from django.utils import timezone  # late: Django must be set up first

    from mainstay.common.facts import Process
    from mainstay.watch import actions
    from mainstay.watch.bus.credential import Credential

    credential, by = Credential.new(), Process("command line")
    try:
        actions.add_prober(name=name, place=place, public_key=credential.public_key, by=by, at=timezone.now())
    except actions.ProberRefused as problem:
        raise Mistake(str(problem)) from problem
    typer.echo("Settings of the prober's machine. The key is shown this once:")
    typer.echo(f"MAINSTAY_WATCH_PLACE={place}\nMAINSTAY_WATCH_PROBER={name}")
    typer.echo(f"MAINSTAY_NATS_CREDENTIAL={credential.seed}")
    _write_users()


@app.command("withdraw")
def withdraw(name: Name) -> None:
    """Let a prober in no more. What it sends from now on is refused at once, whether it is still connected or not."""
    _ready()
    from django.utils import timezone  # late: Django must be set up first

    from mainstay.common.facts import Process
    from mainstay.watch import actions

    prober = _named(name)
    if actions.withdraw_prober(prober=prober, by=Process("command line"), at=timezone.now()):
        typer.echo(f"{name} is withdrawn.")
    else:
        typer.echo(f"{name} was withdrawn before.")
    _write_users()


@app.command("list")
def listing() -> None:
    """The probers, and what is known of each."""
    _ready()
    from mainstay.watch.models import RemoteProber  # late: Django must be set up first

    found = list(RemoteProber.objects.all())
    for each in found:
        typer.echo(f"{each.place:<16} {each.name:<24} {_state(each)}")
    if not found:
        typer.echo("There are none: mainstay probers add NAME --place PLACE")


@app.command("nats-config")
def nats_config(
    *,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write; without it, print.")] = None,
) -> None:
    """Write who may sign in at the message server and what each may do, to be included in its configuration."""
    _ready()
    from django.conf import settings  # late: Django must be set up first

    from mainstay.watch.bus import access
    from mainstay.watch.models import RemoteProber

    centre = access.credential_of(settings.MAINSTAY)
    if out is None:
        probers = RemoteProber.objects.filter(withdrawn_at__isnull=True)
        typer.echo(access.users_file(centre, probers), nl=False)
    else:
        _write(out)


def _ready() -> None:
    from mainstay.config.cli import processes  # late: the command line starts without Django

    processes.set_up()
    processes.refuse_unprepared()


def _named(name: str) -> "RemoteProber":
    from mainstay.watch.models import RemoteProber  # late: Django must be set up first

    found = RemoteProber.objects.filter(name=name).first()
    if found is None:
        raise Mistake(f"there is no prober {name!r}: see mainstay probers list")
    return found


def _state(prober: "RemoteProber") -> str:
    if prober.withdrawn_at is not None:
        return f"withdrawn {prober.withdrawn_at:%Y-%m-%d %H:%M} UTC"
    if prober.seen_at is None:
        return "never seen"
    clock = f", clock {prober.skew_ms:+d} ms"
    return f"seen {prober.seen_at:%Y-%m-%d %H:%M:%S} UTC, {prober.monitors} monitors, {prober.queued} waiting{clock}"


def _write_users() -> None:
    """Keep the file for the message server up to date, where one is set."""
    from django.conf import settings  # late: Django must be set up first

    if settings.MAINSTAY.nats_users_file:
        _write(Path(settings.MAINSTAY.nats_users_file))
    else:
        typer.echo("Write it for the message server: mainstay probers nats-config --out FILE")


def _write(path: Path) -> None:
    from django.conf import settings  # late: Django must be set up first

    from mainstay.watch.bus import access

    try:
        count = access.write_users(path, access.credential_of(settings.MAINSTAY))
    except OSError as problem:
        raise Mistake(f"{path} cannot be written: {problem.strerror or problem}") from problem
    typer.echo(f"{count} probers written: {path}. {RELOAD}")
