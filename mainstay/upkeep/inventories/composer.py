"""`composer.lock`. Drupal's own packages are judged by Drupal's advisories."""

from typing import Any

from mainstay.upkeep.facts import Component, Ecosystem
from mainstay.upkeep.inventories.source import Source


def knows(source: Source) -> bool:
    return source.base == "composer.lock" or ("content-hash" in source.table() and "packages" in source.table())


def read(source: Source) -> list[Component]:
    """What is installed in production; packages for development are not."""
    return [_component(each) for each in source.table()["packages"]]


def _component(package: dict[str, Any]) -> Component:
    name = str(package["name"]).lower()
    ecosystem = Ecosystem.DRUPAL if name.startswith("drupal/") else Ecosystem.PACKAGIST
    return Component(ecosystem, name, str(package["version"]))
