"""What late evidence makes of a stretch of time, and which corrections that takes."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code, State
from mainstay.watch.rules.again import Seen, corrections, judged_again
from mainstay.watch.rules.availability import Figures
from mainstay.watch.rules.judge import Look, Memory, Turn, judge

START = datetime(2026, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def figures(start: float, end: float | None = None) -> Figures:
    """An outage from minute `start` to minute `end`."""
    begun, ended = START + start * MINUTE, None if end is None else START + end * MINUTE
    return Figures(begun, None, begun, ended_at=ended, ended_after=ended)


def said(recorded: list[Figures], judged: list[Figures]) -> list[tuple[int | None, Figures | None]]:
    return [(each.old, each.new) for each in corrections(recorded, judged)]


def test_what_is_alike_is_left_alone() -> None:
    nearly = figures(5 + SECOND / MINUTE, 9)

    assert said([figures(5, 9)], [figures(5, 9)]) == []
    assert said([figures(5)], [figures(5)]) == []
    assert said([figures(5, 9)], [nearly]) == [(0, nearly)]


def test_edges_that_moved_replace_the_one_they_overlap() -> None:
    assert said([figures(1, 2), figures(5, 9)], [figures(1, 2), figures(6, 9)]) == [(1, figures(6, 9))]
    assert said([figures(5, 9)], [figures(5)]) == [(0, figures(5))]


def test_what_was_missing_is_added_and_what_was_not_is_taken_back() -> None:
    assert said([], [figures(1, 2)]) == [(None, figures(1, 2))]
    assert said([figures(1, 2)], []) == [(0, None)]
    assert said([figures(1, 2)], [figures(2, 3)]) == [(None, figures(2, 3)), (0, None)]


def test_two_that_turn_out_to_be_one_and_one_that_turns_out_to_be_two() -> None:
    assert said([figures(1, 3), figures(5, 9)], [figures(1, 9)]) == [(0, figures(1, 9)), (1, None)]
    assert said([figures(1, 9)], [figures(1, 3), figures(5, 9)]) == [(0, figures(1, 3)), (None, figures(5, 9))]


SPANS = st.lists(st.integers(1, 40), unique=True, max_size=8).map(
    lambda edges: [figures(a, b) for a, b in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)]
)


@given(SPANS, SPANS)
def test_carried_out_the_corrections_leave_what_was_judged(recorded: list[Figures], judged: list[Figures]) -> None:
    done = list(corrections(recorded, judged))
    gone = [each.old for each in done if each.old is not None]

    assert len(gone) == len(set(gone))
    left = [each for number, each in enumerate(recorded) if number not in gone]
    left += [each.new for each in done if each.new is not None]
    assert sorted(left, key=lambda each: each.started_at) == judged


CHECKS = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from([5, 30, 60, 200]), st.booleans()), min_size=1, max_size=80
)


@given(CHECKS, st.randoms(use_true_random=False))
def test_however_checks_came_they_are_judged_as_in_their_order(
    moves: list[tuple[str, int, bool]], order: Random
) -> None:
    looks, at = [], START
    for place, gap, is_good in moves:
        at += gap * SECOND
        state, code = (State.UP, Code.OK) if is_good else (State.DOWN, Code.TIMEOUT)
        looks.append(Look(at, state, 2 * MINUTE, code, place=place))
    memory, edges = Memory(), []
    for look in looks:
        memory, turn = judge(memory, look)
        if turn is Turn.WENT_DOWN:
            edges.append((memory.down_since, None))
        elif turn is Turn.CAME_UP:
            edges[-1] = (edges[-1][0], memory.up_since)
    mixed = [Seen(1, look, look.at) for look in looks]
    order.shuffle(mixed)

    again = judged_again(sorted(mixed, key=lambda seen: seen.look.at), [1], 1)

    assert again.memories == {1: memory}
    assert [each.started_at for each in again.outages] == sorted({each.started_at for each in again.outages})
    assert len(again.outages) <= len(edges)
    assert [each.ended_at for each in again.outages][-1:] == [end for _, end in edges][-1:]


def test_blips_are_found_again() -> None:
    looks = [
        Look(START + n * MINUTE, state, 2 * MINUTE, place="A")
        for n, state in enumerate([State.UP, State.DOWN, State.DOWN, State.UP])
    ]

    again = judged_again([Seen(1, look, look.at) for look in looks], [1], 1)

    assert [(each.before.first_bad_at, each.until) for each in again.blips] == [(START + MINUTE, START + 3 * MINUTE)]
    assert again.outages == []
