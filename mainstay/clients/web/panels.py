"""Further panels on the console's pages of a client and of a website, given by areas that these pages do not know.

panels.on_website.register(panel)     panel(request, website) gives markup, or None where it has nothing to say
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

Panel = Callable[[HttpRequest, Any], SafeString | None]


class Panels:
    """The panels of one kind of page, in the order in which they were registered."""

    def __init__(self) -> None:
        self._panels: list[Panel] = []

    def register(self, panel: Panel) -> None:
        """Add `panel` once, however often it is registered."""
        if panel not in self._panels:
            self._panels.append(panel)

    def of(self, request: HttpRequest, shown: Any) -> list[SafeString]:
        """What the panels say of `shown`."""
        return [said for panel in self._panels if (said := panel(request, shown)) is not None]


on_client = Panels()
on_website = Panels()
