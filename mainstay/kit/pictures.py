"""Where the parts of the kit's pictures lie: pure geometry, in percent of the width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Part:
    """A stretch of a bar from `x` over `width`, in percent of the bar."""

    name: str
    x: float
    width: float
    seconds: int


@dataclass(frozen=True)
class BudgetPicture:
    """The budget bar: parts one after another, the marks for today's share, forecast, bounds and the limit."""

    parts: tuple[Part, ...]
    today_x: float
    forecast_x: float | None
    forecast_width: float
    bounds: Part
    limit_x: float
    tone: str
    over_s: int


@dataclass(frozen=True)
class Cell:
    """One day of the ribbon; `tone` is its worst state."""

    x: float
    width: float
    day: date
    state: str
    url: str
    label: str


@dataclass(frozen=True)
class RibbonPicture:
    """The cells of the ribbon, the first day of each month as a mark, and the days as a table."""

    cells: tuple[Cell, ...]
    months: tuple[tuple[float, str], ...]


AT_RISK_SHARE = 0.75


def budget(given: Any) -> BudgetPicture:
    """The picture of a downtime budget.

    `given` has, in seconds: limit_s, charged_s, lower_s, upper_s, excluded_s, unknown_s, forecast_s (None: not known);
    and share_of_year from 0 to 1. The bar is as long as the limit, or as what is beyond it.
    """
    forecast = given.forecast_s or 0
    whole = max(
        given.limit_s, given.charged_s + given.unknown_s + given.excluded_s, min(forecast, given.limit_s * 2), 1
    )

    def share(seconds: float) -> float:
        return round(100 * seconds / whole, 3)

    charged, unknown, excluded = share(given.charged_s), share(given.unknown_s), share(given.excluded_s)
    parts = (
        Part("charged", 0, charged, given.charged_s),
        Part("unknown", charged, unknown, given.unknown_s),
        Part("excluded", charged + unknown, excluded, given.excluded_s),
    )
    lower, upper = share(given.lower_s), share(given.upper_s)
    return BudgetPicture(
        parts=parts,
        today_x=share(given.limit_s * min(1.0, given.share_of_year)),
        forecast_x=charged if forecast > given.charged_s else None,
        forecast_width=max(0.0, min(share(forecast), 100.0) - charged),
        bounds=Part("bounds", lower, max(0.0, upper - lower), given.upper_s - given.lower_s),
        limit_x=share(given.limit_s),
        tone=_tone(given),
        over_s=max(0, given.charged_s - given.limit_s),
    )


def ribbon(days: Iterable[Any]) -> RibbonPicture:
    """The picture of a year: each of `days` has `day`, `state`, and perhaps `url` and `label`."""
    found = [_day(each) for each in days]
    width = 100 / max(1, len(found))
    cells = tuple(
        Cell(round(n * width, 3), round(width * 0.86, 3), day, state, url, label)
        for n, (day, state, url, label) in enumerate(found)
    )
    firsts = [(cell.x, f"{cell.day:%b}") for cell in cells if cell.day.day == 1]
    return RibbonPicture(cells, tuple(firsts))


def trend(verdicts: Sequence[Any]) -> list[dict[str, Any]]:
    """Cells of a promise's trend, oldest first, on a line of twelve."""
    found = list(verdicts)[-12:]
    start = 12 - len(found)
    return [{"x": (start + n) * 8, "verdict": str(each)} for n, each in enumerate(found)]


def _tone(given: Any) -> str:
    if given.charged_s > given.limit_s:
        return "bad"
    at_risk = given.charged_s >= AT_RISK_SHARE * given.limit_s or (given.forecast_s or 0) > given.limit_s
    return "warning" if at_risk else "good"


def _day(each: Any) -> tuple[date, str, str, str]:
    def read(name: str) -> Any:
        return each.get(name) if isinstance(each, dict) else getattr(each, name, None)

    state = str(read("state") or "unknown")
    day = read("day")
    return day, state, str(read("url") or ""), str(read("label") or f"{day:%-d %B %Y}: {state}")
