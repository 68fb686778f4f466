"""What is left of the downtime that a year allows, and where it is going."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from mainstay.policy.forecast import OBSERVED_LEAST
from mainstay.policy.instants import length, micros, moment, whole
from mainstay.policy.ledger.book import Ledger
from mainstay.policy.ledger.states import State
from mainstay.policy.promises import Verdict
from mainstay.policy.terms import Burn

AT_RISK_PERCENT = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The downtime budget of one year at an instant.

    `left` is never negative. `forecast` is what will have been charged at the year's end if downtime goes on at the
    rate of the time observed so far (None while too little was observed to say), `breaks_at` when it then passes the
    limit, if it does within the year. `used_up_at` is the instant at which the limit was reached. `year_gone_bp` is
    the share of the period gone, in basis points.
    """

    start: datetime
    end: datetime
    at: datetime
    limit: timedelta
    charged: timedelta
    lower: timedelta
    upper: timedelta
    excluded: timedelta
    unknown: timedelta
    observed: timedelta
    left: timedelta
    year_gone_bp: int
    forecast: timedelta | None
    breaks_at: datetime | None
    used_up_at: datetime | None

    @property
    def used_percent(self) -> int:
        """How much is used, in whole per cent, rounded down; of a limit of nothing, 100 as soon as any is charged."""
        if not self.limit:
            return 100 if self.charged else 0
        return 100 * self.charged // self.limit

    @property
    def is_broken(self) -> bool:
        """Whether more was charged than is allowed; using all of it up exactly keeps the promise."""
        return self.charged > self.limit

    def marks_reached(self, percents: Iterable[int]) -> tuple[int, ...]:
        """Of marks such as 25, 50, 75, 90, 100 those that are reached."""
        return tuple(each for each in percents if 100 * self.charged >= each * self.limit and self.charged)

    def verdict(self, at_risk_percent: int = AT_RISK_PERCENT) -> Verdict:
        """Broken above the limit; at risk from `at_risk_percent` on, or when the forecast passes the limit.

        Unproven where nothing was observed, unless time that nobody vouches for has broken it already.
        """
        if self.is_broken:
            return Verdict.BROKEN
        if not self.observed:
            return Verdict.UNPROVEN
        is_far_used = bool(self.marks_reached([at_risk_percent]))
        is_heading_past = self.forecast is not None and self.forecast > self.limit
        return Verdict.AT_RISK if is_far_used or is_heading_past else Verdict.KEPT


def limit_for(limit: timedelta, period: timedelta, full_year: timedelta) -> timedelta:
    """The share of a year's `limit` that a period of a year has; a whole year has it all, and none has more."""
    if period >= full_year:
        return limit
    return length(whole(limit) * whole(period) // whole(full_year))


def budget(ledger: Ledger, limit: timedelta) -> Budget:
    """The budget of a year's ledger. `limit` is that of this period: of a part of a year, see `limit_for`."""
    charged = ledger.charged
    elapsed = micros(ledger.at) - micros(ledger.start)
    forecast = _forecast(ledger)
    return Budget(
        start=ledger.start,
        end=ledger.end,
        at=ledger.at,
        limit=limit,
        charged=charged,
        lower=ledger.lower,
        upper=ledger.upper,
        excluded=ledger.total(State.DOWN_EXCLUDED),
        unknown=ledger.total(State.UNKNOWN),
        observed=ledger.observed,
        left=max(limit - charged, timedelta()),
        year_gone_bp=10_000 * elapsed // max(1, whole(ledger.length)),
        forecast=forecast,
        breaks_at=_breaks_at(ledger, limit, forecast),
        used_up_at=ledger.charged_at(limit) if charged and charged >= limit else None,
    )


def burn_rate(ledger: Ledger, at: datetime, stretch: timedelta, limit: timedelta, full_year: timedelta) -> Decimal:
    """How fast downtime was charged in the `stretch` before `at`; 1 uses a year's `limit` up in exactly a year.

    That is also the rate against the 30-day share of the budget, since both are the same hours a day: 14.4 for an hour
    uses 2 % of thirty days' share (Site Reliability Workbook, "Alerting on SLOs"). `limit` is that of a `full_year`,
    also where the contract year is a part of one. Unknown time past its allowance counts for nothing here: nobody saw
    the website down.
    """
    if not limit:
        return Decimal(0)
    start = moment(micros(at)) - stretch
    part = ledger.within(start, at)
    charged = whole(part.charged - part.unknown_excess)
    return Decimal(charged * whole(full_year)) / Decimal(whole(stretch) * whole(limit))


def burning(
    ledger: Ledger, at: datetime, rules: Iterable[Burn], limit: timedelta, full_year: timedelta
) -> tuple[Burn, ...]:
    """The warnings that hold at `at`: both the long and the short stretch reach the rate."""
    return tuple(
        rule
        for rule in rules
        if all(burn_rate(ledger, at, each, limit, full_year) >= rule.rate for each in (rule.long, rule.short))
    )


def _forecast(ledger: Ledger) -> timedelta | None:
    observed = whole(ledger.observed)
    if observed < whole(OBSERVED_LEAST):
        return None
    return ledger.charged + length(_seen_charged(ledger) * whole(ledger.to_come) // observed)


def _breaks_at(ledger: Ledger, limit: timedelta, forecast: timedelta | None) -> datetime | None:
    """When the limit is passed at the present rate; when it was reached, if it was."""
    charged = ledger.charged
    if charged and charged >= limit:
        return ledger.charged_at(limit)
    rate = _seen_charged(ledger)
    if forecast is None or forecast <= limit or not rate:
        return None
    return moment(micros(ledger.at) + whole(limit - charged) * whole(ledger.observed) // rate)


def _seen_charged(ledger: Ledger) -> int:
    """What was charged because it was seen to be down, without the excess of unknown time."""
    return whole(ledger.charged) - whole(ledger.unknown_excess)
