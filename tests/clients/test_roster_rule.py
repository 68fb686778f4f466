"""Who is on call: the pure rule, against a look at every minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.clients.rules.roster import Plan, Rotation, Turn, cover, who_is_on_call

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 3, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

turns = st.builds(
    lambda person, start, hours: Turn(person, START + start * HOUR, START + (start + hours) * HOUR),
    st.integers(1, 4),
    st.integers(-50, 400),
    st.integers(1, 100),
)
rotations = st.builds(
    lambda people, first, wall, zone, weeks, starts, hours: Rotation(
        tuple(people),
        date(2026, 3, 16) + timedelta(days=first),
        wall,
        zone,
        weeks,
        START + starts * HOUR,
        None if hours is None else START + (starts + hours) * HOUR,
    ),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.integers(0, 20),
    st.sampled_from([time(1, 30), time(2, 30), time(9)]),
    st.sampled_from([LONDON, ZoneInfo("America/New_York"), ZoneInfo("UTC")]),
    st.integers(1, 2),
    st.integers(-300, 300),
    st.none() | st.integers(0, 300),
)
plans = st.builds(
    Plan,
    st.lists(turns, max_size=2),
    st.lists(turns, max_size=3),
    st.lists(rotations, max_size=2),
    st.lists(turns, max_size=3),
    st.frozensets(st.integers(1, 4), max_size=1),
)


@given(plan=plans, hours=st.integers(1, 500))
def test_the_cover_says_of_each_instant_what_the_rule_says(plan: Plan, hours: int) -> None:
    end = START + hours * HOUR
    found = cover(plan, START, end)

    assert found[0].start == START
    assert found[-1].end == end
    assert all(one.end == other.start for one, other in pairwise(found))
    for number in range(hours * 2):
        at = START + number * HOUR / 2
        (held,) = [each for each in found if each.start <= at < each.end]
        assert held.person == who_is_on_call(plan, at)


@given(plan=plans, hours=st.integers(-100, 500))
def test_nobody_who_is_away_or_gone_is_called(plan: Plan, hours: int) -> None:
    at = START + hours * HOUR
    person = who_is_on_call(plan, at)
    assert person not in plan.gone
    assert not any(each.person == person and each.start <= at < each.end for each in plan.absences)


def rotation(**more: object) -> Rotation:
    given = {"people": (1, 2), "first_on": date(2026, 3, 2), "at": time(9), "zone": LONDON, "weeks": 1}
    return Rotation(**{**given, "starts_at": START - 60 * DAY, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "person"),
    [
        (datetime(2026, 3, 2, 8, 59, tzinfo=UTC), None),
        (datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 9, 8, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 9, 9, 0, tzinfo=UTC), 2),
        (datetime(2026, 3, 30, 7, 59, tzinfo=UTC), 2),  # 08:59 by summer time
        (datetime(2026, 3, 30, 8, 0, tzinfo=UTC), 1),  # 09:00 by summer time: an hour earlier than the week before
        (datetime(2026, 10, 26, 8, 59, tzinfo=UTC), 2),
        (datetime(2026, 10, 26, 9, 0, tzinfo=UTC), 1),  # winter time again
    ],
)
def test_hand_overs_stay_at_their_wall_time(at: datetime, person: int | None) -> None:
    assert who_is_on_call(Plan(rotations=[rotation()]), at) == person


def test_a_hand_over_in_the_hour_that_comes_twice_happens_once() -> None:
    plan = Plan(rotations=[rotation(first_on=date(2026, 10, 18), at=time(1, 30))])
    night = datetime(2026, 10, 25, tzinfo=UTC)
    seen = [who_is_on_call(plan, night + minutes * timedelta(minutes=10)) for minutes in range(18)]
    assert seen == [1] * 3 + [2] * 15


def test_overrides_go_before_shifts_and_these_before_turns() -> None:
    week = (START, START + 7 * DAY)
    plan = Plan(
        overrides=[Turn(3, START + DAY, START + 2 * DAY), Turn(4, START + DAY, START + DAY + HOUR)],
        shifts=[Turn(2, *week)],
        rotations=[rotation(people=(1,))],
    )
    at = [START - DAY, START, START + DAY, START + DAY + HOUR, START + 2 * DAY, START + 7 * DAY]
    assert [who_is_on_call(plan, each) for each in at] == [1, 2, 4, 3, 2, 1]


def test_whoever_is_away_leaves_a_gap_and_is_named() -> None:
    plan = Plan(rotations=[rotation()], absences=[Turn(2, START + DAY, START + 2 * DAY)])
    first, gap, rest = cover(plan, START, START + 3 * DAY)
    assert (first.person, gap.person, gap.missing, rest.person) == (2, None, 2, 2)
    assert (gap.start, gap.end) == (START + DAY, START + 2 * DAY)
