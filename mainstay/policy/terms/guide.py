"""Every term with what a person needs to choose it: its name, its explanation, what it may be, and how it is typed.

The explanations are the comments of `default_terms.toml`; the order and the kinds are those of the shapes.
"""

import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from mainstay.policy.spans import Span
from mainstay.policy.terms.reading import TermsWrong, revive
from mainstay.policy.terms.shapes import Terms, Window
from mainstay.policy.terms.typed import Shape, typed, untyped
from mainstay.policy.terms.writing import plain
from mainstay.policy.week import DAY_NAMES

_TABLE = re.compile(r"\[([\w.]+)\]\s*(?:#\s*(.*))?")
_LINE = re.compile(r"(\w+) = [^#]*(?:#\s*(.*))?")
_TITLES = {
    "support": "Office hours",
    "checking": "How websites are checked",
    "confirmation": "When a website counts as down",
    "frontline": "Frontline support",
    "response": "Response and resolution",
    "attained": "Targets of a month",
    "pause": "What clocks wait for",
    "reopening": "Re-opened tickets",
    "report": "Monthly report",
    "difficulties": "Priority of difficulties",
    "priorities": "Priority by impact and urgency",
    "attack": "Cyber-attacks",
    "updates": "Updates and patches",
    "changes": "Upgrades and fixes",
    "access": "Secure access",
    "partnership": "Updates to the client’s IT team",
}
_LABELS = {
    "downtime.clock": "Hours that count",
    "downtime.excluded": "Causes that are not charged",
    "downtime.exclusion_needs_consent": "An exclusion needs the client’s consent",
    "downtime.figure": "Figure that is judged",
    "downtime.unknown_excess": "Unknown time past it",
    "checking.every": "A check every",
    "checking.rechecks": "Checks again after",
    "confirmation.failures": "Failed checks",
    "confirmation.places": "Places that agree",
    "confirmation.successes": "Good checks to be up again",
    "warnings.burn": "Rates of use",
    "attained.first": "First answers in time, per cent",
    "attained.resolution": "Resolutions in time, per cent",
    "pause.first": "The first answer waits for",
    "pause.resolution": "The resolution waits for",
    "reopening.within": "The same ticket within",
    "report.due_working_day": "Issued by working day",
    "registration.is_open": "Open to everybody",
    "registration.link_uses": "Times that a link works",
    "access.mfa_for": "Second factor for",
    "backups.every": "A backup every",
}
"""Where the key by itself would say too little."""

_WORDS = {"mfa": "second factor", "gdpr": "GDPR", "it": "IT", **DAY_NAMES}


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term. `usual` is its plain default value; `shape` says how it is typed, `choices` what it chooses from."""

    path: str
    label: str
    about: str
    shape: Shape
    choices: tuple[str, ...]
    kind: Any
    limits: Mapping[str, Any]
    usual: Any

    def typed(self, value: Any) -> Any:
        """A plain value as a form holds it: a text, or a list of words where several can be chosen."""
        return value.replace("_", " ") if value in self._absent else typed(self.shape, value)

    def read(self, given: Any) -> Any:
        """The plain value of what was typed.

        Raises:
            TermsWrong: the term cannot have it; the message says why.
        """
        value = untyped(self.shape, given, self.path)
        if isinstance(value, str) and value.replace(" ", "_") in self._absent:
            return value.replace(" ", "_")
        return plain(revive(self.kind, value, self.path, self.limits))

    def said(self, value: Any) -> str:
        """A plain value in one line, for people."""
        found = typed(self.shape, value)
        if isinstance(found, list):
            return ", ".join(each.replace("_", " ") for each in found) or "none"
        return found.replace("_", " ").replace("\n", "; ") or "none"

    @property
    def _absent(self) -> tuple[Any, ...]:
        return (self.limits["absent"],) if "absent" in self.limits else ()


@dataclass(frozen=True, kw_only=True)
class Group:
    """Terms that belong together: a table of the default file."""

    key: str
    title: str
    about: str
    terms: tuple[Term, ...]


@cache
def groups() -> tuple[Group, ...]:
    """All terms, in the order of the shapes."""
    about, usual = _explained(), _usual()
    hints = typing.get_type_hints(Terms)
    return tuple(
        Group(
            key=each.name,
            title=_TITLES.get(each.name, _humanised(each.name).capitalize()),
            about=about.get(each.name, ""),
            terms=tuple(_terms(hints[each.name], usual[each.name], each.name, {}, about)),
        )
        for each in fields(Terms)
    )


@cache
def term(path: str) -> Term:
    """The term at `path`. Raises `KeyError` when there is none."""
    return {each.path: each for group in groups() for each in group.terms}[path]


def at(content: Mapping[str, Any], path: str) -> Any:
    """The plain value at a key path of terms in full."""
    found: Any = content
    for key in path.split("."):
        found = found[key]
    return found


def put(content: dict[str, Any], path: str, value: Any) -> None:
    """Set the plain value at a key path, making the tables above it."""
    *above, last = path.split(".")
    for key in above:
        content = content.setdefault(key, {})
    content[last] = value


def whose(key: str) -> str:
    """The path of the term that an error's key lies in: of `escalation.steps[1].percent` it is `escalation.steps`."""
    paths = [each.path for group in groups() for each in group.terms]
    return next((path for path in paths if re.match(re.escape(path) + r"(?![\w])", key)), "")


