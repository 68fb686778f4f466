"""Small pieces of sentences that several rules share."""

from collections.abc import Iterable
from datetime import date


def percent(basis_points: int) -> str:
    """Basis points as people read them, never rounded up: 9,999 is 99.99 %."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole} %" if not rest else f"{whole}.{rest:02d}".rstrip("0") + " %"


def count(number: int, one: str, many: str = "") -> str:
    """`1 ticket`, `3 tickets`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def on(day: date) -> str:
    """A date as 14 February 2027."""
    return f"{day.day} {day:%B %Y}"
