"""What the gallery shows: each component in its states, with made-up figures."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mainstay.kit.charts import Point, line_chart
from mainstay.policy.remaining import Remaining

HOUR = 3600


@dataclass(frozen=True)
class Budget:
    """A budget as the bar wants it, in seconds."""

    charged_s: int
    unknown_s: int = 0
    excluded_s: int = 0
    forecast_s: int | None = None
    share_of_year: float = 0.5
    limit_s: int = 40 * HOUR

    @property
    def lower_s(self) -> int:
        return int(self.charged_s * 0.95)

    @property
    def upper_s(self) -> int:
        return int(self.charged_s * 1.04)

    @property
    def left_s(self) -> int:
        return self.limit_s - self.charged_s


@dataclass(frozen=True)
class Clock:
    """A clock as the chip wants it."""

    label: str
    remaining: Remaining

    @property
    def state(self) -> str:
        return self.remaining.state

    @property
    def due_at(self) -> datetime | None:
        return self.remaining.due_at


def samples() -> dict[str, Any]:
    """The context of the gallery."""
    at = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)
    return {
        "at": at,
        "verdicts": ("kept", "at_risk", "broken", "unproven", "planned"),
        "states": ("up", "degraded", "down", "unknown"),
        "budgets": _budgets(),
        "days": _days(),
        "clocks": _clocks(at),
        "promise": _promise(at),
        "person": _person(),
        "chart": _chart(at),
        "tabs": [
            {"label": "Open", "url": "#open", "is_current": True, "count": 12},
            {"label": "Waiting", "url": "#waiting", "is_current": False, "count": 3},
        ],
    }


def _budgets() -> list[Budget]:
    return [
        Budget(8 * HOUR + 2400, unknown_s=HOUR, forecast_s=16 * HOUR),
        Budget(31 * HOUR, excluded_s=3 * HOUR, forecast_s=44 * HOUR, share_of_year=0.7),
        Budget(46 * HOUR, unknown_s=2 * HOUR, forecast_s=60 * HOUR, share_of_year=0.8),
        Budget(0, forecast_s=0, share_of_year=0.02),
    ]


def _days() -> list[dict[str, Any]]:
    odd = {40: "down", 41: "degraded", 90: "unknown", 91: "unknown", 140: "down", 200: "degraded"}
    first = date(2025, 9, 1)
    return [{"day": first + timedelta(days=n), "state": odd.get(n, "up") if n < 250 else "to_come"} for n in range(365)]


def _clocks(at: datetime) -> list[Clock]:
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    return [
        Clock("First response", Remaining(state="running", left=95 * minute, in_office=True, due_at=at)),
        Clock("First response", Remaining(state="at_risk", left=12 * minute, due_at=at)),
        Clock("Resolution", Remaining(state="late", left=-40 * minute, in_office=True, due_at=at)),
        Clock("Resolution", Remaining(state="paused", left=3 * hour, paused_at=at, waits_for="client")),
        Clock("First response", Remaining(state="met", left=hour, done_at=at)),
        Clock("Resolution", Remaining(state="missed", left=-hour, done_at=at)),
    ]


def _promise(at: datetime) -> dict[str, Any]:
    return {
        "clause_id": "S2",
        "title": "At most 40 hours of downtime a year",
        "text": "Responsive support availability during usual office hours to ensure maximum uptime of the website.",
        "verdict": "at_risk",
        "actual": "31 h",
        "target": "40 h a year",
        "since": at,
        "sentence": "The website was down for 31 h of the 40 h that the year allows.",
        "would_break": "At the present rate the hours are used up on 14 February.",
        "trend": ("kept", "kept", "kept", "unproven", "kept", "at_risk", "at_risk"),
    }


def _person() -> dict[str, Any]:
    return {
        "role": "Your account manager",
        "name": "Tom Okafor",
        "initials": "TO",
        "portrait_url": "",
        "phone": "+44 1632 960 101",
        "email": "tom@harbour.example",
        "hours": "Monday to Friday, 09:00 to 17:30",
        "deputy": "Priya Nair",
    }


def _chart(at: datetime) -> Any:
    values = [180, 190, 240, 260, 310, 290, None, None, 270, 240, 230, 200]
    points = [Point(at + timedelta(hours=n), (value, value * 1.8 if value else None)) for n, value in enumerate(values)]
    return line_chart(
        points,
        names=("median", "95 of 100"),
        unit="ms",
        title="Response times",
        description="Median and 95th percentile over twelve hours, with two hours unknown.",
        labels=[(point.at, f"{point.at:%H:%M}") for point in points],
    )
