"""A file that may be an inventory."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

import yaml

from mainstay.upkeep.facts import Component


class NotAnInventory(ValueError):
    """A file from which no components can be read."""


@dataclass(frozen=True)
class Inventory:
    """What a file says: its format, and the components, each once."""

    format: str
    components: tuple[Component, ...]


@dataclass(frozen=True)
class Source:
    """A file with its name, read as far as a format asks."""

    name: str
    raw: bytes

    @property
    def base(self) -> str:
        """The file's own name."""
        return PurePosixPath(self.name.replace("\\", "/")).name

    @cached_property
    def text(self) -> str:
        """Its text; bytes that are no UTF-8 are replaced, and a mark at its beginning is taken away."""
        return self.raw.decode("utf-8-sig", errors="replace")

    @cached_property
    def json(self) -> Any:
        """What it holds as JSON; None where it is none."""
        if not self.text.lstrip().startswith(("{", "[")):
            return None
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def toml(self) -> dict[str, Any]:
        """What it holds as TOML."""
        return tomllib.loads(self.text)

    @cached_property
    def yaml(self) -> Any:
        """What it holds as YAML.

        Raises:
            ValueError: it is none.
        """
        try:
            return yaml.load(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # nosec B506 # noqa: S506 - the safe one in C
        except yaml.YAMLError as problem:
            raise ValueError(str(problem).splitlines()[0]) from problem

    def table(self) -> dict[str, Any]:
        """What it holds as JSON where that is a table; else an empty one."""
        return self.json if isinstance(self.json, dict) else {}


@dataclass(frozen=True)
class Format:
    """How files of one kind are known, and read."""

    name: str
    knows: Callable[[Source], bool]
    read: Callable[[Source], list[Component]]
