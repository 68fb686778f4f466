"""The terms of an agreement: read, checked, merged onto the default, and written again."""

import json
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from mainstay.policy.terms.checking import check
from mainstay.policy.terms.reading import TermsWrong, revive
from mainstay.policy.terms.shapes import (
    Burn,
    Downtime,
    Escalation,
    Response,
    Step,
    Terms,
)
from mainstay.policy.terms.words import Cause, DowntimeClock, Figure, Priority, Rung, UnknownExcess, YearKind
from mainstay.policy.terms.writing import flat

__all__ = [
    "Burn",
    "Cause",
    "Downtime",
    "DowntimeClock",
    "Escalation",
    "Figure",
    "Priority",
    "Response",
    "Rung",
    "Step",
    "Terms",
    "TermsWrong",
    "UnknownExcess",
    "YearKind",
    "as_dict",
    "default",
    "from_toml",
    "lines",
    "load",
]

DEFAULT_FILE = Path(__file__).with_name("default_terms.toml")


def load(overrides: Mapping[str, Any]) -> Terms:
    """The default terms with `overrides` merged onto them: tables key by key, everything else replaced.

    Raises:
        TermsWrong: a term is unknown or has a value it cannot have; the message begins with its key path.
    """
    if not isinstance(overrides, Mapping):
        raise TermsWrong("terms", f"{overrides!r} is no table")
    try:
        text = json.dumps(overrides, sort_keys=True, default=str)
    except TypeError:
        return _build(overrides)  # a key that JSON cannot hold: the shapes refuse it by name
    except (ValueError, RecursionError):
        raise TermsWrong("terms", "tables lie in tables deeper than any term") from None
    return _load_text(text)


def from_toml(text: str) -> Terms:
    """The terms that a TOML file gives, merged onto the default.

    Raises:
        TermsWrong: the text is no TOML, or a term is wrong.
    """
    if not isinstance(text, str):
        raise TermsWrong("terms", "the file is no text: save it as UTF-8")
    try:
        given = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as problem:  # a number or a nesting beyond reason is no TOMLDecodeError
        raise TermsWrong("terms", f"the file is no TOML: {problem}") from None
    return load(given)


@cache
def default() -> Terms:
    """The terms of an agreement that says nothing else."""
    return load({})


def as_dict(terms: Terms) -> dict[str, Any]:
    """Every term in full, as values that JSON holds; `load` gives the same terms back."""
    return terms.as_dict()


def lines(terms: Terms) -> list[tuple[str, str]]:
    """Every term as its key path and its value in words, in the order of the default file's tables: for print."""
    return list(flat(terms.as_dict()))


@lru_cache(maxsize=256)
def _load_text(text: str) -> Terms:
    return _build(json.loads(text))


def _build(overrides: Mapping[str, Any]) -> Terms:
    terms: Terms = revive(Terms, _merge(_default_content(), overrides), "")
    check(terms)
    return terms


@cache
def _default_content() -> Mapping[str, Any]:
    return tomllib.loads(DEFAULT_FILE.read_text(encoding="utf-8"))


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(under)
    for key, value in over.items():
        below = found.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            found[key] = _merge(below, value)
        else:
            found[key] = value
    return found
