"""How a term is typed by a person, and back."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from mainstay.policy.terms.reading import TermsWrong

_WINDOW = re.compile(r"\s*([0-9:]+)\s*[–-]\s*([0-9:]+)\s*")
_CLOSED = ("closed", "none", "")


class Shape(StrEnum):
    """What is typed for a term: one line in most cases, one line a row, or a choice."""

    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    TEXTS = "texts"
    NUMBERS = "numbers"
    WINDOW = "window"
    WINDOWS = "windows"
    DATES = "dates"
    ROWS = "rows"


def typed(shape: Shape, value: Any) -> Any:
    """A plain value as it is typed: `09:00–17:30, 18:00–20:00`, `percent 75; tells assignee, team_lead`, `yes`."""
    return _TYPED.get(shape, str)(value)


def untyped(shape: Shape, given: Any, path: str) -> Any:
    """The plain value that was typed; whether the term can have it is for its reader to say.

    Raises:
        TermsWrong: it has not the form that the shape asks for.
    """
    if shape is Shape.CHOICES:
        return list(given)
    text = str(given).replace("\r\n", "\n").strip()
    return _UNTYPED[shape](text, path) if shape in _UNTYPED else text


def _windows_typed(windows: Any) -> str:
    return ", ".join("–".join(each) for each in windows) or "closed"


def _row_typed(row: Mapping[str, Any]) -> str:
    return "; ".join(f"{key} {', '.join(each) if isinstance(each, list) else each}" for key, each in row.items())


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _truth(text: str, path: str) -> bool:
    if text not in ("yes", "no"):
        raise TermsWrong(path, f"{text!r} is neither yes nor no")
    return text == "yes"


def _number(text: str, path: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise TermsWrong(path, f"{text!r} is no whole number")
    return int(text)


def _window(text: str, path: str) -> list[str]:
    found = _WINDOW.fullmatch(text)
    if not found:
        raise TermsWrong(path, f"{text!r} is no window: write it as 09:00–17:30")
    return [found[1], found[2]]


def _windows(text: str, path: str) -> list[list[str]]:
    return [] if text.lower() in _CLOSED else [_window(part, path) for part in text.split(",")]


def _dates(text: str, path: str) -> dict[str, list[list[str]]]:
    found = {}
    for line in (each.strip() for each in text.splitlines() if each.strip()):
        day, _, windows = line.partition(" ")
        found[day] = _windows(windows.strip(), path)
    return found


def _row(line: str, path: str) -> dict[str, Any]:
    """`percent 75; tells assignee, team_lead`: each entry's name and value."""
    found: dict[str, Any] = {}
    for part in line.split(";"):
        key, _, value = part.strip().partition(" ")
        if not value.strip():
            raise TermsWrong(path, f"{part.strip()!r} lacks its value: part a row by ; as it stood")
        found[key] = _cell(key, value.strip())
    return found


def _cell(key: str, value: str) -> Any:
    if key == "percent":
        return int(value) if value.isdigit() else value
    return [each.strip() for each in value.split(",") if each.strip()] if key == "tells" else value


_TYPED: Mapping[Shape, Callable[[Any], Any]] = {
    Shape.YES_NO: lambda value: "yes" if value else "no",
    Shape.CHOICES: list,
    Shape.WINDOW: "–".join,
    Shape.WINDOWS: _windows_typed,
    Shape.DATES: lambda value: "\n".join(f"{day} {_windows_typed(windows)}" for day, windows in value.items()),
    Shape.ROWS: lambda value: "\n".join(_row_typed(row) for row in value),
    Shape.TEXTS: lambda value: ", ".join(str(each) for each in value),
    Shape.NUMBERS: lambda value: ", ".join(str(each) for each in value),
}
_UNTYPED: Mapping[Shape, Callable[[str, str], Any]] = {
    Shape.YES_NO: _truth,
    Shape.NUMBER: _number,
    Shape.WINDOW: _window,
    Shape.WINDOWS: _windows,
    Shape.DATES: _dates,
    Shape.ROWS: lambda text, path: [_row(line, path) for line in text.splitlines() if line.strip()],
    Shape.TEXTS: lambda text, path: _parts(text),
    Shape.NUMBERS: lambda text, path: [_number(each, path) for each in _parts(text)],
}
