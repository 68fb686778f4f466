"""Whom to tell which step when: the pure rule, against what must always hold."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.alert_facts import Event
from mainstay.watch.rules.alerting import (
    LETTERS_WITHIN,
    REPEATS_MAX,
    Going,
    Group,
    Letter,
    Line,
    Quiet,
    Said,
    Step,
    Wanted,
    grouped,
    most_specific,
    next_step,
)

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OUTAGE = frozenset({Event.DOWN, Event.UP})

instants = st.integers(0, 365 * 1440).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + minute * timedelta(minutes=1)
)
nights = st.sampled_from([datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
near_a_change = st.builds(lambda night, s: night + timedelta(seconds=s), nights, st.integers(-14_400, 14_400))
walls = st.times().map(lambda each: each.replace(second=0, microsecond=0, fold=0))
zones = st.sampled_from([LONDON, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
quiets = st.builds(Quiet, walls, walls, zones)
wishes = st.builds(
    Wanted,
    st.sets(st.sampled_from([Event.DOWN, Event.UP, Event.DEGRADED])).map(frozenset),
    st.integers(0, 120).map(lambda n: n * MINUTE),
    st.none() | st.integers(1, 90).map(lambda n: n * MINUTE),
    st.none() | quiets,
    st.sampled_from([frozenset(), frozenset({Event.DOWN})]),
)


@given(quiet=quiets, at=instants | near_a_change)
def test_quiet_hours_end_on_the_wall_clock_and_never_before(quiet: Quiet, at: datetime) -> None:
    until = quiet.until(at)
    assert until >= at
    assert until - at <= timedelta(hours=26)
    assert quiet.until(until) == until
    if until != at:
        wall = until.astimezone(quiet.zone).time()
        assert timedelta() <= since_midnight(wall) - since_midnight(quiet.end) <= HOUR  # more where clocks leave it out


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), datetime(2026, 3, 3, 7, tzinfo=UTC)),
        (datetime(2026, 3, 2, 6, 59, tzinfo=UTC), datetime(2026, 3, 2, 7, tzinfo=UTC)),
        (datetime(2026, 3, 2, 7, 0, tzinfo=UTC), datetime(2026, 3, 2, 7, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 21, 59, tzinfo=UTC), datetime(2026, 3, 2, 21, 59, tzinfo=UTC)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),  # 07:00 by summer time
        (
            datetime(2026, 10, 24, 23, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 7, tzinfo=UTC),
        ),  # 07:00 by winter time, a night of 10 hours
    ],
)
def test_quiet_hours_across_midnight(at: datetime, until: datetime) -> None:
    quiet = Quiet(time(22), time(7), LONDON)
    assert quiet.until(at) == until


def since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)


def live(wanted: Wanted, minutes: int, ended: int | None, taken: int | None) -> list[Said]:
    """What a recipient is told when somebody looks every minute."""
    said: list[Said] = []
    for minute in range(minutes):
        now = START + minute * MINUTE
        going = Going(
            Event.DOWN,
            START,
            START,
            START + ended * MINUTE if ended is not None and minute >= ended else None,
            START + taken * MINUTE if taken is not None and minute >= taken else None,
        )
        step = next_step(wanted, going, said, now)
        if step is not None and step.at <= now:
            said.append(Said(step.step, now))
    return said


@given(
    wanted=wishes,
    ended=st.none() | st.integers(0, 900),
    taken=st.none() | st.integers(0, 900),
)
def test_what_one_recipient_is_told(wanted: Wanted, ended: int | None, taken: int | None) -> None:
    said = live(wanted, 1_500, ended, taken)
    steps = [each.step for each in said]
    repeats = [each for each in said if each.step is Step.REPEAT]
    ends = [each for each in steps if each in (Step.END, Step.AFTERWARDS)]

    assert steps.count(Step.FIRST) <= 1
    assert len(ends) <= 1
    assert len(repeats) <= REPEATS_MAX
    late = [each.step for each in said if ended is not None and each.at >= START + ended * MINUTE]
    assert set(late) <= {Step.END, Step.AFTERWARDS}
    assert all(each.at < START + taken * MINUTE for each in repeats if taken is not None)
    assert not (Step.AFTERWARDS in steps and Step.FIRST in steps)
    if wanted.quiet is not None and not wanted.urgent:
        assert all(wanted.quiet.until(each.at) == each.at for each in said)
    if Event.DOWN not in wanted.events:
        assert set(steps) <= {Step.END}
    for each in said:
        if each.step is Step.FIRST:
            assert each.at >= START + wanted.after


@given(after=st.integers(0, 60), ended=st.integers(61, 300))
def test_nobody_who_wants_it_is_left_out(after: int, ended: int) -> None:
    said = live(Wanted(OUTAGE, after * MINUTE), 400, ended, None)
    assert [each.step for each in said] == [Step.FIRST, Step.END]
    assert [each.at for each in said] == [START + after * MINUTE, START + ended * MINUTE]


def test_repeated_until_somebody_takes_it_on() -> None:
    said = live(Wanted(OUTAGE, repeat=10 * MINUTE), 100, None, 35)
    assert [(each.step, (each.at - START) // MINUTE) for each in said] == [
        (Step.FIRST, 0),
        (Step.REPEAT, 10),
        (Step.REPEAT, 20),
        (Step.REPEAT, 30),
    ]


def test_what_waits_is_not_said_once_somebody_has_taken_it_on() -> None:
    assert live(Wanted(OUTAGE, after=15 * MINUTE), 60, None, 14) == []
    assert len(live(Wanted(OUTAGE, after=15 * MINUTE), 60, None, 16)) == 1


def test_what_falls_into_quiet_hours_waits_for_their_end_and_is_dropped_when_it_is_over() -> None:
    quiet = Quiet(time(7), time(9), LONDON)
    (first,) = live(Wanted(OUTAGE, quiet=quiet), 200, None, None)
    assert first.at == START + 60 * MINUTE
    assert live(Wanted(OUTAGE, quiet=quiet), 200, 30, None) == []
    urgent = live(Wanted(OUTAGE, quiet=quiet, urgent=frozenset({Event.DOWN})), 200, 30, None)
    assert [(each.step, each.at) for each in urgent] == [(Step.FIRST, START), (Step.END, START + 30 * MINUTE)]


def test_what_was_over_before_it_was_known_is_told_as_past() -> None:
    past = Going(Event.DOWN, START, START + 60 * MINUTE, START + 5 * MINUTE)
    now = START + 60 * MINUTE
    assert next_step(Wanted(OUTAGE), past, [], now) == Said(Step.AFTERWARDS, now)
    assert next_step(Wanted(OUTAGE, after=10 * MINUTE), past, [], now) is None


def test_the_most_specific_set_counts_whole() -> None:
    assert most_specific(["w"], ["c"], ["a"]) == ["w"]
    assert most_specific([], ["c"], ["a"]) == ["c"]
    assert most_specific([], [], ["a"]) == ["a"]


lines = st.lists(
    st.builds(
        Line,
        st.integers(1, 50),
        st.sampled_from(["user:1", "user:2"]),
        st.just(Event.DOWN),
        st.sampled_from([Step.FIRST, Step.END]),
        st.sampled_from(["", "host:1"]),
    ),
    unique=True,
)


ago = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5)


@given(lines=lines, ages=st.lists(ago, min_size=8, max_size=8))
def test_every_line_is_in_one_letter_or_waits_for_the_next(
    lines: list[Line], ages: list[list[tuple[int, int]]]
) -> None:
    groups = sorted({each.group for each in lines})
    lately = {
        group: [Letter(START - timedelta(seconds=age), many) for age, many in sorted(each, reverse=True)]
        for group, each in zip(groups[::2], ages, strict=False)
    }
    letters, waiting = grouped(lines, lately, START)
    sent = [line for each in letters.values() for line in each]
    assert len(sent) == len(set(sent))
    for line in lines:
        counting = [each for each in lately.get(line.group, []) if each.at + LETTERS_WITHIN > START]
        many = sum(each.group == line.group for each in lines)
        is_held = sum(each.lines for each in counting) > many or any(each.at == START for each in counting)
        assert (line in sent) != is_held
        if is_held:
            assert START < waiting[line.case_id] <= START + LETTERS_WITHIN


def test_five_hundred_outages_one_by_one_are_a_handful_of_letters() -> None:
    lately: dict[Group, list[Letter]] = {}
    waiting: list[Line] = []
    count = 0
    for number in range(500):
        now = START + number * timedelta(seconds=0.06)
        waiting.append(Line(number, "user:1", Event.DOWN, Step.FIRST))
        letters, _ = grouped(waiting, lately, now)
        for group, lines in letters.items():
            lately.setdefault(group, []).append(Letter(now, len(lines)))
            count, waiting = count + 1, []
    assert 2 <= count <= 9


def test_what_has_another_cause_waits_for_nobody() -> None:
    line = Line(1, "user:1", Event.DOWN, Step.FIRST, "host:1")
    lately = {("user:1", Event.DOWN, Step.FIRST, ""): [Letter(START, 5)]}
    letters, waiting = grouped([line], lately, START)
    assert list(letters.values()) == [[line]]
    assert waiting == {}
