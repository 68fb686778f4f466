"""What every order of versions is."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

Key = tuple[Any, ...]
KEPT = 100_000
"""Keys that an order remembers: advisories and inventories name the same versions again and again."""


class UnknownOrder(ValueError):
    """Nothing is known of how the versions of an ecosystem follow each other."""

    def __init__(self, ecosystem: str) -> None:
        super().__init__(f"how versions of {ecosystem!r} follow each other is not known")


class NoVersion(ValueError):
    """A text that the ecosystem does not take for a version."""


class Order:
    """Gives each version a key to sort by. What is no version stands before all that are, in the order of its text."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        """`read` gives the key of a version, or raises NoVersion."""
        self.name = name
        self._read = read
        self._key = lru_cache(maxsize=KEPT)(self._worked_out)

    def __call__(self, version: str) -> Key:
        """The key of a version."""
        return self._key(version)

    def _worked_out(self, version: str) -> Key:
        try:
            return (1, self._read(version.strip()))
        except NoVersion:
            return (0, version)

    def is_valid(self, version: str) -> bool:
        """Whether the ecosystem takes the text for a version."""
        return self(version)[0] == 1

    def __repr__(self) -> str:
        return f"Order({self.name})"
