"""Where relying parties stand in the navigation."""

from mainstay.access.facts import Permission
from mainstay.kit.navigation import CONSOLE, register


def start() -> None:
    """Add the entry."""
    register(CONSOLE, "Single sign-on", "console-parties", "log-in", 82, Permission.PARTY_VIEW)
