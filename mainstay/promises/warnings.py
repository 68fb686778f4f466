"""Warning of downtime budgets: each share of the hours and each forecast once a year, a rate of use while it holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from mainstay.clients.models import Website
from mainstay.common import facts
from mainstay.policy.ledger import burning
from mainstay.policy.year import full_year
from mainstay.promises import letters
from mainstay.promises.collect import Bound, scope_of
from mainstay.promises.facts import BudgetWarned, WarningKind
from mainstay.promises.models import BudgetWarning
from mainstay.promises.rules.warning import Standing, due, is_worse, rate_of
from mainstay.watch import queries as watch
from mainstay.watch.models import Outage

PROCESS = facts.Process("promises")
LONGEST = timedelta(days=3)
"""The longest stretch of the default terms; rates over longer ones are found within the hour."""


def concerned(at: datetime, at_most: int) -> list[Website]:
    """Websites whose rate of use may have changed: with an outage that goes on or is not long over, or a warning."""
    lately = Outage.objects.valid().filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at - LONGEST))
    going = BudgetWarning.objects.going().values("website")
    served = Website.objects.filter(is_active=True, client__is_active=True)
    found = served.filter(Q(pk__in=lately.values("website")) | Q(pk__in=going))
    return list(found.select_related("client").order_by("pk")[:at_most])


@transaction.atomic
def warn(*, websites: Sequence[Website], at: datetime) -> int:
    """Warn of what is to be warned of at `at`, and end rates that hold no more. Returns how many warnings there are."""
    budgets, ledgers = watch.budgets(websites, at), watch.year_ledgers(websites, at)
    bounds = scope_of({each.client for each in websites}, at).bounds
    said = _said(websites)
    going = {each.website_id: each for each in BudgetWarning.objects.going().filter(website__in=websites)}
    made = 0
    for website in websites:
        budget, ledger, bound = budgets[website.pk], ledgers[website.pk], bounds.get(website.client_id)
        if budget is None or ledger is None or bound is None:
            continue
        rules, limit = bound.terms.warnings, bound.terms.downtime.limit
        standing = Standing(
            limit_s=budget.limit_s,
            charged_s=budget.charged_s,
            forecast_s=budget.forecast_s,
            burning=burning(ledger, at, rules.burn, limit, _full_year(bound, at)),
        )
        for each in due(standing, rules, said[website.pk, budget.year_start]):
            _say(website, budget, each.kind, each.value, at, is_told=each.is_told)
            made += 1
        made += _settle_rate(website, budget, rate_of(standing.burning), going.get(website.pk), at)
    return made


def warnings_of(website: Website, since: datetime) -> list[BudgetWarning]:
    """What was told of a website's budget since the beginning of its year, the oldest first; rates while they hold."""
    rows = BudgetWarning.objects.filter(website=website, year_start__gte=since, is_told=True)
    return list(rows.filter(~Q(kind=WarningKind.BURN) | Q(ended_at__isnull=True)))


def _settle_rate(
    website: Website, budget: watch.Budget, rate: str, present: BudgetWarning | None, at: datetime
) -> bool:
    """Begin, raise or end the warning of a rate. Whether one was made."""
    grows = is_worse(rate, present.value if present is not None else "")
    if present is not None and (grows or not rate):
        BudgetWarning.objects.filter(pk=present.pk).update(ended_at=at)
    if grows:
        _say(website, budget, WarningKind.BURN, rate, at)
    return grows


def _say(
    website: Website, budget: watch.Budget, kind: WarningKind, value: str, at: datetime, *, is_told: bool = True
) -> None:
    row = BudgetWarning.objects.create(
        client=website.client,
        website=website,
        kind=kind.value,
        value=value,
        year_start=budget.year_start,
        charged_s=budget.charged_s,
        limit_s=budget.limit_s,
        forecast_s=budget.forecast_s,
        said_at=at,
        is_told=is_told,
    )
    fact = BudgetWarned(
        website_id=website.pk,
        warning_id=row.pk,
        warned_of=kind.value,
        value=value,
        charged_s=budget.charged_s,
        limit_s=budget.limit_s,
    )
    facts.record(fact, by=PROCESS, at=at, client=website.client)
    if is_told:
        letters.tell_warned(row, budget, at)


def _said(websites: Iterable[Website]) -> dict[tuple[int, datetime], set[tuple[str, str]]]:
    found: dict[tuple[int, datetime], set[tuple[str, str]]] = defaultdict(set)
    rows = BudgetWarning.objects.filter(website__in=websites).exclude(kind=WarningKind.BURN)
    for website_id, year_start, kind, value in rows.values_list("website", "year_start", "kind", "value"):
        found[website_id, year_start].add((kind, value))
    return found


def _full_year(bound: Bound, at: datetime) -> timedelta:
    agreement = bound.agreement
    return full_year(agreement.starts_on, agreement.zone, at, agreement.month_and_day).length
