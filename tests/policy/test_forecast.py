"""The chance of breaking the promise: honest after minutes, the same each time, and right as often as it says."""

from dataclasses import replace
from random import Random

import pytest

from mainstay.policy.forecast import DAY_S, YEAR_S, Chance, Prior, Record, chance_of_breaking, prior_of

HOUR_S = 3600.0
PLAIN = Prior()
HALF = Record(left_s=40 * HOUR_S, to_come_s=YEAR_S / 2, observed_s=YEAR_S / 2)


def chance(record: Record, prior: Prior = PLAIN) -> Chance:
    found = chance_of_breaking(record, prior)
    assert found is not None
    return found


def test_too_little_observed_says_nothing() -> None:
    assert chance_of_breaking(replace(HALF, observed_s=14 * DAY_S - 1)) is None
    assert chance_of_breaking(replace(HALF, observed_s=14 * DAY_S)) is not None


def test_what_is_broken_is_sure_however_little_was_observed() -> None:
    assert chance_of_breaking(replace(HALF, left_s=-1, observed_s=60)) == Chance(10_000, 10_000, 10_000)


def test_a_year_that_is_over_and_was_kept_is_sure() -> None:
    assert chance_of_breaking(replace(HALF, to_come_s=0)) == Chance(0, 0, 0)


def test_without_an_outage_it_is_small_and_never_nothing() -> None:
    found = chance(HALF)
    assert 0 < found.bp < 100
    assert found.percent == "below 1 %"


def test_one_outage_more_than_is_left_breaks_it() -> None:
    """All used up: broken as soon as anything happens. With rate 1 + 0 over every_s + observed the chance is closed."""
    record = Record(left_s=0, to_come_s=YEAR_S / 2, observed_s=YEAR_S / 2)
    exposure = YEAR_S / 12 + YEAR_S / 2
    expected = 1 - exposure / (exposure + YEAR_S / 2)
    assert chance(record).bp == pytest.approx(10_000 * expected, abs=1)


def test_more_outages_and_less_left_make_it_likelier() -> None:
    quiet = chance(replace(HALF, lengths_s=(HOUR_S,) * 3)).bp
    busy = chance(replace(HALF, lengths_s=(HOUR_S,) * 30)).bp
    poor = chance(replace(HALF, lengths_s=(HOUR_S,) * 30, left_s=20 * HOUR_S)).bp
    assert quiet < busy < poor


def test_thousands_of_outages_are_computed_too() -> None:
    found = chance(replace(HALF, lengths_s=(60.0,) * 5000, left_s=10 * HOUR_S))
    assert (found.bp, found.high_bp) == (9_999, 9_999)


def test_the_interval_holds_the_chance_and_the_figure_is_the_same_each_time() -> None:
    record = replace(HALF, lengths_s=(600.0, 7200.0, 30_000.0, 1800.0))
    found = chance(record)
    assert found.low_bp < found.bp < found.high_bp
    assert found == chance(record)


def test_a_portfolio_teaches_how_often_and_how_long() -> None:
    bad = Record(left_s=0, to_come_s=0, observed_s=YEAR_S, lengths_s=(20_000.0,) * 100)
    learnt = prior_of([bad] * 5)
    assert learnt.every_s < Prior().every_s
    young = replace(HALF, observed_s=15 * DAY_S)
    assert chance(young, learnt).bp > chance(young).bp


def test_it_comes_true_as_often_as_it_says() -> None:
    """Simulated websites of many kinds, forecast at some day of their year: each band of chances holds."""
    random = Random(40)
    learnt = prior_of(_website(random)[0] for _ in range(200))
    bands: dict[int, list[tuple[float, bool]]] = {0: [], 1: [], 2: [], 3: []}
    for _ in range(2500):
        record, comes_s = _website(random)
        if record.left_s >= 0:
            said = chance(record, learnt).bp / 10_000
            bands[min(3, int(said * 4))].append((said, comes_s > record.left_s))
    for told in bands.values():
        assert len(told) > 60
        said, came = (sum(each) / len(told) for each in zip(*told, strict=True))
        assert abs(said - came) < 0.02 + 3 * (said * (1 - said) / len(told)) ** 0.5  # chance alone differs so much


def _website(random: Random) -> tuple[Record, float]:
    """A website at some day of its year, and what is still to be charged to it."""
    rate, middle, share = (
        random.gammavariate(1.2, 25),
        random.choice((600.0, 2400.0, 7200.0)),
        random.uniform(0.15, 0.85),
    )
    before, after = _year(random, rate * share, middle), _year(random, rate * (1 - share), middle)
    left_s = 40 * HOUR_S - sum(before)
    seen = Record(left_s=left_s, to_come_s=(1 - share) * YEAR_S, observed_s=share * YEAR_S, lengths_s=tuple(before))
    return seen, sum(after)


def _year(random: Random, expected: float, middle: float) -> list[float]:
    """The lengths of outages of a stretch in which `expected` are to be expected."""
    lengths, at = [], random.expovariate(1)
    while at < expected:
        lengths.append(middle * random.lognormvariate(0, 1))
        at += random.expovariate(1)
    return lengths
