"""The downtime ledger and budget of websites."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mainstay.clients.models import Website
from mainstay.clients.queries import NoAgreement
from mainstay.policy.instants import micros
from mainstay.policy.ledger import Day, Ledger, Observation, Outage, Reason, Seen, divide
from mainstay.policy.ledger import State as Counted
from mainstay.policy.ledger import budget as budget_of
from mainstay.policy.year import Period
from mainstay.watch.codes import State
from mainstay.watch.models import Outage as OutageRow
from mainstay.watch.queries.agreed import Agreed, agreed_with
from mainstay.watch.queries.history import History, histories

_SEEN = {State.UP: Seen.UP, State.DEGRADED: Seen.DEGRADED, State.UNKNOWN: Seen.UNKNOWN}


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
    account = next(iter(_accounts([website], start, end, at).values()))
    return account.ledger(start, end)


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
    account = next(iter(_accounts([website], start, end, at).values()))
    outages = tuple(each for each in account.history.outages if each.started_at < end and (each.ended_at or at) > start)
    return account.ledger(start, end), tuple(account.years(start, end)), outages


def unknown_before(websites: Iterable[Website], year: Period, until: datetime, at: datetime) -> dict[int, timedelta]:
    """By website: the unknown time of `year` before `until` that counts towards the year's allowance."""
    accounts = _accounts(list(websites), year.start, year.end, at)
    return {pk: account.unknown_before(year, until) for pk, account in accounts.items()}


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
    chosen = list(websites)
    periods = agreed_with({website.client_id for website in chosen}, at)
    years = {website.pk: periods[website.client_id].year(at) for website in chosen}
    known = [year for year in years.values() if year is not None]
    if not known:
        return dict.fromkeys(years)
    accounts = _accounts(chosen, min(each.start for each in known), max(each.end for each in known), at, periods)
    return {pk: accounts[pk].budget(year) if year is not None else None for pk, year in years.items()}


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


@dataclass(frozen=True, slots=True)
class _Account:
    """All that a website's ledgers are made of."""

    website: Website
    agreed: Agreed
    history: History
    at: datetime

    def ledger(self, start: datetime, end: datetime) -> Ledger:
        parts = [self._year(year).within(start, end) for year in self.agreed.years(start, end)]
        entries = tuple(entry for part in parts for entry in part.entries)
        return Ledger(start, end, min(max(self.at, start), end), entries)

    def unknown_before(self, year: Period, until: datetime) -> timedelta:
        """The unknown time of `year` before `until` that could be charged: what an outage of that time would be."""
        rules = replace(self.agreed.rules(year, begins_at=year.start, at=self.at), unknown_allowance=None)
        exclusions = list(self.agreed.exclusions(self.website.pk, year))
        book = self._year(year).within(year.start, until)
        unknown = [Outage(each.start, each.end) for each in book.segments if each.state is Counted.UNKNOWN]
        return divide(book.start, book.end, at=book.end, outages=unknown, exclusions=exclusions, rules=rules).charged

    def budget(self, year: Period) -> Budget:
        begins_at = max(year.start, self._begins_at(year))
        found = self._year(year).within(begins_at, year.end)
        limit = self.agreed.limit(Period(begins_at, year.end), self.at)
        book = budget_of(found, limit)
        return Budget(
            limit_s=_s(limit),
            charged_s=_s(book.charged),
            lower_s=_s(book.lower),
            upper_s=_s(book.upper),
            excluded_s=_s(book.excluded),
            unknown_s=_s(book.unknown),
            observed_s=_s(found.observed),
            left_s=_s(book.left),
            share_of_year=_share(year, self.at),
            forecast_s=None if book.forecast is None else _s(book.forecast),
            year_start=year.start,
            year_end=year.end,
            breaks_at=book.breaks_at,
            used_up_at=book.used_up_at,
            to_come_s=_s(found.to_come),
            lengths_s=tuple(_s(each) for each in found.charged_stretches),
        )

    def years(self, start: datetime, end: datetime) -> Iterator[YearOf]:
        """The years that [start, end) touches. Time before the contract has none."""
        for year in self.agreed.years(start, end):
            if (
                self.agreed.begins_at is not None
                and self.agreed.agreement(year.end - timedelta(microseconds=1)) is None
            ):
                continue
            found = self.budget(year)
            yield YearOf(year.start, year.end, found.limit_s, found.charged_s, found.used_up_at)

    def _year(self, year: Period) -> Ledger:
        return divide(
            year.start,
            year.end,
            at=self.at,
            observations=self._observations(year),
            outages=[_outage(each) for each in self.history.outages],
            exclusions=self.agreed.exclusions(self.website.pk, year),
            rules=self.agreed.rules(year, begins_at=self._begins_at(year), at=self.at),
        )

    def _begins_at(self, year: Period) -> datetime:
        """A website is under the agreement from the day on that it is looked after, or that its past was brought in."""
        looked_after = min(self.website.created_at, self.history.past_from or self.website.created_at)
        return max(self.agreed.begins_at or year.start, looked_after)

    def _observations(self, year: Period) -> Iterator[Observation]:
        for stretch in self.history.stretches(year.start, year.end):
            if stretch.state in _SEEN:
                yield Observation(stretch.start, stretch.end, _SEEN[stretch.state])


def _accounts(
    websites: list[Website],
    start: datetime,
    end: datetime,
    at: datetime,
    agreed: dict[int, Agreed] | None = None,
) -> dict[int, _Account]:
    """What the ledgers of `websites` over the whole years around [start, end) are made of, in a few queries."""
    agreed = agreed or agreed_with({website.client_id for website in websites}, at)
    years = [year for each in agreed.values() for year in each.years(start, end)]
    first, last = min(year.start for year in years), max(year.end for year in years)
    seen = histories(websites, first, last, at)
    return {each.pk: _Account(each, agreed[each.client_id], seen[each.pk], at) for each in websites}


def _outage(row: OutageRow) -> Outage:
    return Outage(row.started_at, row.ended_at, row.started_after, row.ended_after)


def _share(year: Period, at: datetime) -> float:
    gone = micros(min(max(at, year.start), year.end)) - micros(year.start)
    return gone / max(1, micros(year.end) - micros(year.start))


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _s(amount: timedelta) -> int:
    return round(amount / timedelta(seconds=1))
