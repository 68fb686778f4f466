"""`mainstay demo` and `mainstay init`: how an installation begins."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mainstay.common.listening import answers_http, free_from
from mainstay.common.settings import load
from mainstay.config.cli import processes
from mainstay.config.cli.mistake import Mistake

ANSWERS_WITHIN_S = 60.0


def demo(
    *,
    prepare_only: Annotated[bool, typer.Option(help="Make the demo world and stop.")] = False,
) -> None:
    """Look around: an agency with clients, fourteen months of history, and websites that you can break."""
    _demo_environment()
    processes.set_up()
    from mainstay.config import prepare  # late: Django must be set up first
    from mainstay.demo import world

    if prepare.holds_agency() and not world.is_there():
        raise Mistake("this data folder holds a real installation: choose another with MAINSTAY_DATA for the demo")
    prepare.database()
    _load_world()
    if not prepare_only:
        processes.run_everything((*processes.ROLES, "demo-sites"), started=_welcome)


def demo_sites() -> None:
    """Serve the live demo websites."""
    processes.set_up()
    from mainstay.demo.live.main import run  # late: Django must be set up first

    processes.run_role("demo-sites", run)


def init(
    *,
    agency: Annotated[str, typer.Option(prompt="Name of the agency", help="The name clients know.")],
    name: Annotated[str, typer.Option(prompt="Your name", help="The first administrator.")],
    email: Annotated[str, typer.Option(prompt="Your e-mail address", help="To sign in with.")],
    url: Annotated[
        str, typer.Option(prompt="Address of this installation", help="For example https://care.agency.example")
    ],
    mail_url: Annotated[
        str, typer.Option(help="Outgoing mail, for example smtp://user:password@mail.example:587")
    ] = "",
    support_address: Annotated[str, typer.Option(help="The address at which clients write.")] = "",
    policy: Annotated[
        Path | None, typer.Option(help="A TOML file of terms that differ from the default policy.")
    ] = None,
) -> None:
    """Set a real agency up: settings, database, the agency, its policy and its first administrator."""
    from mainstay.config.first_settings import BeginningRefused, written  # late: the command line starts without it

    try:
        with written(load(), url=url, mail_url=mail_url, support_address=support_address):
            processes.set_up()
            from mainstay.config.beginning import begin  # late: Django must be set up first

            link = begin(agency=agency, name=name, email=email, policy=policy)
    except BeginningRefused as problem:
        raise Mistake(str(problem)) from problem
    typer.echo(f"{agency} is set up. Choose your password within the hour, once: {link}")
    typer.echo("Start everything: mainstay serve    See what is missing: mainstay doctor")


def _demo_environment() -> None:
    """What the demo world needs of the settings, unless the person has said otherwise."""
    mine = load()
    data = mine.data
    os.environ.setdefault("MAINSTAY_DEMO", "yes")
    os.environ.setdefault("MAINSTAY_SECOND_FACTOR", "no")  # its accounts are everybody's
    os.environ.setdefault("MAINSTAY_MAIL_URL", f"file:{data / 'demo' / 'mail'}")
    os.environ.setdefault("MAINSTAY_MAIL_FROM", "Harbour Web Studio <support@harbour.example>")
    os.environ.setdefault("MAINSTAY_MAIL_ADDRESSES", "support@harbour.example")
    os.environ.setdefault("MAINSTAY_WATCH_CA_FILE", str(data / "demo" / "ca.pem"))
    os.environ.setdefault("MAINSTAY_WEB_LISTEN", free_from(mine.web_listen))
    os.environ.setdefault("MAINSTAY_MAIL_LISTEN", mine.mail_listen and free_from(mine.mail_listen))
    os.environ.setdefault("MAINSTAY_URL", f"http://{load().web_listen}")


def _load_world() -> None:
    from django.utils import timezone  # late: Django must be set up first

    from mainstay.demo import world

    if world.is_there():
        return
    console = Console(stderr=True)
    console.print("Making the demo world, which takes about a minute:")
    with console.status("fourteen months of history…"):
        world.load(at=timezone.now(), told=lambda step: console.print(f"  {step}"))


def _welcome() -> None:
    """Say where Mainstay is and who can sign in, once it answers."""
    from django.conf import settings  # late: Django must be set up first

    from mainstay.demo import world

    answers_http(settings.MAINSTAY.web_listen, ANSWERS_WITHIN_S)
    accounts = world.accounts()
    width = max(len(account.email) for account in accounts)
    lines = [f"  {account.email:<{width}}  {account.password}  {account.who}" for account in accounts]
    typer.echo(f"\n  Mainstay is at {settings.MAINSTAY.url}\n\n  Sign in as (address, password, who that is):\n")
    typer.echo("\n".join(lines))
    typer.echo("\n  Break a live website from its page in the console. Stop with Ctrl C.\n")
