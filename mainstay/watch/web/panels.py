"""Panels about one website, for the composed pages of console and portal.

context = {**panels.website(website, now), …}
{% include "watch/panels/ribbon.html" %}
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.safestring import SafeString

from mainstay.clients.models import Website
from mainstay.kit.charts import Point, line_chart
from mainstay.policy.ledger import Day
from mainstay.policy.ledger import State as Counted
from mainstay.watch import queries
from mainstay.watch.queries import ResponseTime

RESPONSE_DAYS = 7
OUTAGES_SHOWN = 10
UNBELIEVED_SHOWN = 10
YEAR = timedelta(days=365)

_SHOWN = {
    Counted.UP: "up",
    Counted.DEGRADED: "degraded",
    Counted.DOWN_CHARGED: "down",
    Counted.DOWN_EXCLUDED: "down",
    Counted.UNKNOWN: "unknown",
    Counted.OUTSIDE: "outside",
    None: "outside",
}


@dataclass(frozen=True, slots=True)
class RibbonDay:
    """One cell of the year ribbon."""

    day: date
    state: str


def website(shown: Website, at: datetime, *, client: bool = False) -> dict[str, Any]:
    """Everything the panels need. For a client (`client=True`) monitors are left out."""
    found = queries.budgets([shown], at)[shown.pk]
    start, end = (found.year_start, found.year_end) if found else (at - YEAR, at)
    times = queries.response_times(shown, at - timedelta(days=RESPONSE_DAYS), at)
    return {
        "website": shown,
        "state": queries.state_now([shown], at)[shown.pk].value,
        "budget": found,
        "ribbon_days": [ribbon_day(each) for each in queries.days(shown, start, end, at)],
        "response_chart": response_chart(times),
        "response_times": [each for each in times if each.count],
        "recent_outages": list(queries.outages(shown, start, at).reverse()[:OUTAGES_SHOWN]),
        "unbelieved": [] if client else queries.unbelieved(shown, start, at, UNBELIEVED_SHOWN),
        "monitors": [] if client else queries.monitors_now(shown, at),
    }


def ribbon_day(day: Day) -> RibbonDay:
    """A day of the ledger as the ribbon shows it."""
    return RibbonDay(day.date, _SHOWN[day.worst])


def response_chart(times: list[ResponseTime]) -> SafeString:
    """Half, and 95 of 100, of the answers were at least this fast; hours without an answer are hatched."""
    return line_chart(
        [Point(each.from_at, (each.p50_ms, each.p95_ms)) for each in times],
        names=["half of the answers", "95 of 100 answers"],
        unit="ms",
        title="Response time",
        description="How long the website took to answer, by the hour. The table below holds the same figures.",
        labels=[(each.from_at, f"{each.from_at:%-d %b}") for each in times if each.from_at.hour == 0],
    )