def _terms(kind: Any, usual: Any, path: str, limits: Mapping[str, Any], about: Mapping[str, str]) -> Iterator[Term]:
    if is_dataclass(kind) and kind is not Span:
        hints = typing.get_type_hints(kind)
        for each in fields(kind):
            yield from _terms(hints[each.name], usual[each.name], f"{path}.{each.name}", each.metadata, about)
        return
    inner = typing.get_args(kind)
    if _is_table(kind) and inner[0] is not date:
        for key in inner[0]:
            yield from _terms(inner[1], usual[key.value], f"{path}.{key.value}", {}, about)
        return
    yield Term(
        path=path,
        label=_label(path),
        about=_about(path, about),
        shape=_shape(kind),
        choices=_choices(kind),
        kind=kind,
        limits=limits,
        usual=usual,
    )


def _about(path: str, about: Mapping[str, str]) -> str:
    """The explanation of the term, else of its table, else of the first table beside it that has one."""
    table, group = path.rpartition(".")[0], path.partition(".")[0]
    beside = (about[each] for each in about if table.startswith(f"{group}.") and each.rpartition(".")[0] == group)
    return about.get(path) or about.get(table) or next((said for said in beside if said), "")


def _is_table(kind: Any) -> bool:
    return typing.get_origin(kind) not in (None, tuple, types.UnionType)


def _shape(kind: Any) -> Shape:
    if _is_word(kind):
        return Shape.CHOICE
    if _is_table(kind):
        return Shape.DATES
    if kind != Window and typing.get_origin(kind) is tuple:
        return _shape_of_list(typing.get_args(kind)[0])
    return {bool: Shape.YES_NO, int: Shape.NUMBER, Window: Shape.WINDOW}.get(kind, Shape.TEXT)


def _is_word(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _shape_of_list(kind: Any) -> Shape:
    if kind == Window:
        return Shape.WINDOWS
    if is_dataclass(kind):
        return Shape.ROWS
    if _is_word(kind):
        return Shape.CHOICES
    return Shape.NUMBERS if kind is int else Shape.TEXTS


def _choices(kind: Any) -> tuple[str, ...]:
    shape = _shape(kind)
    if shape is Shape.CHOICE:
        return tuple(each.value for each in kind)
    return tuple(each.value for each in typing.get_args(kind)[0]) if shape is Shape.CHOICES else ()


def _label(path: str) -> str:
    """`response.P1.first` is `P1: first`; the table is said by its heading."""
    if path in _LABELS:
        return _LABELS[path]
    _, *parts = path.split(".")
    said = ": ".join(_humanised(part) for part in parts if part != "week")
    return said[:1].upper() + said[1:]


def _humanised(key: str) -> str:
    return " ".join(_WORDS.get(part, part) for part in key.split("_"))


@cache
def _usual() -> Mapping[str, Any]:
    from mainstay.policy.terms import default  # late: the package reads this file while it is being imported

    return default().as_dict()


@cache
def _explained() -> Mapping[str, str]:
    """The comments of the default file, by the key path of the table or the term they stand beside."""
    found: dict[str, str] = {}
    table = ""
    for line in Path(__file__).with_name("default_terms.toml").read_text(encoding="utf-8").splitlines():
        if heading := _TABLE.fullmatch(line):
            table = heading[1]
            found[table] = _sentence(heading[2])
        elif entry := _LINE.fullmatch(line):
            found[f"{table}.{entry[1]}"] = _sentence(entry[2])
    return found


def _sentence(text: str | None) -> str:
    said = (text or "").strip()
    return f"{said[:1].upper()}{said[1:]}." if said else ""


__all__ = ["Group", "Term", "TermsWrong", "at", "groups", "put", "term", "whose"]
