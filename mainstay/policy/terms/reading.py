"""Plain values as terms, guided by the shapes' own types. Every error names its key path."""

import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from mainstay.policy.durations import DurationWrong, parse
from mainstay.policy.instants import ZoneUnknown, find_zone, parse_date
from mainstay.policy.spans import Span, parse_span

_NO_LIMITS: Mapping[str, Any] = {}
_LEAST, _MOST = Decimal("0.001"), Decimal(10_000)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 400


class TermsWrong(ValueError):
    """A term that is unknown, missing, or has a value it cannot have. `key` is its path: `response.P1.first`."""

    def __init__(self, key: str, problem: str) -> None:
        key, problem = _shortened(key), _shortened(problem)
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


def revive(kind: Any, value: Any, key: str, limits: Mapping[str, Any] = _NO_LIMITS) -> Any:
    """`value` as a `kind` (a type of the shapes), checked.

    Raises:
        TermsWrong: it is none.
    """
    if is_dataclass(kind) and kind is not Span:
        return _table(kind, value, key)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        return _maybe(inner[0], value, key, limits)
    if origin is tuple:
        return _list(inner, value, key, limits)
    if origin is not None:
        return _mapping(inner, value, key)
    return _leaf(kind, value, key, limits)


def _table(kind: Any, value: Any, key: str) -> Any:
    given = _keys(value, key)
    hints = _hints(kind)
    _refuse_unknown(given, hints, key)
    found = {}
    for each in fields(kind):
        path = _under(key, each.name)
        if each.name not in given:
            raise TermsWrong(path, "is missing")
        found[each.name] = revive(hints[each.name], given[each.name], path, each.metadata)
    return kind(**found)


def _mapping(inner: tuple[Any, ...], value: Any, key: str) -> Any:
    """A table whose keys are words of an enum, each of them, or dates, any of them."""
    keys, values = inner
    given = _keys(value, key)
    if keys is date:
        return {_date(each, _under(key, each)): revive(values, given[each], _under(key, each)) for each in given}
    names = [each.value for each in keys]
    _refuse_unknown(given, names, key)
    missing = [name for name in names if name not in given]
    if missing:
        raise TermsWrong(_under(key, missing[0]), "is missing")
    return {keys(name): revive(values, given[name], _under(key, name)) for name in names}


def _list(inner: tuple[Any, ...], value: Any, key: str, limits: Mapping[str, Any]) -> Any:
    if not isinstance(value, list | tuple):
        raise TermsWrong(key, f"{value!r} is no list")
    if inner[-1] is Ellipsis:
        return tuple(revive(inner[0], each, f"{key}[{index}]", limits) for index, each in enumerate(value))
    if len(value) != len(inner):
        raise TermsWrong(key, f"{value!r} does not have {len(inner)} entries")
    return tuple(
        revive(kind, each, f"{key}[{index}]") for index, (kind, each) in enumerate(zip(inner, value, strict=True))
    )


def _maybe(kind: Any, value: Any, key: str, limits: Mapping[str, Any]) -> Any:
    return None if value is None or value == limits.get("absent") else revive(kind, value, key)


def _leaf(kind: Any, value: Any, key: str, limits: Mapping[str, Any]) -> Any:
    if kind is bool:
        return _truth(value, key)
    if kind is int:
        return _int(value, key, limits)
    if kind is Decimal:
        return _decimal(value, key)
    if not isinstance(value, str):
        raise TermsWrong(key, f"{value!r} is no text")
    if issubclass(kind, StrEnum):
        return _word(kind, value, key)
    return _text(kind, value, key)


def _text(kind: Any, value: str, key: str) -> Any:
    readers: dict[Any, Callable[[str], Any]] = {timedelta: parse, Span: parse_span, ZoneInfo: find_zone, str: str}
    try:
        return readers[kind](value)
    except (DurationWrong, ZoneUnknown) as problem:
        raise TermsWrong(key, str(problem)) from None


def _truth(value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        raise TermsWrong(key, f"{value!r} is neither true nor false")
    return value


def _int(value: Any, key: str, limits: Mapping[str, Any]) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TermsWrong(key, f"{value!r} is no whole number")
    least, most = limits["least"], limits["most"]
    if not least <= value <= most:
        raise TermsWrong(key, f"{value} is not from {least} to {most}")
    return value


def _decimal(value: Any, key: str) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise TermsWrong(key, f"{value!r} is no number") from None
    if not found.is_finite() or not _LEAST <= found <= _MOST:
        raise TermsWrong(key, f"{value!r} is no number from {_LEAST} to {_MOST}")
    return found


def _word(kind: type[StrEnum], value: str, key: str) -> StrEnum:
    try:
        return kind(value)
    except ValueError:
        raise TermsWrong(key, f"{value!r} is not one of {', '.join(kind)}") from None


def _date(text: Any, key: str) -> date:
    try:
        return parse_date(text)
    except ValueError as problem:
        raise TermsWrong(key, str(problem)) from None


def _keys(value: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TermsWrong(key or "terms", f"{value!r} is no table")
    return value


def _refuse_unknown(given: Mapping[str, Any], known: Any, key: str) -> None:
    for name in given:
        if name not in known:
            raise TermsWrong(_under(key, name), f"is not known: here are {', '.join(known)}")


def _under(key: str, name: object) -> str:
    """The path of `name` in the table `key`; a name that is no bare key is quoted, so that it stays on one line."""
    part = str(name) if _PLAIN_KEY.fullmatch(str(name)) else repr(str(name))
    return f"{key}.{part}" if key else part


def _shortened(text: str) -> str:
    """`text` without its middle where it is too long to read."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
