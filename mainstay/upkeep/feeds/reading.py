"""Values out of documents that others wrote: of the right type, or nothing."""

from collections.abc import Iterable
from typing import Any


class NotReadable(ValueError):
    """A document that is not what it should be; the message says what is wrong with it."""


def text(value: Any) -> str:
    """A text, or a number as one; else empty."""
    if isinstance(value, str):
        return value.replace("\x00", "").strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def table(value: Any) -> dict[str, Any]:
    """A table, or an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The tables of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, each once."""
    found: Iterable[str] = (text(each) for each in value) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(each for each in found if each))
