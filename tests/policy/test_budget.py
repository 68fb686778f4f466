"""The downtime budget: what is left, where it is heading, and when it is used up."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mainstay.policy import terms
from mainstay.policy.ledger import (
    Budget,
    Ledger,
    Observation,
    Outage,
    Rules,
    budget,
    burn_rate,
    burning,
    divide,
    limit_for,
)
from mainstay.policy.promises import Verdict
from tests.policy.reference import utc

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START, END = utc(2026, 1, 1), utc(2027, 1, 1)
PLAIN = Rules()
LIMIT, FULL = 40 * HOUR, 365 * DAY


def ledger(*hours_down: float, at: timedelta = 73 * DAY, rules: Rules = PLAIN) -> Ledger:
    """A watched year with outages of those lengths, ten days apart from the fifth day on."""
    outages = [
        Outage(START + (5 + 10 * index) * DAY, START + (5 + 10 * index) * DAY + each * HOUR)
        for index, each in enumerate(hours_down)
    ]
    observations = [Observation(START, START + at)]
    return divide(START, END, at=START + at, observations=observations, outages=outages, rules=rules)


def budget_of(*hours_down: float) -> Budget:
    return budget(ledger(*hours_down), LIMIT)


def test_what_is_left_and_where_it_heads() -> None:
    found = budget_of(2, 4)
    assert (found.charged, found.left, found.year_gone_bp) == (6 * HOUR, 34 * HOUR, 2_000)
    assert found.forecast == 30 * HOUR  # a fifth of the year used 6 h
    assert (found.breaks_at, found.used_up_at) == (None, None)
    assert found.marks_reached([10, 15, 16, 25]) == (10, 15)


def test_a_year_that_nobody_watched_is_unproven() -> None:
    unwatched = divide(START, END, at=START + 7 * HOUR, rules=Rules(unknown_allowance=8 * HOUR))
    assert budget(unwatched, LIMIT).verdict() is Verdict.UNPROVEN
    long_unwatched = divide(START, END, at=START + 9 * DAY, rules=Rules(unknown_allowance=8 * HOUR))
    assert budget(long_unwatched, LIMIT).verdict() is Verdict.BROKEN


def test_the_date_of_the_break_at_the_present_rate() -> None:
    found = budget_of(20)
    assert found.forecast == 100 * HOUR
    assert found.breaks_at == START + 146 * DAY


def test_used_up_at_the_exact_instant() -> None:
    found = budget_of(30, 10, 5)
    assert found.used_up_at == START + 15 * DAY + 10 * HOUR
    assert (found.left, found.is_broken, found.used_percent) == (timedelta(), True, 112)
    assert found.breaks_at == found.used_up_at


@pytest.mark.parametrize(
    ("hours_down", "verdict"),
    [
        ((), Verdict.KEPT),
        ((8,), Verdict.KEPT),  # heads for exactly 40 h
        ((8.01,), Verdict.AT_RISK),
        ((30,), Verdict.AT_RISK),
        ((40,), Verdict.AT_RISK),  # all of it is still what was promised
        ((40, 0.001), Verdict.BROKEN),
    ],
)
def test_verdict(hours_down: tuple[float, ...], verdict: Verdict) -> None:
    assert budget_of(*hours_down).verdict() is verdict


def test_three_quarters_used_late_in_the_year_are_a_risk_without_a_forecast_past_it() -> None:
    found = budget(ledger(30, at=360 * DAY), LIMIT)
    assert found.forecast is not None
    assert found.forecast < LIMIT
    assert found.verdict() is Verdict.AT_RISK
    assert found.verdict(at_risk_percent=76) is Verdict.KEPT


def test_before_anything_was_seen_there_is_no_forecast() -> None:
    unwatched = budget(divide(START, END, at=START + DAY), LIMIT)
    assert (unwatched.forecast, unwatched.breaks_at, unwatched.unknown) == (None, None, DAY)


def test_a_fortnight_must_be_observed_before_anything_is_forecast() -> None:
    """Minutes of watching are never shown as if sure; what is used up counts all the same."""
    early = budget(ledger(20, at=14 * DAY - HOUR), LIMIT)
    assert (early.forecast, early.breaks_at, early.verdict()) == (None, None, Verdict.KEPT)
    later = budget(ledger(20, at=14 * DAY), LIMIT)
    assert later.forecast is not None
    assert later.verdict() is Verdict.AT_RISK
    assert budget(ledger(30, at=9 * DAY), LIMIT).verdict() is Verdict.AT_RISK


def test_the_excess_of_unknown_time_is_charged_but_not_projected() -> None:
    rules = Rules(unknown_allowance=8 * HOUR)
    seen = [Observation(START, START + 20 * DAY)]
    found = budget(divide(START, END, at=START + 20 * DAY + 10 * HOUR, observations=seen, rules=rules), LIMIT)
    assert (found.charged, found.forecast) == (2 * HOUR, 2 * HOUR)
    assert found.observed == 20 * DAY


def test_the_lengths_of_what_was_seen_to_be_down() -> None:
    assert ledger(2, 4).charged_stretches == (2 * HOUR, 4 * HOUR)
    unseen = divide(START, END, at=START + DAY, rules=Rules(unknown_allowance=8 * HOUR))
    assert (unseen.charged, unseen.charged_stretches) == (16 * HOUR, ())


def test_the_rate_is_that_of_thirty_days_share_of_the_budget() -> None:
    """14.4 over an hour is 2 % of thirty days' share, 6 over six hours 5 %, as the workbook has it."""
    share = LIMIT * 30 / 365
    for rate, hours, part in ((Decimal("14.4"), 1, 0.02), (Decimal(6), 6, 0.05)):
        down = share * part
        year = divide(START, END, at=START + 30 * DAY, outages=[Outage(START + 29 * DAY, START + 29 * DAY + down)])
        found = burn_rate(year, START + 29 * DAY + hours * HOUR, hours * HOUR, LIMIT, FULL)
        assert abs(found - rate) < Decimal("0.001")


def test_a_limit_of_nothing() -> None:
    assert budget(ledger(), timedelta()).verdict() is Verdict.KEPT
    broken = budget(ledger(1), timedelta())
    assert (broken.verdict(), broken.used_percent, broken.used_up_at) == (Verdict.BROKEN, 100, START + 5 * DAY)


def test_a_part_of_a_year_has_its_share_of_the_limit() -> None:
    assert limit_for(LIMIT, 73 * DAY, FULL) == 8 * HOUR
    assert limit_for(LIMIT, 366 * DAY, 366 * DAY) == LIMIT
    assert limit_for(LIMIT, 366 * DAY, FULL) == LIMIT


def test_burn_rates() -> None:
    year = divide(START, END, at=START + 30 * DAY, outages=[Outage(START + 29 * DAY, START + 29 * DAY + HOUR)])
    just_after = START + 29 * DAY + HOUR
    assert burn_rate(year, just_after, HOUR, LIMIT, FULL) == Decimal(219)  # a year's 8760 h over 40 h
    rules = terms.default().warnings.burn
    assert [each.rate for each in burning(year, just_after, rules, LIMIT, FULL)] == [
        *map(Decimal, ("14.4", "6", "3", "1"))
    ]
    assert burning(year, just_after + 7 * HOUR, rules, LIMIT, FULL) == ()
    assert burn_rate(year, just_after, HOUR, timedelta(), FULL) == 0
