"""Who looks after what: every key has one owner, little moves, and no move puts two at work."""

from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.rules.assignment import granted, owner, shares
from mainstay.watch.rules.liveness import DEAD_AFTER_S, RETURN_S, Liveness

KEYS = st.frozensets(st.integers(1, 500), max_size=80)
NAMES = st.frozensets(st.text("abcdef0123-", min_size=1, max_size=8), min_size=1, max_size=6)


@given(KEYS, NAMES)
def test_every_key_has_exactly_one_owner(keys: frozenset[int], names: frozenset[str]) -> None:
    found = shares(keys, names)
    together = [key for mine in found.values() for key in mine]
    assert sorted(together) == sorted(keys)
    assert set(found) == names


@given(KEYS, NAMES, st.data())
def test_when_one_goes_only_its_own_keys_move(keys: frozenset[int], names: frozenset[str], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(sorted(names)))
    before, after = shares(keys, names), shares(keys, names - {gone})
    for name in names - {gone}:
        assert before[name] <= after[name]
        assert after[name] - before[name] <= before[gone]


@given(KEYS, NAMES)
def test_the_order_of_candidates_means_nothing(keys: frozenset[int], names: frozenset[str]) -> None:
    assert [owner(key, sorted(names)) for key in keys] == [owner(key, sorted(names, reverse=True)) for key in keys]


def test_nobody_owns_anything_where_nobody_is() -> None:
    assert owner(1, []) is None
    assert shares([1, 2], frozenset()) == {}


def test_ten_thousand_are_shared_evenly() -> None:
    counts = [len(mine) for mine in shares(range(10_000), frozenset(f"london-{n}" for n in range(4))).values()]
    assert 2_300 < min(counts) <= max(counts) < 2_700


@given(KEYS, NAMES, NAMES, st.data())
def test_at_no_step_of_a_move_two_have_the_same(
    keys: frozenset[int], before: frozenset[str], after: frozenset[str], data: st.DataObject
) -> None:
    """Each step gives what is granted; then some of the probers say that they have taken it up, in any order."""
    at_hand = {name: shares(keys, before).get(name, frozenset()) for name in before & after}
    at_hand |= {name: frozenset() for name in after - before}
    given_last = dict(at_hand)
    for _ in range(2 * len(after) + 2):
        found = granted(shares(keys, after), at_hand)
        for name, mine in found.items():
            given_last[name], at_hand[name] = mine, at_hand[name] | mine
        mine_of = [key for theirs in at_hand.values() for key in theirs]
        assert len(mine_of) == len(set(mine_of))
        for name in data.draw(st.sets(st.sampled_from(sorted(after)))):
            at_hand[name] = given_last[name]
    for name in after:
        at_hand[name] = given_last[name]
    assert granted(shares(keys, after), at_hand) == shares(keys, after)


def test_whoever_was_not_seen_for_long_is_dead() -> None:
    seen = Liveness()
    seen.see("a", 100.0)
    assert seen.alive(["a", "b"], 100.0 + DEAD_AFTER_S - 0.1) == {"a"}
    assert seen.alive(["a", "b"], 100.0 + DEAD_AFTER_S) == frozenset()
    seen.end("a")
    assert seen.alive(["a"], 100.0) == frozenset()


def test_an_observer_that_begins_gives_everybody_time() -> None:
    seen = Liveness()
    seen.look_anew(["a"], 100.0)
    assert seen.alive(["a", "b"], 101.0) == {"a"}


def test_of_a_silent_place_nothing_moves_and_who_returns_first_waits_for_the_others() -> None:
    seen, both = Liveness(), frozenset("ab")
    assert not seen.may_move("london", frozenset(), both, 100.0)
    assert not seen.may_move("london", frozenset("a"), both, 200.0)
    assert not seen.may_move("london", frozenset("a"), both, 200.0 + RETURN_S - 0.1)
    assert seen.may_move("london", frozenset("a"), both, 200.0 + RETURN_S)
    assert seen.may_move("paris", frozenset("a"), both, 200.0)


def test_where_all_return_nobody_waits() -> None:
    seen = Liveness()
    assert not seen.may_move("london", frozenset(), frozenset("ab"), 100.0)
    assert seen.may_move("london", frozenset("ab"), frozenset("ab"), 101.0)
