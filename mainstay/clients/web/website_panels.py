"""Further panels on a website's page in the console, given by areas that the page does not know."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from mainstay.clients.models import Website

Panel = Callable[[HttpRequest, Website], SafeString | None]
_panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Let `panel` add something to each website's page, or None where it has nothing to say."""
    if panel not in _panels:
        _panels.append(panel)


def of(request: HttpRequest, website: Website) -> list[SafeString]:
    """What the panels say of `website`."""
    return [said for panel in _panels if (said := panel(request, website)) is not None]
