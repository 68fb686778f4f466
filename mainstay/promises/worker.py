"""Keeps verdicts every five minutes and forecasts every hour; reminds account managers once a day."""

from datetime import datetime, timedelta

from django.db.models import Q

from mainstay.clients.models import Organisation
from mainstay.common.facts import Process
from mainstay.common.jobs import periodic, task
from mainstay.promises import actions, forecasts, reminders, warnings

BATCH = 50
"""Clients judged in one transaction: enough to share queries, few enough to keep the write lock short."""

FORECASTS, TURNS_MAX = 100, 20
"""Websites in one transaction, and transactions in one turn: ten thousand websites are done in half an hour."""

CONCERNED_MAX = 2_000

REMINDED = 200
"""Clients that are looked at in one transaction."""

REMINDED_AFTER = timedelta(hours=5)
"""The day of the job begins at midnight UTC; in Europe it is then between 5 and 8 in the morning."""

CLIENTS_SERVED = Q(is_active=True)


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


@periodic(every=timedelta(days=1), queue="bulk")
def begin_reminding(at: datetime) -> None:
    """Once a day, at an hour at which the letters lie on top of the morning's mail."""
    remind_managers.using(run_after=at + REMINDED_AFTER, key="remind").enqueue()


@task(queue="bulk", max_attempts=3)
def remind_managers(at: datetime) -> None:
    """Look at all clients, in bounded turns, and then tell each person once."""
    last = 0
    while clients := list(Organisation.objects.filter(CLIENTS_SERVED, pk__gt=last).order_by("pk")[:REMINDED]):
        reminders.remind(clients=clients, at=at)
        last = clients[-1].pk
    reminders.tell_managers(at=at)


@periodic(every=timedelta(minutes=1), queue="bulk")
def warn_of_rates(at: datetime) -> None:
    """Look at the budgets of websites that were down lately; those of all others are looked at with their forecasts."""
    found = warnings.concerned(at, CONCERNED_MAX)
    for start in range(0, len(found), FORECASTS):
        warnings.warn(websites=found[start : start + FORECASTS], at=at)
