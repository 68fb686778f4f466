"""Orders that Mainstay has none of its own for, by `univers`; it is imported when one of them is asked for."""

from importlib import import_module
from typing import Any

from mainstay.upkeep.rules.versions.order import NoVersion, Order

CLASSES = {
    "Maven": "MavenVersion",
    "NuGet": "NugetVersion",
    "Hex": "SemverVersion",
    "Alpine": "AlpineLinuxVersion",
    "Rocky Linux": "RpmVersion",
    "AlmaLinux": "RpmVersion",
    "Red Hat": "RpmVersion",
    "openSUSE": "RpmVersion",
}


def by_univers(ecosystem: str) -> Order:
    """The order of one of `CLASSES`."""
    versions = import_module("univers.versions")
    kind = getattr(versions, CLASSES[ecosystem])

    def read(version: str) -> Any:
        try:
            return kind(version)
        except (versions.InvalidVersion, ValueError, TypeError):
            raise NoVersion(version) from None

    return Order(ecosystem, read)
