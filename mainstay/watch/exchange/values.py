"""Values of a file that anybody may have written: each is read as what it should be, or as nothing. Pure."""

import math
import re
from typing import Any

GO_DURATION = re.compile(r"(?:(?:\d{1,12}(?:\.\d{0,9})?|\.\d{1,9})(?:ns|us|µs|ms|s|m|h))+")
GO_PART = re.compile(r"(\d*\.?\d*)(ns|us|µs|ms|s|m|h)")
GO_UNITS_S = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
TRUE = frozenset({"true", "yes", "on", "1"})
NUMBER_MAX = 1e12


def text(value: Any) -> str:
    """The text, or of a number its figures; empty for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value) if abs(value) < NUMBER_MAX else ""
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """The number, also where it is written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and abs(found) < NUMBER_MAX else None


def whole(value: Any) -> int | None:
    """The whole number; None for anything else."""
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


def is_true(value: Any, default: bool = False) -> bool:
    """Whether it says yes; `default` where it says nothing."""
    if value is None or value == "":
        return default
    return value.strip().lower() in TRUE if isinstance(value, str) else bool(value)


def records(value: Any) -> list[Any]:
    """The list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def record(value: Any) -> dict[Any, Any]:
    """The mapping; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def go_seconds(value: Any) -> float | None:
    """A duration as Go writes it (`1h30m`, `500ms`) in seconds; None where it is none."""
    written = text(value).strip()
    if written in ("", "0"):
        return 0.0 if written else None
    if len(written) > 60 or not GO_DURATION.fullmatch(written):
        return None
    return sum(float(amount or 0) * GO_UNITS_S[unit] for amount, unit in GO_PART.findall(written) if amount != ".")
