"""Readings as JSON lines or as a table (CSV): time, state, HTTP status, milliseconds. Pure."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mainstay.watch.past.gathering import Raw

NAMES = {
    "at": ("time", "at", "timestamp", "date", "datetime", "checked_at", "created_at", "when"),
    "state": ("state", "status_text", "result", "up", "is_up"),
    "status": ("http_status", "status_code", "http_code", "code", "http", "statuscode"),
    "ms": ("ms", "milliseconds", "response_time", "response_ms", "responsetime", "duration", "ping", "latency_ms"),
}
EITHER = "status"
"""Names the state in some products and the HTTP status in others: the value tells."""

PLAIN = ("at", "state", "status", "ms")
LINE_CHARS_MAX = 100_000
NO_OBJECT = "it is no JSON object and no list of four"


def json_lines(lines: Iterable[str]) -> Iterator[Raw]:
    """One JSON object a line, or one list of four."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"line {number}"
        if len(line) > LINE_CHARS_MAX:
            yield Raw(where, problem=f"it is longer than {LINE_CHARS_MAX:,} characters")
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Raw(where, problem="it is no JSON")
            continue
        yield _of_json(where, value)


def table(lines: Iterable[str]) -> Iterator[Raw]:
    """A table with a line of headings, or without one in the order time, state, HTTP status, milliseconds."""
    kept = iter(lines)
    first = next(kept, "")
    reader = csv.reader(_again(first, kept), delimiter=_delimiter(first))
    columns: list[str] | None = None
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = headings(row)
                if columns is not None:
                    continue
                columns = list(PLAIN)
            yield _of_row(f"line {reader.line_num}", columns, row)
    except csv.Error as problem:
        yield Raw(f"line {reader.line_num}", problem=f"it is no line of a table ({problem})")


def headings(row: list[str]) -> list[str] | None:
    """What each column is; None where the row is no line of headings. A column that is not known is called nothing."""
    names = [cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in row]
    found = [_known(name) for name in names]
    if "at" not in found:
        return None
    if EITHER in names:
        found[names.index(EITHER)] = "state" if "state" not in found else "status"
    return found


def _known(name: str) -> str:
    return next((field for field, words in NAMES.items() if name in words), "")


def _of_row(where: str, columns: list[str], row: list[str]) -> Raw:
    fields: dict[str, Any] = {}
    for name, cell in zip(columns, row, strict=False):
        if name and cell.strip():
            fields.setdefault(name, cell)
    return _either(where, fields)


def _of_json(where: str, value: Any) -> Raw:
    if isinstance(value, list) and len(value) >= len(("at", "state")):
        return _either(where, dict(zip(PLAIN, value, strict=False)))
    if isinstance(value, dict):
        return _either(where, _named(value))
    return Raw(where, problem=NO_OBJECT)


def _named(value: Mapping[str, Any]) -> dict[str, Any]:
    lower = {str(key).strip().lower(): each for key, each in value.items()}
    fields = {
        field: next(lower[word] for word in words if word in lower)
        for field, words in NAMES.items()
        if any(word in lower for word in words)
    }
    if EITHER in lower:
        fields.setdefault("state" if "state" not in fields else "status", lower[EITHER])
    return fields


def _either(where: str, fields: dict[str, Any]) -> Raw:
    """A number of three digits in place of the state is the HTTP status."""
    state = str(fields.get("state", "")).strip()
    if state.isdigit() and len(state) == len("200") and "status" not in fields:
        fields = {**fields, "status": fields["state"], "state": None}
    return Raw(where, fields.get("at"), fields.get("state"), fields.get("status"), fields.get("ms"))


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
