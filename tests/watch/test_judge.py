"""The judge: suspects, confirms, dates back, and lets blips go."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code, State
from mainstay.watch.rules.judge import Look, Memory, Turn, judge, recheck_after_s

START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
VOUCH = 2 * MINUTE
UP, DOWN, DEGRADED, UNKNOWN = State.UP, State.DOWN, State.DEGRADED, State.UNKNOWN


def look(minute: float, state: State, code: Code = Code.TIMEOUT) -> Look:
    return Look(START + minute * MINUTE, state, VOUCH, Code.OK if state == UP else code)


def judged(*states: State) -> tuple[Memory, list[Turn | None]]:
    memory, turns = Memory(), []
    for minute, state in enumerate(states):
        memory, turn = judge(memory, look(minute, state))
        turns.append(turn)
    return memory, turns


def test_three_failures_are_down_from_the_first_one() -> None:
    memory, turns = judged(UP, DOWN, DOWN, DOWN)

    assert turns == [None, Turn.SUSPECTED, None, Turn.WENT_DOWN]
    assert memory.is_down
    assert memory.down_since == START + MINUTE
    assert memory.down_after == START


def test_two_good_checks_are_up_from_the_first_one() -> None:
    memory, turns = judged(DOWN, DOWN, DOWN, DOWN, UP, UP)

    assert turns[-1] is Turn.CAME_UP
    assert not memory.is_down
    assert memory.up_since == START + 4 * MINUTE
    assert memory.up_after == START + 3 * MINUTE


@pytest.mark.parametrize("failures", [1, 2])
def test_failures_that_go_before_they_are_confirmed_are_a_blip(failures: int) -> None:
    memory, turns = judged(UP, *[DOWN] * failures, UP)

    assert turns[-1] is Turn.BLIPPED
    assert not memory.is_down
    assert memory.down_since is None


def test_one_good_check_in_an_outage_does_not_end_it() -> None:
    memory, turns = judged(DOWN, DOWN, DOWN, UP, DOWN, UP, UP)

    assert turns == [Turn.SUSPECTED, None, Turn.WENT_DOWN, None, None, None, Turn.CAME_UP]
    assert memory.up_since == START + 5 * MINUTE


def test_degraded_is_not_down() -> None:
    memory, turns = judged(UP, DEGRADED, DEGRADED, DEGRADED, DEGRADED)

    assert turns == [None] * 5
    assert not memory.is_down


def test_what_could_not_be_seen_changes_nothing() -> None:
    before, _ = judged(UP, DOWN)
    after, turn = judge(before, look(2, UNKNOWN, Code.PROBER_FAULT))

    assert (after, turn) == (before, None)


def test_without_a_check_before_nothing_is_known_of_the_time_before_the_outage() -> None:
    memory, _ = judged(DOWN, DOWN, DOWN)

    assert memory.down_after is None


def test_a_suspicion_is_not_carried_over_time_that_nobody_watched() -> None:
    memory, _ = judged(UP, DOWN, DOWN)
    memory, turn = judge(memory, look(60, DOWN))

    assert turn is Turn.SUSPECTED
    assert memory.bad_count == 1
    assert memory.first_bad_at == START + 60 * MINUTE
    assert memory.down_after is None


def test_an_outage_goes_on_over_time_that_nobody_watched() -> None:
    memory, _ = judged(UP, DOWN, DOWN, DOWN)
    memory, turn = judge(memory, look(600, DOWN))

    assert turn is None
    assert memory.is_down
    assert memory.down_since == START + MINUTE


def test_the_code_of_an_outage_is_that_of_its_first_failure() -> None:
    memory = Memory()
    for minute, code in enumerate([Code.TIMEOUT, Code.CONNECTION_REFUSED, Code.HTTP_STATUS]):
        memory, _ = judge(memory, look(minute, DOWN, code))

    assert memory.bad_code == Code.TIMEOUT


@pytest.mark.parametrize(
    ("states", "interval_s", "expected"),
    [
        ((UP,), 60, None),
        ((UP, DOWN), 60, 5.0),
        ((UP, DOWN, DOWN), 60, 5.0),
        ((UP, DOWN, DOWN, DOWN), 60, None),
        ((UP, DOWN), 3, 3),
        ((DOWN, DOWN, DOWN, UP), 60, 5.0),
        ((DOWN, DOWN, DOWN, UP, UP), 60, None),
    ],
)
def test_looks_are_quick_while_something_waits_for_its_confirmation(
    states: tuple[State, ...], interval_s: int, expected: float | None
) -> None:
    assert recheck_after_s(judged(*states)[0], interval_s) == expected


SERIES = st.lists(st.tuples(st.sampled_from([UP, DOWN, DEGRADED, UNKNOWN]), st.integers(1, 5)), max_size=60)


def looks_of(series: list[tuple[State, int]]) -> list[Look]:
    looks, minute = [], 0
    for state, step in series:
        minute += step
        looks.append(look(minute, state))
    return looks


@given(SERIES)
def test_taking_every_check_in_twice_is_taking_it_in_once(series: list[tuple[State, int]]) -> None:
    once, twice = Memory(), Memory()
    for each in looks_of(series):
        once, _ = judge(once, each)
        twice, _ = judge(twice, each)
        twice, turn = judge(twice, each)
        assert turn is None
    assert once == twice


@given(SERIES)
def test_down_and_up_take_turns_and_their_edges_are_checks(series: list[tuple[State, int]]) -> None:
    memory, looks, expected = Memory(), looks_of(series), Turn.WENT_DOWN
    state_at = {each.at: each.state for each in looks}
    for each in looks:
        memory, turn = judge(memory, each)
        if turn not in (Turn.WENT_DOWN, Turn.CAME_UP):
            continue
        assert turn is expected
        if turn is Turn.WENT_DOWN:
            assert memory.down_since is not None
            assert state_at[memory.down_since] == DOWN
            assert memory.down_after is None or memory.down_after < memory.down_since <= each.at
            expected = Turn.CAME_UP
        else:
            assert memory.up_since is not None
            assert memory.up_after is not None
            assert state_at[memory.up_since] in (UP, DEGRADED)
            assert state_at[memory.up_after] == DOWN
            assert memory.up_after < memory.up_since <= each.at
            expected = Turn.WENT_DOWN


def reference_is_down(looks: list[Look]) -> bool:
    """The rule in words: three failures in a row, none staler than its vouching, and no two good ones since."""
    is_down, row = False, []
    for each in [each for each in looks if each.state != UNKNOWN]:
        bad = each.state == DOWN
        stale = bool(row) and each.at - row[-1].at > VOUCH
        same = bool(row) and (row[-1].state == DOWN) == bad
        row = [*row, each] if same and not stale else [each]
        if bad and len(row) >= 3:
            is_down = True
        if not bad and len(row) >= 2:
            is_down = False
    return is_down


@given(SERIES)
def test_the_judge_agrees_with_the_rule_in_words(series: list[tuple[State, int]]) -> None:
    memory, looks = Memory(), looks_of(series)
    for each in looks:
        memory, _ = judge(memory, each)
    assert memory.is_down == reference_is_down(looks)
