"""Terms as plain values."""

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from mainstay.policy.durations import write
from mainstay.policy.spans import Span


def plain(value: Any) -> Any:
    """`value` as tables, lists, texts, numbers and truth values, so that it can be read again."""
    if is_dataclass(value) and not isinstance(value, Span):
        return {each.name: _named(each, getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return _leaf(value)


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each term's key path and its value in one line, in the order of the shapes: for print."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from flat(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, each in enumerate(value):
            yield from flat(each, f"{path}[{index}]")
    else:
        yield path, _line(value)


def _named(each: Field[Any], value: Any) -> Any:
    return each.metadata.get("absent") if value is None else plain(value)


def _leaf(value: Any) -> Any:
    if isinstance(value, timedelta):
        return write(value)
    if isinstance(value, Span | Decimal):
        return str(value)
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def _line(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join("–".join(each) if isinstance(each, list) else _line(each) for each in value) or "none"
    return str(value)
