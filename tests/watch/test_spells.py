"""Runs taken in as a whole: the same judge, the same outages, once."""

from datetime import timedelta

import pytest

from mainstay.common.models import FactRecord
from mainstay.watch import actions, queries
from mainstay.watch.codes import Code, State, state_of
from mainstay.watch.facts import Source
from mainstay.watch.models import Latency, Monitor, Outage, Spell
from mainstay.watch.models.latency import Grain
from mainstay.watch.rules.latency import Histogram
from mainstay.watch.rules.runs import Run, instants
from tests.cast import Cast
from tests.watch.world import MINUTE, OK, REFUSED, START, monitor_of

DEMO = "demo"


def run_of(code: Code, first: int, checks: int) -> Run:
    from_at = START + first * MINUTE
    last_at = from_at + (checks - 1) * MINUTE
    return Run(state_of(code), code, from_at, last_at, last_at + MINUTE, checks)


def take_a_month_in(monitor: Monitor) -> int:
    runs = [
        run_of(OK, 0, 600),
        run_of(REFUSED, 600, 90),
        run_of(OK, 690, 600),
        run_of(REFUSED, 1290, 2),
        run_of(OK, 1292, 8),
    ]
    return actions.take_in_spells(monitor=monitor, runs=runs, place=DEMO)


def test_a_long_run_of_failures_is_an_outage(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get(), source=Source.DEMO)

    assert take_a_month_in(monitor) == 5

    outage = Outage.objects.get()
    assert outage.started_after == START + 599 * MINUTE
    assert outage.started_at == START + 600 * MINUTE
    assert outage.confirmed_at == START + 602 * MINUTE
    assert outage.ended_after == START + 689 * MINUTE
    assert outage.ended_at == START + 690 * MINUTE
    assert outage.source == "demo"
    assert monitor.blips.count() == 1


def test_facts_are_dated_to_when_the_judge_was_sure(cast: Cast) -> None:
    take_a_month_in(monitor_of(cast.a.websites.get(), source=Source.DEMO))

    opened, closed = FactRecord.objects.filter(subject__startswith="outage:").order_by("pk")
    assert opened.at == START + 602 * MINUTE
    assert closed.at == START + 691 * MINUTE


def test_the_same_runs_again_change_nothing(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get(), source=Source.DEMO)
    take_a_month_in(monitor)

    assert take_a_month_in(monitor) == 0
    assert (Spell.objects.count(), Outage.objects.count()) == (5, 1)


def test_the_ledger_of_runs_is_exact(cast: Cast) -> None:
    website = cast.a.websites.get()
    take_a_month_in(monitor_of(website, source=Source.DEMO))
    end = START + 1300 * MINUTE

    found = queries.ledger(website, START, end, end).seconds

    assert found["down_charged"] == 90 * 60
    assert found["up"] == 1210 * 60


def test_one_run_is_taken_in_by_its_ends(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get(), source=Source.DEMO)

    actions.take_in_spell(
        monitor=monitor, code=REFUSED, from_at=START, to_at=START + 10 * MINUTE, checks=10, place=DEMO
    )

    spell, outage = Spell.objects.get(), Outage.objects.get()
    assert (spell.last_at, spell.to_at, spell.is_demo) == (START + 9 * MINUTE, START + 10 * MINUTE, True)
    assert (outage.started_at, outage.ended_at) == (START, None)
    assert queries.state_now([cast.a.websites.get()], START + 9 * MINUTE) == {outage.website_id: State.DOWN}


@pytest.mark.parametrize(
    ("checks", "expected"), [(1, [0]), (2, [0, 1]), (3, [0, 1, 2]), (4, [0, 1, 2, 3]), (90, [0, 1, 2, 89])]
)
def test_the_judge_sees_the_first_three_checks_of_a_run_and_the_last(checks: int, expected: list[int]) -> None:
    assert instants(run_of(OK, 0, checks)) == [START + n * MINUTE for n in expected]


def test_histograms_are_taken_in_whole(cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get(), source=Source.DEMO)
    histogram = Histogram()
    histogram.add(200_000, times=1440)

    for _ in range(2):
        actions.take_in_latencies(monitor=monitor, place=DEMO, grain=Grain.DAY, histograms=[(START, histogram)])

    assert Latency.objects.get().count == 1440
    days = queries.response_times(cast.a.websites.get(), START - timedelta(days=20), START + timedelta(days=1))
    assert [each.count for each in days if each.count] == [1440]


def test_percentiles_are_off_by_at_most_five_per_cent() -> None:
    histogram = Histogram()
    for milliseconds in range(1, 1001):
        histogram.add(milliseconds * 1000)

    assert histogram.percentile_ms(0.5) == pytest.approx(500, rel=0.05)
    assert histogram.percentile_ms(0.95) == pytest.approx(950, rel=0.05)
    assert Histogram().percentile_ms(0.5) is None
