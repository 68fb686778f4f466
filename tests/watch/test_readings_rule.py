"""What a feed of readings proves: against an independent minute-by-minute reading of the same rule."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import State
from mainstay.watch.rules.readings import Past, Reading, Said, in_order, past_of

START = datetime(2025, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def reading(minute: int, said: Said = Said.UP, status: int = 0) -> Reading:
    return Reading(START + minute * MINUTE, said, status)


def state_at(past: Past, at: datetime) -> State | None:
    """What the runs say of an instant."""
    return next((run.state for run in past.runs if run.from_at <= at < run.to_at), None)


def is_down_at(past: Past, at: datetime) -> bool:
    return any(each.started_at <= at < each.ended_at for each in past.outages if each.ended_at is not None)


sure = st.sampled_from([Said.UP, Said.DEGRADED, Said.DOWN, Said.UNKNOWN])
feeds = st.dictionaries(st.integers(0, 400), sure, min_size=1, max_size=40)


@given(feed=feeds, at_least=st.integers(0, 30))
def test_each_minute_is_what_the_latest_reading_says_while_it_vouches(feed: dict[int, Said], at_least: int) -> None:
    minutes = sorted(feed)
    past = past_of([reading(each, feed[each]) for each in minutes], at_least * MINUTE)

    steps = [after - before for before, after in pairwise(minutes)]
    vouch = max(2 * median_low(steps) if steps else 0, at_least)
    down = False
    for minute in range(440):
        latest = max((each for each in minutes if each <= minute), default=None)
        expected = None
        if latest is not None and minute < latest + vouch:
            expected = State(feed[latest])
        assert state_at(past, START + minute * MINUTE) == expected
        if minute in feed and feed[minute] is not Said.UNKNOWN:
            down = feed[minute] is Said.DOWN
        if expected is not None and expected is not State.UNKNOWN:
            assert is_down_at(past, START + minute * MINUTE) == down


@given(feed=feeds)
def test_outages_do_not_overlap_and_their_bounds_are_in_order(feed: dict[int, Said]) -> None:
    past = past_of([reading(each, feed[each]) for each in sorted(feed)])

    ends = START
    for each in past.outages:
        assert each.ended_at is not None
        assert each.ended_after is not None
        assert ends <= each.started_at <= each.ended_after <= each.ended_at
        assert each.started_after is None or each.started_after < each.started_at
        ends = each.ended_at


def test_daily_readings_with_a_hole_and_an_outage_come_out_exactly() -> None:
    hole, outage = 1200 * HOUR, 76 * HOUR + 49 * MINUTE
    down_at = START + 100 * DAY
    days = [START + n * DAY for n in range(30)]
    after_hole = days[-1] + 2 * DAY + hole
    days += [after_hole + n * DAY for n in range((down_at - after_hole) // DAY + 1)]
    days = [each for each in days if each < down_at]
    readings = [Reading(each, Said.UP, 200) for each in days]
    readings += [Reading(down_at + n * DAY, Said.DOWN, 503) for n in range(4)]
    readings += [Reading(down_at + outage + n * DAY, Said.UP, 200) for n in range(20)]

    past = past_of(in_order(readings))

    assert past.usual == DAY
    assert past.vouches_for == 2 * DAY
    (found,) = past.outages
    assert (found.started_at, found.ended_at) == (down_at, down_at + outage)
    assert (found.started_after, found.ended_after) == (days[-1], down_at + 3 * DAY)
    assert found.detail == "503"
    vouched = sum((run.to_at - run.from_at for run in past.runs), timedelta())
    assert past.end - past.start - vouched == hole


def test_a_reading_vouches_longer_where_the_importer_says_so() -> None:
    readings = [reading(0), reading(10), reading(100)]

    assert past_of(readings).vouches_for == 20 * MINUTE
    assert state_at(past_of(readings), START + 50 * MINUTE) is None
    assert state_at(past_of(readings, 90 * MINUTE), START + 50 * MINUTE) is State.UP


def test_what_was_not_sure_yet_is_what_it_turned_out_to_be() -> None:
    said = [Said.UP, Said.PENDING, Said.DOWN, Said.UP, Said.PENDING, Said.UP, Said.PENDING]
    past = past_of([reading(n, each) for n, each in enumerate(said)])

    (outage,) = past.outages
    assert (outage.started_at, outage.ended_at) == (START + MINUTE, START + 3 * MINUTE)
    assert state_at(past, START + 4 * MINUTE) is State.UP
    assert state_at(past, START + 6 * MINUTE) is State.UP


def test_of_several_readings_at_an_instant_the_worst_counts() -> None:
    found = in_order([reading(5), reading(0), reading(5, Said.DOWN), reading(5, Said.DEGRADED)])

    assert [each.said for each in found] == [Said.UP, Said.DOWN]


def test_nothing_lies_after_the_end_that_is_given() -> None:
    past = past_of([reading(0), reading(10, Said.DOWN)], 60 * MINUTE, START + 15 * MINUTE)

    assert past.end == START + 15 * MINUTE
    assert past.outages[0].ended_at == START + 15 * MINUTE


def test_without_readings_there_is_no_past() -> None:
    with pytest.raises(ValueError, match="no readings"):
        past_of([])
