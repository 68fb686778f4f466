"""Work is planned: the ledger says whether the downtime budget of each website it concerns can pay for it.

Planned work counts as downtime, unless the agreement excludes it and the client was told in time. Looked at are the
year that runs, the one after it, and that of a single window further ahead; for rolling years the 365 days to come.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from mainstay.clients.models import MaintenanceWindow, Organisation, Website, WindowSeries
from mainstay.clients.planning import Shortfall
from mainstay.clients.queries import PlannedWork, planned
from mainstay.policy import planning
from mainstay.policy.durations import say
from mainstay.policy.hours import OfficeHours
from mainstay.policy.ledger import Window, agreed
from mainstay.policy.planning import Share, Work
from mainstay.policy.terms.words import DowntimeClock, YearKind
from mainstay.policy.year import ROLLING, Period
from mainstay.watch import queries as watch
from mainstay.watch.queries.agreed import Agreed, agreed_with

SECOND = timedelta(seconds=1)


def window_asks_the_ledger(
    client: Organisation, new: MaintenanceWindow | WindowSeries, at: datetime
) -> Shortfall | None:
    """The first website whose budget cannot pay for all that is planned for it, where `new` has a part in that."""
    websites = client.websites.filter(is_active=True).order_by("name", "pk")
    concerned = list(websites if new.website_id is None else websites.filter(pk=new.website_id))
    terms = agreed_with([client.pk], at)[client.pk]
    budgets = watch.budgets(concerned, at)
    until = _far(new, at)
    works = planned([client.pk], at, until + ROLLING + timedelta(days=2))
    for website in concerned:
        budget = budgets[website.pk]
        for share in _shares(terms, budget, at, until) if budget is not None else ():
            if (short := _short(website, new, _charged(works, website, terms), share, terms)) is not None:
                return short
    return None


def _far(new: MaintenanceWindow | WindowSeries, at: datetime) -> datetime:
    """An instant of the last year that is looked at."""
    return max(at + ROLLING, new.ends_at) if isinstance(new, MaintenanceWindow) else at + ROLLING


def _shares(terms: Agreed, budget: watch.Budget, at: datetime, until: datetime) -> Iterator[Share]:
    """What lies ahead of this year, the next one and that of `until`, each with the downtime left for it."""
    left = timedelta(seconds=budget.left_s)
    if terms.terms(at).downtime.year is YearKind.ROLLING:
        yield Share(at, at + ROLLING, left)
        return
    yield Share(at, budget.year_end, left)
    ahead = {terms.year(budget.year_end), terms.year(max(until, budget.year_end))}
    for following in sorted(each for each in ahead if each is not None):
        yield Share(following.start, following.end, terms.limit(Period(*following), following.start))


def _charged(works: Iterable[PlannedWork], website: Website, terms: Agreed) -> list[PlannedWork]:
    """The work on `website` that counts as downtime."""
    return [each for each in works if each.website_id in (None, website.pk) and not _is_excluded(each, terms)]


def _is_excluded(work: PlannedWork, terms: Agreed) -> bool:
    downtime = terms.terms(work.starts_at).downtime
    window = Window(work.starts_at, work.ends_at, announced_at=work.announced_at)
    return any(agreed([window], downtime.excluded, downtime.planned_notice, downtime.emergency_notice))


def _short(
    website: Website,
    new: MaintenanceWindow | WindowSeries,
    works: list[PlannedWork],
    share: Share,
    terms: Agreed,
) -> Shortfall | None:
    hours = _charged_hours(terms, share.start)
    own = [_work(each) for each in works if _is_of(each, new)]
    if not planning.planned(own, share, hours):
        return None
    total = planning.planned(map(_work, works), share, hours)
    if total <= share.left:
        return None
    zone = website.client.zone
    return Shortfall(
        website=website.name,
        planned_s=total // SECOND,
        left_s=share.left // SECOND,
        until=share.end.astimezone(zone),
        hints=tuple(_hints(own[0], share, terms)) if isinstance(new, MaintenanceWindow) else (),
    )


def _hints(work: Work, share: Share, terms: Agreed) -> Iterator[str]:
    """When the next year would pay for it, and when it hurts least."""
    following = terms.year(share.end)
    zone = terms.client.zone
    if following is not None and terms.terms(share.start).downtime.year is not YearKind.ROLLING:
        whole = Share(following.start, following.end, terms.limit(Period(*following), following.start))
        moved = Work(following.start, following.start + (work.end - work.start), work.down)
        if planning.cost(moved, whole, _charged_hours(terms, following.start)) <= whole.left:
            begins = following.start.astimezone(zone)
            yield f"The next year has {say(whole.left)} of its own, from {begins:%-d %B %Y} on."
    quiet = planning.quietest(work, _office_hours(terms, share.start), share.start)
    if quiet != work.start:
        yield f"It would meet the fewest office hours on {quiet.astimezone(zone):%A, %-d %B at %H:%M}."


def _office_hours(terms: Agreed, at: datetime) -> OfficeHours:
    agreement = terms.agreement(at)
    holidays = agreement.holidays if agreement else ()
    return terms.terms(at).office_hours(holidays={date.fromisoformat(day) for day in holidays})


def _charged_hours(terms: Agreed, at: datetime) -> OfficeHours | None:
    """When downtime is charged; None for day and night."""
    return _office_hours(terms, at) if terms.terms(at).downtime.clock is DowntimeClock.OFFICE else None


def _is_of(work: PlannedWork, new: MaintenanceWindow | WindowSeries) -> bool:
    return (work.series_id if isinstance(new, WindowSeries) else work.window_id) == new.pk


def _work(work: PlannedWork) -> Work:
    return Work(work.starts_at, work.ends_at, work.down)
