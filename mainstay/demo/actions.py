"""Breaking and healing a live demo website."""

from typing import Any

from django.db import transaction

from mainstay.demo.facts import Mode, modes_of
from mainstay.demo.models import LiveSite


class ModeImpossible(ValueError):
    """The website cannot be broken in this way."""


@transaction.atomic
def set_mode(*, site: LiveSite, mode: Mode, by: Any, at: Any) -> None:
    """Let the live website behave as `mode` from now on."""
    if mode not in modes_of(site.scheme):
        raise ModeImpossible(f"{site.title} speaks {site.scheme}: {mode} is not possible")
    LiveSite.objects.filter(pk=site.pk).update(mode=mode)
