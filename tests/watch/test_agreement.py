"""Several places look at one monitor: when they agree that it is down, and when that it is up again."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code, State
from mainstay.watch.rules.agreement import BADS_KEPT, failing_at, of_place, suspected_by, wants_look
from mainstay.watch.rules.judge import Look, Memory, Turn, confirming, judge, rewound, withdrawn

START = datetime(2026, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
VOUCH = 120 * SECOND
UP, DOWN, UNKNOWN = State.UP, State.DOWN, State.UNKNOWN
STATES = {"+": UP, "-": DOWN, "?": UNKNOWN, "~": State.DEGRADED}


def look(place: str, second: float, state: State) -> Look:
    code = Code.OK if state is UP else Code.TIMEOUT
    return Look(START + second * SECOND, state, VOUCH, code, place, place=place)


def judged(story: str) -> tuple[Memory, list[str]]:
    """Words as `A12-`: place A, at second 12, failed. The answer names what turned, and at which word."""
    memory, turns = Memory(), []
    for word in story.split():
        memory, turn = judge(memory, look(word[0], float(word[1:-1]), STATES[word[-1]]))
        turns += [f"{word} {turn}"] if turn else []
    return memory, turns


def second(at: datetime | None) -> float | None:
    return None if at is None else (at - START) / SECOND


def test_what_one_place_alone_sees_failing_is_a_suspicion_while_another_sees_it_well() -> None:
    memory, turns = judged("A0+ B1+ A60- A65- A70- B61+ A120- B121+ A180-")

    assert turns == ["A60- suspected"]
    assert not memory.is_down
    assert failing_at(memory, START + 181 * SECOND) == ["A"]


def test_three_failures_at_two_places_are_down_from_the_first_of_them() -> None:
    memory, turns = judged("A0+ B1+ A60- B62- A65-")

    assert turns == ["A60- suspected", "A65- went_down"]
    assert (second(memory.down_since), second(memory.down_after)) == (60, 1)
    assert (memory.bad_code, memory.bad_detail) == (Code.TIMEOUT, "A")


def test_two_failures_at_two_places_are_not_enough() -> None:
    memory, _ = judged("A0+ B1+ A60- B62-")

    assert not memory.is_down


def test_a_place_that_failed_long_before_does_not_date_the_outage_back_over_good_checks_of_the_other() -> None:
    memory, turns = judged("A0+ B1+ A60- B61+ A65- A70- A120- B121+ A180- B181- A185- B186-")

    assert turns[-1] == "B186- went_down"
    assert second(memory.down_since) == 181


def test_where_two_of_three_fail_the_third_is_outvoted() -> None:
    memory, turns = judged("A0+ B1+ C2+ A60- B61- C62+ A65- C67+ B66-")

    assert turns[-1].endswith("went_down")
    assert memory.is_down
    assert second(memory.down_since) == 60


def test_it_is_up_again_when_fewer_fail_than_are_needed_from_the_first_good_check() -> None:
    memory, turns = judged("A0+ B1+ A60- B62- A65- A120+ B122- A125+")

    assert turns[-1] == "A125+ came_up"
    assert (second(memory.up_since), second(memory.up_after)) == (120, 65)
    assert failing_at(memory, START + 126 * SECOND) == ["B"]


def test_one_good_check_is_not_enough() -> None:
    memory, _ = judged("A0+ B1+ A60- B62- A65- A120+ A125- B123-")

    assert memory.is_down


def test_a_place_that_falls_silent_in_an_outage_leaves_the_other_to_decide() -> None:
    memory, turns = judged("A0+ B1+ A60- B62- A65- A120- A180- A240- A300+ A305+")

    assert turns[-1] == "A305+ came_up"
    assert second(memory.up_since) == 300


def test_a_place_left_alone_decides_alone_and_never_dates_back_over_what_the_other_saw() -> None:
    memory, turns = judged("A0+ B1+ A60- A65- A70- B61+ A120- B121+ A180- A240- A300-")

    assert turns[-1] == "A300- went_down"
    assert second(memory.down_since) == 180


def test_a_place_that_cannot_see_does_not_speak_against_the_other() -> None:
    memory, turns = judged("A0+ B1+ B60? A61- A66- A71-")

    assert turns[-1] == "A71- went_down"
    assert second(memory.down_since) == 61


def test_what_could_not_be_seen_by_the_first_place_leaves_it_alone() -> None:
    memory, _ = judged("A0+ B1?")

    assert memory.is_alone("A")


@pytest.mark.parametrize("ahead", [-1.0, -0.4, 0.4, 1.0])
def test_clocks_that_differ_by_a_second_change_no_verdict(ahead: float) -> None:
    memory, turns = judged(f"A0+ B{1 + ahead}+ A60- B{62 + ahead}- A65- A120+ B{122 + ahead}+ A125+")

    assert [turn.split()[1] for turn in turns] == ["suspected", "went_down", "came_up"]
    assert (second(memory.down_since), second(memory.up_since)) == (60, 120)


def test_late_looks_are_remembered_and_do_not_say_how_things_stand() -> None:
    before, _ = judged("A0+ B1+ A60+ A120+ A180+ A240+ A300+")
    after, turns = before, []
    for late in (60, 65, 70):
        after, turn = judge(after, look("B", late, DOWN))
        turns.append(turn)

    assert turns == [None] * 3
    assert not after.is_down
    assert replace(after, views=()) == replace(before, views=())
    assert suspected_by(after, "B") == (START + 60 * SECOND, START + 70 * SECOND, 3)


def test_the_third_failure_of_a_place_is_asked_about_even_where_it_confirms_nothing() -> None:
    memory, _ = judged("A0+ B1+ A60- A65-")

    assert confirming(memory, look("A", 70, DOWN)) == START + 60 * SECOND
    assert confirming(memory, look("B", 70, UP)) is None


def test_what_a_doubted_place_saw_is_taken_back_alone() -> None:
    memory, _ = judged("A0+ B1+ C2+ A60- B66-")

    left = withdrawn(memory, "A")

    assert [view.place for view in left.views] == ["B", "C"]
    assert (left.bad_count, left.first_bad_at) == (1, START + 66 * SECOND)


def test_a_clock_set_back_at_one_place_leaves_what_the_others_saw() -> None:
    memory, _ = judged("A0+ B1+ A60+ B61+")

    assert [view.place for view in rewound(memory, START, "B").views] == ["A"]
    assert rewound(memory, START, "B").seen_at == memory.seen_at


def test_a_place_is_asked_to_look_once_when_another_begins_to_fail() -> None:
    suspected, _ = judged("A0+ B1+ A60-")
    alone, _ = judged("A0+ A60-")
    looked, _ = judged("A0+ B1+ A60- B62+ A65-")
    both, _ = judged("A0+ B1+ A60- B61-")

    assert wants_look(suspected, "B") and not wants_look(suspected, "A")
    assert wants_look(alone, "B") and not wants_look(alone, "A")
    assert not wants_look(looked, "B")
    assert not wants_look(both, "A") and not wants_look(both, "B")


def test_a_prober_goes_on_with_what_its_own_place_saw() -> None:
    memory, _ = judged("A0+ B1+ A60- A65-")

    assert of_place(memory, "A").bad_count == 2
    assert of_place(memory, "B").bad_count == 0
    assert of_place(memory, "C") == Memory()


LOOKS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from([5, 20, 60, 150]), st.sampled_from([UP, DOWN, DOWN, UNKNOWN])),
    max_size=60,
)


def looks_of(moves: list[tuple[str, int, State]]) -> list[Look]:
    found, at = [], 0.0
    for place, gap, state in moves:
        at += gap
        found.append(look(place, at, state))
    return found


@dataclass
class Reference:
    """The rule once more, from the whole past at every look: slow, and simple to check against the words of it."""

    past: list[Look]
    down: tuple[datetime, datetime | None] | None = None
    floor: datetime | None = None
    goods: list[datetime] = field(default_factory=list)
    last_bad: datetime | None = None

    def hear(self, new: Look) -> tuple[str, datetime, datetime | None] | None:
        seen = [each.at for each in self.past if each.state is not UNKNOWN]
        gap = bool(seen) and new.at > max(seen) + VOUCH
        self.past.append(new)
        if new.state is UNKNOWN:
            return None
        rows = {place: row for place in {each.place for each in self.past} if (row := self.row(place, new.at))}
        bad = {place: row for place, row in rows.items() if row[-1].state is DOWN}
        enough = len(bad) >= min(2, len(rows))
        self.goods = [] if gap else self.goods
        if self.down is None:
            return self.while_up(new, bad, enough)
        return self.while_down(new, enough)

    def while_up(self, new: Look, bad: dict[str, list[Look]], enough: bool) -> tuple | None:
        if new.state is not DOWN:
            self.floor = self.floor if enough else new.at
            return None
        self.last_bad = new.at
        counting = [each.at for row in bad.values() for each in row if self.floor is None or each.at > self.floor]
        begun = [row[0].at for row in bad.values() if row[0].at in counting]
        start = min(begun or counting, default=None)
        since = sorted(
            at for row in bad.values() for at in (each.at for each in row) if start is not None and at >= start
        )
        if not enough or len(since) < 3:
            return None
        after = self.floor if self.floor is not None and since[0] - self.floor <= VOUCH else None
        self.down, self.goods = (since[0], after), []
        return "down", since[0], after

    def while_down(self, new: Look, enough: bool) -> tuple | None:
        if enough:
            self.last_bad, self.goods = new.at if new.state is DOWN else self.last_bad, []
            return None
        if new.state is DOWN:
            return None
        self.goods.append(new.at)
        self.floor = new.at
        if len(self.goods) < 2:
            return None
        self.down, first, self.goods = None, self.goods[0], []
        return "up", first, min(self.last_bad, first)

    def row(self, place: str, now: datetime) -> list[Look]:
        """The latest like looks of a place, none when the latest vouches no more or it could not see."""
        own = [each for each in self.past if each.place == place]
        if own[-1].state is UNKNOWN or own[-1].at + VOUCH < now:
            return []
        row = [own[-1]]
        for earlier, later in zip(own[-2::-1], own[::-1], strict=False):
            if earlier.state is not row[0].state or earlier.at + VOUCH < later.at:
                break
            row.insert(0, earlier)
        return row if len(row) <= BADS_KEPT else [row[0], *row[1 - BADS_KEPT :]]


@given(LOOKS)
def test_the_judge_says_what_the_rule_says(moves: list[tuple[str, int, State]]) -> None:
    memory, reference = judged("A0+ B1+ C2+")[0], Reference([])
    for first in (look("A", 0, UP), look("B", 1, UP), look("C", 2, UP)):
        reference.hear(first)
    for each in looks_of(moves):
        memory, turn = judge(memory, each)
        said = reference.hear(each)
        if said is None:
            assert turn not in (Turn.WENT_DOWN, Turn.CAME_UP)
        elif said[0] == "down":
            assert (turn, memory.down_since, memory.down_after) == (Turn.WENT_DOWN, *said[1:])
        else:
            assert (turn, memory.up_since, memory.up_after) == (Turn.CAME_UP, *said[1:])


@given(LOOKS)
def test_one_place_alone_is_judged_as_ever_once_others_were_there(moves: list[tuple[str, int, State]]) -> None:
    """A second place that looked a day ago and never again makes no difference to when things turn."""
    long_ago = [look("B", -90_000, UP), look("A", -90_000 + 1, UP)]
    shared, alone = Memory(), Memory()
    for each in long_ago:
        shared, _ = judge(shared, each)
    for each in looks_of([("A", gap, state) for _, gap, state in moves if state is not UNKNOWN]):
        shared, turn = judge(shared, each)
        alone, expected = judge(alone, each)
        assert turn == expected
        if turn in (Turn.WENT_DOWN, Turn.CAME_UP):
            assert (shared.down_since, shared.up_since) == (alone.down_since, alone.up_since)


@given(LOOKS)
def test_what_comes_twice_changes_nothing(moves: list[tuple[str, int, State]]) -> None:
    once, twice = Memory(), Memory()
    for each in looks_of(moves):
        once, _ = judge(once, each)
        for _ in range(2):
            twice, _ = judge(twice, each)
    assert once == twice


@given(LOOKS)
def test_an_outage_never_covers_time_in_which_too_few_places_saw_it_fail(moves: list[tuple[str, int, State]]) -> None:
    memory, looks = Memory(), looks_of(moves)
    for each in looks:
        memory, turn = judge(memory, each)
        if turn is Turn.WENT_DOWN and memory.down_since is not None:
            good = [one for one in looks if memory.down_since <= one.at <= each.at and one.state is UP]
            assert len({one.place for one in good}) <= 1
