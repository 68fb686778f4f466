"""`mainstay lost-device`: the way back in that needs no other administrator, for whoever runs the installation."""

from typing import Annotated

import typer

from mainstay.config.cli.mistake import Mistake


def lost_device(
    email: Annotated[str, typer.Argument(help="The person's e-mail address, as the account has it.")],
) -> None:
    """Mail somebody who lost the second factor, and the recovery codes, the link to sign in without."""
    import django  # late: the command line starts without it

    django.setup()
    from django.utils import timezone  # late: as above

    from mainstay.access import actions
    from mainstay.access.models import User
    from mainstay.common.facts import Process

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise Mistake(f"nobody has an account with the address {email}")
    try:
        actions.start_factor_reset(user=user, by=Process("command-line"), at=timezone.now())
    except actions.NoFactor as problem:
        raise Mistake(str(problem)) from problem
    typer.echo(f"A link was mailed to {user.email}. It works for one hour, once, together with the password.")
