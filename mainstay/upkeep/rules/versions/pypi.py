"""Python's versions (https://packaging.python.org/en/latest/specifications/version-specifiers/), by `packaging`."""

from typing import Any

from packaging.version import InvalidVersion, Version

from mainstay.upkeep.rules.versions.order import NoVersion, Order


def _pypi(version: str) -> Any:
    try:
        return Version(version)
    except InvalidVersion:
        raise NoVersion(version) from None


PYPI = Order("PyPI", _pypi)
