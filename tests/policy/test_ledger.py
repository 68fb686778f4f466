"""The ledger's cases that must always be decided the same way."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mainstay.policy import terms
from mainstay.policy.hours import OfficeHours
from mainstay.policy.ledger import (
    EndBeforeStart,
    Exclusion,
    Ledger,
    Observation,
    Outage,
    Reason,
    Rules,
    Seen,
    State,
    Window,
    agreed,
    divide,
)
from tests.policy.reference import utc

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
YEAR = (utc(2026, 1, 1), utc(2027, 1, 1))
NOW = utc(2026, 7, 1)
WATCHED = [Observation(YEAR[0], NOW)]


def year(*, observations: list[Observation] | None = None, **given: object) -> Ledger:
    return divide(*YEAR, at=NOW, observations=WATCHED if observations is None else observations, **given)  # type: ignore[arg-type]


def test_an_outage_is_charged_from_its_first_failed_check_to_the_first_good_one() -> None:
    begin, end = utc(2026, 2, 1, 12), utc(2026, 2, 1, 13)
    ledger = year(outages=[Outage(begin, end, begin - MINUTE, end - 5 * SECOND)])
    assert (ledger.lower, ledger.charged, ledger.upper) == (HOUR - 5 * SECOND, HOUR, HOUR + MINUTE)
    assert [(each.state, each.reason) for each in ledger.segments] == [
        (State.UP, Reason.NONE),
        (State.DOWN_CHARGED, Reason.OUTAGE),
        (State.UP, Reason.NONE),
    ]


def test_an_outage_across_the_years_end_is_shared_between_the_years() -> None:
    outage = Outage(utc(2026, 12, 31, 22), utc(2027, 1, 1, 3))
    first, second = (
        divide(utc(y, 1, 1), utc(y + 1, 1, 1), at=utc(2028, 1, 1), outages=[outage]).charged for y in (2026, 2027)
    )
    assert (first, second) == (2 * HOUR, 3 * HOUR)


def test_an_outage_across_a_change_of_the_clocks_lasts_as_long_as_it_really_did() -> None:
    zone = ZoneInfo("Europe/London")
    begin, end = datetime(2026, 3, 29, 0, 30, tzinfo=zone), datetime(2026, 3, 29, 2, 30, tzinfo=zone)
    assert year(outages=[Outage(begin, end)]).charged == HOUR


def test_planned_work_counts_unless_it_was_agreed_not_to() -> None:
    begin = utc(2026, 2, 3, 3)
    outage, window = Outage(begin, begin + 2 * HOUR), Exclusion(begin - HOUR, begin + HOUR)
    assert year(outages=[outage]).charged == 2 * HOUR
    excluded = year(outages=[outage], exclusions=[window])
    assert (excluded.charged, excluded.total(State.DOWN_EXCLUDED)) == (HOUR, HOUR)
    assert excluded.segments[1].reason is Reason.AGREED


def test_only_agreed_causes_announced_in_time_are_excluded() -> None:
    start, end, days = utc(2026, 2, 20), utc(2026, 2, 20, 2), timedelta(days=1)
    cause = terms.Cause
    windows = [
        Window(start, end, announced_at=start - 14 * days),
        Window(start, end, announced_at=start - 13 * days),
        Window(start, end, announced_at=start - 2 * days, is_emergency=True),
        Window(start, end),
        Window(start, end, cause.CLIENT),
    ]
    assert list(agreed(windows, [], 14 * days, 2 * days)) == []
    assert len(list(agreed(windows, [cause.PLANNED], 14 * days, 2 * days))) == 2
    assert [each.cause for each in agreed(windows, [cause.CLIENT], 14 * days, 2 * days)] == [cause.CLIENT]


def test_unknown_is_never_up_and_past_its_allowance_it_is_charged() -> None:
    gaps = [Observation(YEAR[0], utc(2026, 2, 1)), Observation(utc(2026, 2, 1, 10), NOW)]
    shown = year(observations=gaps)
    assert (shown.total(State.UNKNOWN), shown.charged) == (10 * HOUR, timedelta())
    charged = year(observations=gaps, rules=Rules(unknown_allowance=8 * HOUR))
    assert (charged.total(State.UNKNOWN), charged.charged, charged.unknown_excess) == (8 * HOUR, 2 * HOUR, 2 * HOUR)
    assert charged.segments[2].start == utc(2026, 2, 1, 8)
    assert (charged.lower, charged.upper) == (2 * HOUR, 2 * HOUR)


def test_a_dead_prober_in_an_outage_is_unknown_and_widens_the_bounds() -> None:
    begin = utc(2026, 2, 1)
    dead = Observation(begin + HOUR, begin + 2 * HOUR, Seen.UNKNOWN)
    ledger = year(observations=[*WATCHED, dead], outages=[Outage(begin, begin + 3 * HOUR)])
    assert (ledger.lower, ledger.charged, ledger.upper) == (2 * HOUR, 2 * HOUR, 3 * HOUR)
    assert ledger.total(State.UNKNOWN) == HOUR


def test_degraded_is_not_charged_unless_agreed() -> None:
    slow = [*WATCHED, Observation(utc(2026, 2, 1), utc(2026, 2, 2), Seen.DEGRADED)]
    assert year(observations=slow).total(State.DEGRADED) == 24 * HOUR
    assert year(observations=slow, rules=Rules(degraded_is_charged=True)).charged == 24 * HOUR


def test_before_the_agreement_and_after_it_is_outside() -> None:
    rules = Rules(begins_at=utc(2026, 3, 1), ends_at=utc(2026, 12, 1))
    ledger = year(rules=rules, outages=[Outage(utc(2026, 2, 28, 22), utc(2026, 3, 1, 2))])
    assert ledger.total(State.OUTSIDE) == utc(2026, 3, 1) - YEAR[0] + (YEAR[1] - utc(2026, 12, 1))
    assert (ledger.charged, ledger.to_come) == (2 * HOUR, utc(2026, 12, 1) - NOW)


def test_office_hours_as_the_clock_charge_open_time_alone() -> None:
    rules = Rules.of(terms.load({"downtime": {"clock": "office"}}).downtime, OfficeHours())
    ledger = year(outages=[Outage(utc(2026, 2, 6, 16), utc(2026, 2, 9, 10))], rules=rules)
    assert ledger.charged == 1.5 * HOUR + HOUR
    assert ledger.total(State.DOWN_EXCLUDED) == 66 * HOUR - ledger.charged


def test_the_default_terms_charge_all_hours_and_the_excess_of_unknown_time() -> None:
    rules = Rules.of(terms.default().downtime, OfficeHours(), unknown_allowance=4 * HOUR)
    assert rules == Rules(unknown_allowance=4 * HOUR)
    shown = terms.load({"downtime": {"unknown_excess": "shown"}}).downtime
    assert Rules.of(shown, OfficeHours(), unknown_allowance=4 * HOUR).unknown_allowance is None


def test_an_outage_that_goes_on_is_charged_up_to_now_and_no_further() -> None:
    ledger = year(outages=[Outage(NOW - HOUR, end_after=NOW - MINUTE)])
    assert (ledger.lower, ledger.charged, ledger.to_come) == (HOUR - MINUTE, HOUR, YEAR[1] - NOW)


def test_late_evidence_makes_another_ledger_of_the_same_length() -> None:
    late = [Observation(utc(2026, 2, 1), utc(2026, 2, 2))]
    before = year(observations=[Observation(YEAR[0], utc(2026, 2, 1)), Observation(utc(2026, 2, 2), NOW)])
    after = year(observations=[Observation(YEAR[0], utc(2026, 2, 1)), Observation(utc(2026, 2, 2), NOW), *late])
    assert before.total(State.UNKNOWN) - after.total(State.UNKNOWN) == 24 * HOUR
    assert before.length == after.length


def test_the_worst_of_a_local_day() -> None:
    zone = ZoneInfo("Europe/London")
    begin = datetime(2026, 6, 1, tzinfo=zone)
    ledger = divide(
        begin,
        begin + timedelta(days=4),
        at=utc(2026, 6, 2, 23),
        observations=[Observation(begin, utc(2026, 6, 2, 12))],
        outages=[Outage(utc(2026, 5, 31, 23, 30), utc(2026, 6, 1, 0, 30))],
    )
    days = ledger.days(zone)
    assert [(day.date.day, day.worst) for day in days] == [
        (1, State.DOWN_CHARGED),
        (2, State.UNKNOWN),
        (3, None),
        (4, None),
    ]
    assert days[0].charged == HOUR


def test_what_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(EndBeforeStart):
        divide(YEAR[1], YEAR[0], at=NOW)
    with pytest.raises(EndBeforeStart):
        year(outages=[Outage(NOW, NOW - HOUR)])
    with pytest.raises(ValueError, match="no time zone"):
        divide(datetime(2026, 1, 1), YEAR[1], at=NOW)  # noqa: DTZ001 - that is the point
