"""The downtime ledger and budget of websites."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mainstay.clients.models import Website
from mainstay.clients.queries import NoAgreement
from mainstay.policy.instants import micros
from mainstay.policy.ledger import Day, Ledger, Reason
from mainstay.policy.ledger import State as Counted
from mainstay.policy.ledger import budget as budget_of
from mainstay.policy.year import Period
from mainstay.watch.models import Outage as OutageRow
from mainstay.watch.queries.sources import Sources, sources, sources_of_years


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is left of the downtime that a website's year allows. Lengths are in whole seconds.

    `share_of_year` is how much of the year has gone (0 to 1). `forecast_s` is what will have been charged at the
    year's end at the present rate (None: too little was observed); `breaks_at` when that passes the limit, if it
    does. `used_up_at` is when the limit was reached. `lengths_s` are those of the charged stretches that were seen to
    be down, `to_come_s` is what of the year lies ahead and inside the agreement.
    """

    limit_s: int
    charged_s: int
    lower_s: int
    upper_s: int
    excluded_s: int
    unknown_s: int
    observed_s: int
    left_s: int
    share_of_year: float
    forecast_s: int | None
    year_start: datetime
    year_end: datetime
    breaks_at: datetime | None
    used_up_at: datetime | None
    to_come_s: int = 0
    lengths_s: tuple[int, ...] = ()

    @property
    def used_percent(self) -> int:
        """How much is used, in whole per cent."""
        if not self.limit_s:
            return 100 if self.charged_s else 0
        return 100 * self.charged_s // self.limit_s

    @property
    def is_broken(self) -> bool:
        return self.charged_s > self.limit_s


def ledger(website: Website, start: datetime, end: datetime, at: datetime) -> Ledger:
    """[start, end) of a website's live environment, divided by state as known at `at`.

    It is cut out of the ledgers of its whole contract years, so that months add up to their year. Without any
    agreement it is counted by the agency's default terms, which nobody is held to.
    """
    return next(iter(sources([website], start, end, at).values())).ledger(start, end)


@dataclass(frozen=True, slots=True)
class YearOf:
    """A contract year that a stretch of time touches: its limit, what was charged in it, and when it was used up."""

    start: datetime
    end: datetime
    limit_s: int
    charged_s: int
    used_up_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        """As JSON, instants in UTC."""
        return {
            "from": _utc(self.start),
            "to": _utc(self.end),
            "limit_s": self.limit_s,
            "charged_s": self.charged_s,
            "used_up_at": _utc(self.used_up_at) if self.used_up_at else None,
        }


def divided(
    website: Website, start: datetime, end: datetime, at: datetime
) -> tuple[Ledger, tuple[YearOf, ...], tuple[OutageRow, ...]]:
    """The ledger of [start, end), the years that it touches, and the outages that it holds."""
    found = next(iter(sources([website], start, end, at).values()))
    outages = tuple(each for each in found.history.outages if each.started_at < end and (each.ended_at or at) > start)
    return found.ledger(start, end), tuple(_years(found, start, end)), outages


def unknown_before(websites: Iterable[Website], year: Period, until: datetime, at: datetime) -> dict[int, timedelta]:
    """By website: how much of `year`'s allowance for unknown time was used up before `until`, as known at `at`."""
    found = sources(list(websites), year.start, year.end, at)
    return {pk: each.unknown_before(year, until) for pk, each in found.items()}


def budget(website: Website, at: datetime) -> Budget:
    """The downtime budget of the contract year that `at` lies in.

    Raises:
        NoAgreement: no agreement was in force at `at`.
    """
    found = budgets([website], at)[website.pk]
    if found is None:
        raise NoAgreement(f"{website} was under no agreement at {at:%Y-%m-%d %H:%M}")
    return found


def budgets(websites: Iterable[Website], at: datetime) -> dict[int, Budget | None]:
    """The budgets of many websites, in a fixed number of queries; None for one that no agreement holds for."""
    return {each.website.pk: _budget(each, year) if year else None for each, year in sources_of_years(websites, at)}


def year_ledgers(websites: Iterable[Website], at: datetime) -> dict[int, Ledger | None]:
    """The ledgers of the contract years that `at` lies in, in a fixed number of queries; None without an agreement.

    What is closed is taken from its book; the rest is divided from the facts.
    """
    return {each.website.pk: each.of_year(year) if year else None for each, year in sources_of_years(websites, at)}


def closed_ledgers(websites: Sequence[Website], upto: datetime, at: datetime) -> dict[int, Ledger | None]:
    """The ledgers of the same years from the facts alone, up to `upto` and by the terms at `at`: what books hold."""
    return {
        each.website.pk: each.of_year(year, upto) if year and year.start < upto else None
        for each, year in sources_of_years(websites, at, with_books=False)
    }


def days(website: Website, start: datetime, end: datetime, at: datetime) -> tuple[Day, ...]:
    """[start, end) by local days of the client, each with the worst that was seen, and the time charged for it.

    Unknown time stays unknown here, also where the agreement charges what is past its allowance.
    """
    found = ledger(website, start, end, at)
    seen = (
        replace(each, state=Counted.UNKNOWN, reason=Reason.NONE) if each.reason is Reason.UNKNOWN_EXCESS else each
        for each in found.entries
    )
    return replace(found, entries=tuple(seen)).days(website.client.zone)


def _budget(found: Sources, year: Period) -> Budget:
    begins_at = max(year.start, found.begins_at(year))
    ledger = found.of_year(year).within(begins_at, year.end)
    limit = found.agreed.limit(Period(begins_at, year.end), found.at)
    book = budget_of(ledger, limit)
    return Budget(
        limit_s=_s(limit),
        charged_s=_s(book.charged),
        lower_s=_s(book.lower),
        upper_s=_s(book.upper),
        excluded_s=_s(book.excluded),
        unknown_s=_s(book.unknown),
        observed_s=_s(book.observed),
        left_s=_s(book.left),
        share_of_year=_share(year, found.at),
        forecast_s=None if book.forecast is None else _s(book.forecast),
        year_start=year.start,
        year_end=year.end,
        breaks_at=book.breaks_at,
        used_up_at=book.used_up_at,
        to_come_s=_s(ledger.to_come),
        lengths_s=tuple(_s(each) for each in ledger.charged_stretches),
    )


def _years(found: Sources, start: datetime, end: datetime) -> Iterator[YearOf]:
    """The years that [start, end) touches. Time before the contract has none."""
    agreed = found.agreed
    for year in agreed.years(start, end):
        if agreed.begins_at is None or agreed.agreement(year.end - timedelta(microseconds=1)) is not None:
            budget = _budget(found, year)
            yield YearOf(year.start, year.end, budget.limit_s, budget.charged_s, budget.used_up_at)


def _share(year: Period, at: datetime) -> float:
    gone = micros(min(max(at, year.start), year.end)) - micros(year.start)
    return gone / max(1, micros(year.end) - micros(year.start))


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _s(amount: timedelta) -> int:
    return round(amount / timedelta(seconds=1))
