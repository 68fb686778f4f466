"""Panels about one website, for the composed pages of console and portal.

context = {**panels.website(website, now), …}
{% include "watch/panels/ribbon.html" %}
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mainstay.clients.models import Website
from mainstay.clients.web.panels import Panels
from mainstay.policy.ledger import Day
from mainstay.policy.ledger import State as Counted
from mainstay.watch import queries

on_outage = Panels()
"""What other areas add to an outage's page: panel(request, outage) gives markup, or None for nothing."""

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
    return {
        "website": shown,
        "state": queries.state_now([shown], at)[shown.pk].value,
        "budget": found,
        "ribbon_days": [ribbon_day(each) for each in queries.days(shown, start, end, at)],
        "recent_outages": list(queries.outages(shown, start, at).reverse()[:OUTAGES_SHOWN]),
        "unbelieved": [] if client else queries.unbelieved(shown, start, at, UNBELIEVED_SHOWN),
        "monitors": [] if client else queries.monitors_now(shown, at),
    }


def ribbon_day(day: Day) -> RibbonDay:
    """A day of the ledger as the ribbon shows it."""
    return RibbonDay(day.date, _SHOWN[day.worst])
