"""S2: the downtime budget of each website, from the watch's ledger."""

from collections.abc import Iterator

from mainstay.clients.models import Website
from mainstay.policy.terms import Figure
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import DowntimeFacts, WebsiteDowntime
from mainstay.watch import queries as watch


def collect(scope: Scope) -> Iterator[tuple[int, str, DowntimeFacts]]:
    """The watch's budgets of all websites of all clients, asked for once."""
    every = [website for websites in scope.websites.values() for website in websites]
    budgets = watch.budgets(every, scope.at)
    for bound in scope:
        websites = ((each, budgets[each.pk]) for each in scope.websites[bound.client.pk])
        found = tuple(_downtime(website, budget, bound) for website, budget in websites if budget is not None)
        yield bound.client.pk, "S2", DowntimeFacts(websites=found)


def _downtime(website: Website, budget: watch.Budget, bound: Bound) -> WebsiteDowntime:
    return WebsiteDowntime(
        name=website.name,
        limit_s=budget.limit_s,
        charged_s=_judged_s(budget, bound.terms.downtime.figure),
        lower_s=budget.lower_s,
        upper_s=budget.upper_s,
        unknown_s=budget.unknown_s,
        forecast_s=budget.forecast_s,
        breaks_at=None if budget.breaks_at is None else bound.local(budget.breaks_at),
        observed_s=budget.observed_s,
    )


def _judged_s(budget: watch.Budget, figure: Figure) -> int:
    """The figure of the downtime that the agreement judges by."""
    return {Figure.POINT: budget.charged_s, Figure.LOWER: budget.lower_s, Figure.UPPER: budget.upper_s}[figure]
