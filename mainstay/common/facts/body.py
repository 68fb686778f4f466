"""What a fact may hold, and how it is written as JSON. Pure."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Protocol
from uuid import UUID

WORD_LIMIT = 200
CODE = re.compile(r"[^\s@\x00-\x1f]*")


class Fact(Protocol):
    """A frozen dataclass that says what happened: `kind` as "area.event", `subject` as "noun:id"."""

    kind: ClassVar[str]

    @property
    def subject(self) -> str: ...


class FactHoldsText(ValueError):
    """A field holds something that could be personal text, or that has no place in a fact."""


@dataclass(frozen=True, slots=True)
class Process:
    """A part of Mainstay that acts by itself, as in `by=Process("watch")`."""

    name: str


def body_of(fact: Fact) -> dict[str, Any]:
    """The fields of `fact` as JSON values.

    Raises:
        FactHoldsText: a text is longer than 200 characters or holds white space or an @: ids, codes, numbers,
            hashes and ISO times only. Personal text belongs in a row that can be erased.
    """
    names = [each.name for each in fields(fact)]  # type: ignore[arg-type]
    return {name: _plain(name, getattr(fact, name)) for name in names if name != "subject"}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return _code(name, value)
    if isinstance(value, tuple | list):
        return [_plain(name, each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(name, each) for each in value), key=str)
    if isinstance(value, dict):
        return {_code(name, str(key)): _plain(name, each) for key, each in value.items()}
    return _scalar(name, value)


def _scalar(name: str, value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise FactHoldsText(f"{name} is a time without a zone")
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise FactHoldsText(f"{name} holds a {type(value).__name__}: ids, codes, numbers and times only")


def _code(name: str, value: str) -> str:
    if len(value) > WORD_LIMIT or not CODE.fullmatch(value):
        raise FactHoldsText(f"{name} holds text: a fact holds ids, codes, numbers and times only")
    return value
