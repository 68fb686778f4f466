"""Looks of two probers of a place: the late one of a slot in which another looked is left out, and nothing else."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code
from mainstay.watch.facts import Check, Finding
from mainstay.watch.rules.doubling import OnRecord, singled, slot_of

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
EVERY_S = 60
INTERVALS = {1: EVERY_S}


def look(second: float, prober: str, monitor_id: int = 1) -> Check:
    return Check(monitor_id, "london", START + timedelta(seconds=second), Finding(Code.OK), prober=prober)


def record(second: float, prober: str) -> OnRecord:
    return OnRecord(1, "london", START + timedelta(seconds=second), prober)


def slot_start() -> float:
    """How many seconds after `START` a slot of monitor 1 begins."""
    first = slot_of(START, 1, EVERY_S)
    return next(second for second in range(EVERY_S) if slot_of(START + timedelta(seconds=second), 1, EVERY_S) > first)


def test_news_stays_whoever_saw_it() -> None:
    checks = [look(slot_start() + 20, "b")]
    assert singled(checks, [record(slot_start() + 5, "a")], INTERVALS) == checks


def test_a_late_look_into_a_slot_of_another_is_left_out() -> None:
    assert singled([look(slot_start() + 20, "a")], [record(slot_start() + 40, "b")], INTERVALS) == []


def test_a_late_look_into_a_slot_of_nobody_stays() -> None:
    checks = [look(slot_start() - 20, "a")]
    assert singled(checks, [record(slot_start() + 40, "b")], INTERVALS) == checks


def test_quick_looks_of_the_same_prober_stay() -> None:
    checks = [look(slot_start() + 20, "a")]
    assert singled(checks, [record(slot_start() + 40, "a")], INTERVALS) == checks


def test_monitors_that_are_not_known_are_left_to_others() -> None:
    checks = [look(20, "a", 2), look(10, "b", 2)]
    assert singled(checks, [], INTERVALS) == checks


@given(
    st.lists(st.tuples(st.integers(0, 600), st.sampled_from("abc")), max_size=30),
    st.lists(st.tuples(st.integers(0, 600), st.sampled_from("abc")), max_size=30),
)
def test_as_a_simple_reference_says(stored: list[tuple[int, str]], coming: list[tuple[int, str]]) -> None:
    kept = [(second, prober) for second, prober in stored]
    wanted = []
    for second, prober in coming:
        newest = max((each for each, _ in kept), default=-1)
        slot = slot_of(START + timedelta(seconds=second), 1, EVERY_S)
        others = {who for each, who in kept if slot_of(START + timedelta(seconds=each), 1, EVERY_S) == slot} - {prober}
        if second > newest or not others:
            wanted.append((second, prober))
            kept.append((second, prober))
    found = singled([look(*each) for each in coming], [record(*each) for each in stored], INTERVALS)
    assert [(int((each.at - START).total_seconds()), each.prober) for each in found] == wanted
