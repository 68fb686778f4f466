"""`mainstay keys`: the keys that kept secrets are sealed with."""

from typing import Annotated

import typer

from mainstay.config.cli import processes
from mainstay.config.cli.mistake import Mistake

app = typer.Typer(help="The keys that kept secrets are sealed with.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """The keys that kept secrets are sealed with."""


@app.command("rotate")
def rotate(
    *,
    forget: Annotated[
        bool, typer.Option(help="Remove the older keys when everything is sealed with the new one.")
    ] = False,
) -> None:
    """Make a new key and seal every kept secret with it. Running processes take it up by themselves."""
    processes.set_up()
    from django.utils import timezone  # late: Django must be set up first

    from mainstay.common import resealing, sealed

    try:
        found = resealing.rotate(at=timezone.now(), forget=forget)
    except (sealed.KeysUnreadable, OSError) as problem:
        raise Mistake(str(problem)) from problem
    typer.echo(f"{found.resealed} secrets are sealed with a new key; {sealed.keys_file()} holds {found.kept}.")
    if found.unopened:
        typer.echo(f"{found.unopened} could not be opened by any key, or not be written: older keys were kept.")
