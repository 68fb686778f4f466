"""Keeps verdicts, and how all clients stand, every five minutes, and forecasts every hour."""

from datetime import datetime, timedelta

from mainstay.clients.models import Organisation
from mainstay.common.facts import Process
from mainstay.common.jobs import periodic
from mainstay.promises import actions, forecasts, warnings

BATCH = 50
"""Clients judged in one transaction: enough to share queries, few enough to keep the write lock short."""

FORECASTS, TURNS_MAX = 100, 20
"""Websites in one transaction, and transactions in one turn: ten thousand websites are done in half an hour."""

CONCERNED_MAX = 2_000


@periodic(every=timedelta(minutes=5), queue="bulk")
def take_verdicts(at: datetime) -> None:
    """Judge all promises of all organisations that are served, the agency's own too."""
    served = list(Organisation.objects.filter(is_active=True).order_by("pk"))
    for start in range(0, len(served), BATCH):
        actions.take(clients=served[start : start + BATCH], by=Process("promises"), at=at)


@periodic(every=timedelta(minutes=5), queue="bulk")
def refresh_forecasts(at: datetime) -> None:
    """Work out again what is older than an hour, in bounded turns."""
    for _ in range(TURNS_MAX):
        websites = forecasts.stale(at, FORECASTS)
        if not websites:
            return
        forecasts.refresh(websites=websites, at=at)
        warnings.warn(websites=websites, at=at)


@periodic(every=timedelta(minutes=1), queue="bulk")
def warn_of_rates(at: datetime) -> None:
    """Look at the budgets of websites that were down lately; those of all others are looked at with their forecasts."""
    found = warnings.concerned(at, CONCERNED_MAX)
    for start in range(0, len(found), FORECASTS):
        warnings.warn(websites=found[start : start + FORECASTS], at=at)
