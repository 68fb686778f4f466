"""Whether planned work can be paid for, told by areas that the clients' pages do not know.

planning.register(check)     check(client, planned, at) gives a Shortfall, or None where the budgets pay for it

The check runs inside the transaction that plans the work, after it was written and while the client's turn is held,
so that two people who plan at once cannot spend the same hours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mainstay.clients.models import MaintenanceWindow, Organisation, WindowSeries
from mainstay.policy.durations import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """More is planned for a website until `until` than its downtime budget has left. `hints` say what would do."""

    website: str
    planned_s: int
    left_s: int
    until: datetime
    hints: tuple[str, ...] = ()

    def __str__(self) -> str:
        figure = f"{say(self.planned_s)} planned, {say(self.left_s)} left"
        said = f"{self.website}: {figure} in the year until {self.until:%-d %B %Y}."
        return " ".join([said, *self.hints])


Check = Callable[[Organisation, MaintenanceWindow | WindowSeries, datetime], Shortfall | None]

_checks: list[Check] = []


def register(check: Check) -> None:
    """Ask `check` of all work that is planned from now on; once, however often it is registered."""
    if check not in _checks:
        _checks.append(check)


def shortfall(client: Organisation, planned: MaintenanceWindow | WindowSeries, at: datetime) -> Shortfall | None:
    """The first that any check finds."""
    found = (each(client, planned, at) for each in _checks)
    return next((each for each in found if each is not None), None)
