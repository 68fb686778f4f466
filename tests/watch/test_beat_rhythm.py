"""When a task is due to report, from what it said: the pure rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code
from mainstay.watch.facts import Signal
from mainstay.watch.rules import beats as rules
from mainstay.watch.rules.beats import Pulse, rhythm

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SUCCESS, BEGIN, FAIL, LOG = Signal.SUCCESS, Signal.START, Signal.FAIL, Signal.LOG
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATE_AFTER = HOUR + 10 * MINUTE
HOURLY = rhythm(3600, 600, None)
LONG_RUNS = rhythm(3600, 600, 7200)


def test_a_report_makes_the_task_due_an_interval_and_a_grace_later() -> None:
    for said in (SUCCESS, FAIL):
        assert rules.heard(Pulse(started_at=START), said, START, HOURLY) == Pulse(due_at=START + LATE_AFTER)


def test_a_log_changes_nothing() -> None:
    pulse = Pulse(due_at=START + MINUTE)
    assert rules.heard(pulse, LOG, START, HOURLY) is pulse


def test_a_run_that_begins_is_due_when_its_longest_is_over() -> None:
    pulse = rules.awaited(START, LONG_RUNS)
    assert rules.heard(pulse, BEGIN, START, LONG_RUNS) == Pulse(started_at=START, due_at=START + 2 * HOUR)


def test_a_second_beginning_does_not_put_the_end_off() -> None:
    pulse = rules.heard(rules.awaited(START, HOURLY), BEGIN, START, HOURLY)
    again = rules.heard(pulse, BEGIN, START + 9 * MINUTE, HOURLY)
    assert again == Pulse(started_at=START + 9 * MINUTE, due_at=START + 10 * MINUTE)


def test_a_beginning_after_an_overdue_run_is_a_new_run() -> None:
    overdue, code = rules.missed(Pulse(started_at=START, due_at=START + 10 * MINUTE), START + 10 * MINUTE, HOURLY)
    assert code is Code.BEAT_UNFINISHED
    again = rules.heard(overdue, BEGIN, START + HOUR, HOURLY)
    assert again == Pulse(started_at=START + HOUR, due_at=START + HOUR + 10 * MINUTE)


def test_silence_is_noted_again_each_interval_and_keeps_its_first_instant() -> None:
    once, _ = rules.missed(Pulse(due_at=START), START, HOURLY)
    twice, code = rules.missed(once, START + HOUR, HOURLY)
    assert (code, twice) == (Code.BEAT_LATE, Pulse(due_at=START + 2 * HOUR, overdue_at=START))


@pytest.mark.parametrize(
    ("pulse", "due"),
    [
        (Pulse(due_at=START + HOUR), START + HOUR + 23 * HOUR),
        (Pulse(started_at=START, due_at=START + 10 * MINUTE), START + 10 * MINUTE),
        (Pulse(due_at=START + HOUR, overdue_at=START), START + HOUR),
        (Pulse(), None),
    ],
)
def test_a_slower_rhythm_moves_what_is_due(pulse: Pulse, due: datetime | None) -> None:
    assert rules.adjusted(pulse, HOURLY, rhythm(86_400, 600, None), START).due_at == due


def test_a_quicker_rhythm_blames_nobody_for_the_time_before_it() -> None:
    daily = rhythm(86_400, 600, None)
    pulse = rules.awaited(START, daily)
    at = START + 5 * HOUR
    assert rules.adjusted(pulse, daily, HOURLY, at).due_at == at + 10 * MINUTE


def test_the_clock_of_summer_plays_no_part() -> None:
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    due_at = rules.awaited(before, rhythm(86_400, 3600, None)).due_at
    assert due_at == before + timedelta(hours=25)
    assert rules.said(due_at) == "01:30 UTC on 30 March 2026"


@given(st.lists(st.tuples(st.sampled_from(list(Signal)), st.integers(1, 10_000)), max_size=30))
def test_a_task_that_is_waited_for_is_always_due_some_time(said: list[tuple[Signal, int]]) -> None:
    """Whatever it says, it cannot put its next report off by more than an allowance or a run."""
    at, pulse = START, rules.awaited(START, LONG_RUNS)
    for each, seconds in said:
        at += timedelta(seconds=seconds)
        pulse = rules.heard(pulse, each, at, LONG_RUNS)
        assert pulse.due_at is not None
        assert pulse.due_at <= at + max(LONG_RUNS.allowance, LONG_RUNS.run_max)
