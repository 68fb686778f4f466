"""Slots: evenly spread, never made up, and quick looks between them."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code, State
from mainstay.watch.engine.clock import WallClock
from mainstay.watch.engine.steps import Spec
from mainstay.watch.prober.schedule import NEIGHBOURS, Assignment, Schedule
from mainstay.watch.rules.judge import Look
from mainstay.watch.rules.slots import FIRST_LOOKS_A_SECOND, due, next_slot, phase_s

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_monitors_are_spread_evenly_over_their_interval() -> None:
    seconds = [0] * 60
    for monitor_id in range(1, 6001):
        seconds[int(phase_s(monitor_id, 60))] += 1

    assert min(seconds) >= 90
    assert max(seconds) <= 110


@given(st.integers(1, 10**9), st.integers(1, 86_400), st.floats(0, 10**7))
def test_the_next_slot_comes_within_an_interval_and_at_the_phase(
    monitor_id: int, interval_s: int, now_s: float
) -> None:
    slot_s = next_slot(0.0, monitor_id, interval_s, now_s)

    assert slot_s > now_s or slot_s == phase_s(monitor_id, interval_s)
    assert slot_s - now_s <= interval_s + 1e-6
    turns = (slot_s - phase_s(monitor_id, interval_s)) / interval_s
    assert turns == pytest.approx(round(turns), abs=1e-3)


@pytest.mark.parametrize(
    ("late_s", "usable", "missed", "following_s"),
    [
        (0.0, True, 0, 160.0),
        (9.9, True, 0, 160.0),
        (10.1, False, 1, 160.0),
        (59.9, False, 1, 160.0),
        (60.0, True, 1, 220.0),
        (3605.0, True, 60, 3760.0),
        (3630.0, False, 61, 3760.0),
    ],
)
def test_slots_that_were_reached_too_late_are_missed(
    late_s: float, usable: bool, missed: int, following_s: float
) -> None:
    found = due(100.0, 60, 100.0 + late_s)

    assert (found.is_usable, found.missed, found.following_s) == (usable, missed, following_s)


def schedule_of(*intervals_s: int, now_s: float = 0.0) -> Schedule:
    schedule = Schedule(origin_s=0.0)
    spec = Spec("http", "https://example.org/")
    schedule.assign([Assignment(n + 1, 1, each, spec) for n, each in enumerate(intervals_s)], {}, now_s)
    return schedule


def run(schedule: Schedule, seconds: int, state: State = State.UP) -> list[float]:
    """When the first monitor was looked at, each look taking no time."""
    looked = []
    for tenth in range(seconds * 10):
        now_s = tenth / 10
        for turn in list(schedule.take_due(now_s)):
            if turn.is_usable:
                looked.append(now_s)
                look = Look(AT + timedelta(seconds=now_s), state, timedelta(minutes=2), Code.TIMEOUT)
                schedule.finished(turn.entry, look, now_s)
    return looked


def test_a_good_monitor_is_looked_at_once_an_interval() -> None:
    at_once, *looked = run(schedule_of(60), 600)

    assert at_once == 0
    assert len(looked) == 10
    assert {round(later - earlier) for earlier, later in itertools.pairwise(looked)} == {60}


def test_newcomers_are_looked_at_soon_and_not_all_at_once() -> None:
    schedule = schedule_of(*[3600] * 500)

    looked = [sum(1 for _ in schedule.take_due(second)) for second in range(1, 11)]

    assert max(looked) <= FIRST_LOOKS_A_SECOND + 2
    assert sum(looked) >= 500


def test_monitors_that_stay_get_no_further_first_look() -> None:
    schedule = schedule_of(3600, now_s=0.0)
    assert len(list(schedule.take_due(1.0))) == 1

    schedule.assign([schedule.entries[1].assignment], {}, 2.0)

    assert not list(schedule.take_due(3.0))


def test_a_failing_monitor_is_looked_at_after_five_and_ten_seconds() -> None:
    looked = run(schedule_of(60), 120, State.DOWN)

    assert [round(at - looked[0], 1) for at in looked[:3]] == [0.0, 5.0, 10.0]
    assert len(looked) == 5


def test_after_a_suspend_the_lost_slots_are_told_once() -> None:
    schedule = schedule_of(60)
    list(schedule.take_due(59.9))

    (turn,) = schedule.take_due(59.9 + 3600)

    assert turn.missed in (59, 60)
    assert turn.missed_from_s is not None
    assert not list(schedule.take_due(59.9 + 3601))


def test_a_monitor_that_is_taken_away_is_not_looked_at_again() -> None:
    schedule = schedule_of(1, 1)
    schedule.assign([], {}, 0.0)

    assert run(schedule, 5) == []


def test_unchanged_monitors_keep_their_slots_when_others_come() -> None:
    schedule = schedule_of(60)
    entry = schedule.entries[1]
    schedule.assign([entry.assignment, Assignment(2, 1, 60, entry.assignment.spec)], {}, 30.0)

    assert schedule.entries[1] is entry


@pytest.mark.parametrize(
    ("wall_s", "jump"),
    [(60, None), (60.9, None), (58.99, None), (61.01, None), (3660, (0, 3660)), (-3540, (-3540, 0))],
    ids=["none", "a little", "leap second", "leap second taken out", "forward", "back"],
)
def test_a_jump_of_the_wall_clock_is_noticed(wall_s: float, jump: tuple[int, int] | None) -> None:
    clock = WallClock(boot=100.0, wall=AT)

    found = clock.read(160.0, AT + timedelta(seconds=wall_s))

    assert found == (None if jump is None else tuple(AT + timedelta(seconds=each) for each in jump))


def _looked_at(schedule: Schedule, until_s: float, fails: frozenset[int], *, at: int = 0) -> list[int]:
    """Look at what is due until then; `fails` are down. The monitors in the order of their looks."""
    looks = []
    for tenth in range(at * 10, int(until_s * 10)):
        for turn in schedule.take_due(tenth / 10):
            monitor_id = turn.entry.assignment.monitor_id
            looks.append(monitor_id)
            state = State.DOWN if monitor_id in fails else State.UP
            schedule.found_at(turn.entry, "192.0.2.7" if monitor_id <= 200 else f"192.0.2.{monitor_id % 50 + 10}")
            code = Code.TIMEOUT if monitor_id in fails else Code.OK
            look = Look(AT + timedelta(seconds=tenth / 10), state, timedelta(seconds=3700), code)
            schedule.finished(turn.entry, look, tenth / 10)
    return looks


def test_what_many_monitors_at_an_address_share_is_seen_at_all_of_them_within_seconds() -> None:
    schedule = Schedule(origin_s=0.0)
    schedule.assign([Assignment(n, 1, 3600, Spec("http", f"http://{n}.test/")) for n in range(1, 401)], {}, 0.0)
    _looked_at(schedule, 10, frozenset())
    shared = frozenset(range(1, 201))
    first = next(entry for pk, entry in schedule.entries.items() if pk in shared)
    schedule.look_soon([first.assignment.monitor_id], 10.0)

    _looked_at(schedule, 26, shared, at=10)
    down = {pk for pk, entry in schedule.entries.items() if entry.memory.is_down}
    schedule.look_soon([first.assignment.monitor_id], 26.0)
    _looked_at(schedule, 40, frozenset(), at=26)

    assert down == shared
    assert not [entry for entry in schedule.entries.values() if entry.memory.is_down]


def test_one_failure_alone_brings_few_looks_at_its_neighbours() -> None:
    schedule = Schedule(origin_s=0.0)
    schedule.assign([Assignment(n, 1, 3600, Spec("http", f"http://{n}.test/")) for n in range(1, 401)], {}, 0.0)
    _looked_at(schedule, 10, frozenset())
    schedule.look_soon([5], 10.0)

    looks = _looked_at(schedule, 11, frozenset({5}), at=10)

    assert looks[0] == 5
    assert len(set(looks) - {5}) in range(NEIGHBOURS, NEIGHBOURS + 3)
    assert all(pk <= 200 for pk in looks[1 : NEIGHBOURS + 1])


def test_a_look_that_cannot_see_is_not_repeated_quickly() -> None:
    """A registry that asks for patience is not asked every 5 seconds."""
    schedule = Schedule(0.0)
    schedule.assign([Assignment(1, 1, 60, Spec("http", "http://site.example", 10.0))], {}, 0.0)
    looks, now_s = [], 0.0
    while now_s < 600:
        for turn in schedule.take_due(now_s):
            looks.append(now_s)
            state, code = (State.UNKNOWN, Code.REGISTRY_SILENT) if len(looks) > 1 else (State.DOWN, Code.TIMEOUT)
            look = Look(AT + timedelta(seconds=now_s), state, timedelta(seconds=120), code)
            schedule.finished(turn.entry, look, now_s)
        now_s += 0.5

    assert len(looks) <= 12
