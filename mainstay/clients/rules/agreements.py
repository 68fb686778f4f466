"""Decisions about agreements and time, pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from mainstay.policy.week import DAY_NAMES as DAY_NAMES
from mainstay.policy.week import say_week as say_week

REVIEW_EVERY_MONTHS = 3
HOLIDAY_YEARS = 10
"""How many years of holidays are written into an agreement, counted from the year it takes effect."""


def holiday_years(starts_on: date, effective_from: date) -> range:
    """The calendar years whose holidays an agreement needs: its past, and `HOLIDAY_YEARS` ahead."""
    return range(starts_on.year, effective_from.year + HOLIDAY_YEARS + 1)


def month_later(day: date, months: int) -> date:
    """The same day `months` months later, or the last of that month when it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    after = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


def review_dates(starts_on: date, until: date) -> Iterator[date]:
    """When service reviews fall due: each quarter from the start of the contract, up to and including `until`."""
    number = 1
    while (due := month_later(starts_on, REVIEW_EVERY_MONTHS * number)) <= until:
        yield due
        number += 1


def unused_slug(wished: str, taken: Iterable[str], fallback: str) -> str:
    """`wished`, or `fallback` when it is empty, with the first number that makes it differ from all of `taken`."""
    base, used = (wished or fallback)[:50], set(taken)
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in used:
        number += 1
    return slug


def differences(terms: Mapping[str, Any], default: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """The terms that differ from the default, as key path and value."""
    for key, value in terms.items():
        here, usual = f"{path}{key}", default.get(key)
        if isinstance(value, Mapping) and isinstance(usual, Mapping):
            yield from differences(value, usual, f"{here}.")
        elif value != usual:
            yield here, value


def as_toml(found: Iterable[tuple[str, Any]]) -> str:
    """Key paths and values as lines of TOML, which reads back as the same."""
    return "".join(f"{path} = {_toml_value(value)}\n" for path, value in found)


def _toml_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_toml_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml_value(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
