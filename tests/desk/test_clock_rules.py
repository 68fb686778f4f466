"""What becomes of clocks when tickets are merged and split."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.desk.rules_clocks import LiveClock, Merged, Said, Split, after_merge, after_split, priority_after_merge
from mainstay.policy.clocks import Kind
from tests.policy.reference import utc

NOON = utc(2026, 3, 4, 12)
HOUR = timedelta(hours=1)


def live(key: int, kind: Kind, due: int | None, share_bp: int = 0) -> LiveClock:
    return LiveClock(key, kind, NOON, None if due is None else NOON + due * HOUR, share_bp)


def test_merged_the_clock_that_is_due_first_goes_on():
    target = [live(1, Kind.FIRST_RESPONSE, 8), live(2, Kind.RESOLUTION, 20)]
    source = [live(3, Kind.NEXT_RESPONSE, 2), live(4, Kind.RESOLUTION, 30)]
    assert after_merge(target, source) == Merged(goes_on=(2, 3), ends=(1, 4))


def test_an_answer_owed_on_the_source_alone_is_owed_on_the_target():
    merged = after_merge([live(1, Kind.RESOLUTION, 20)], [live(2, Kind.FIRST_RESPONSE, 1)])
    assert merged == Merged(goes_on=(1, 2), ends=())


def test_merging_into_what_waits_ends_no_wait_but_lets_what_runs_run():
    assert after_merge([live(1, Kind.RESOLUTION, None)], [live(2, Kind.RESOLUTION, 90)]).goes_on == (2,)
    paused = after_merge([live(1, Kind.RESOLUTION, None, 10)], [live(2, Kind.RESOLUTION, None, 5_000)])
    assert paused.goes_on == (2,)


def test_alike_the_targets_own_goes_on():
    assert after_merge([live(1, Kind.RESOLUTION, 3)], [live(2, Kind.RESOLUTION, 3)]).goes_on == (1,)


def test_the_higher_priority_holds():
    assert (priority_after_merge(3, 1), priority_after_merge(2, 4)) == (1, 2)


clocks = st.lists(
    st.tuples(st.sampled_from(list(Kind)), st.one_of(st.none(), st.integers(-50, 50))),
    max_size=2,
    unique_by=lambda each: each[0] is Kind.RESOLUTION,
)


@given(target=clocks, source=clocks)
def test_no_merge_gives_time(target: list, source: list):
    both = [live(number, *each) for number, each in enumerate([*target, *source])]
    merged = after_merge(both[: len(target)], both[len(target) :])
    assert sorted((*merged.goes_on, *merged.ends)) == [each.key for each in both]
    for is_resolution in (True, False):
        alike = [each for each in both if (each.kind is Kind.RESOLUTION) == is_resolution]
        kept = [each for each in alike if each.key in merged.goes_on]
        assert len(kept) == min(1, len(alike))
        dues = [each.due_at for each in alike if each.due_at]
        assert not dues or kept[0].due_at == min(dues)


def test_split_the_new_ticket_was_asked_when_the_client_wrote():
    said = [Said(NOON, is_client=True), Said(NOON + HOUR, is_client=True, goes=True)]
    assert after_split(said) == Split(NOON + HOUR, None, NOON)


def test_an_answer_before_the_split_counts_on_both():
    said = [
        Said(NOON, is_client=True),
        Said(NOON + HOUR, is_client=True, goes=True),
        Said(NOON + 2 * HOUR, is_answer=True),
        Said(NOON + 3 * HOUR, is_client=True),
        Said(NOON + 4 * HOUR, is_client=True),
    ]
    assert after_split(said) == Split(NOON + HOUR, NOON + 2 * HOUR, NOON + 3 * HOUR)


def test_where_all_that_waits_is_split_off_the_old_ticket_owes_no_answer():
    said = [Said(NOON, is_client=True), Said(NOON + HOUR, is_answer=True), Said(NOON + 2 * HOUR, True, False, True)]
    assert after_split(said) == Split(NOON + 2 * HOUR, None, None)


def test_without_words_of_the_client_there_is_nothing_to_split_off():
    with pytest.raises(ValueError, match="message of the client"):
        after_split([Said(NOON, is_client=True), Said(NOON, is_answer=True, goes=True)])


def test_what_moves_after_an_answer_is_owed_on_the_new_ticket():
    said = [Said(NOON, True, False, True), Said(NOON + HOUR, is_answer=True), Said(NOON + 2 * HOUR, True, False, True)]
    assert after_split(said) == Split(NOON, NOON + HOUR, None, NOON + 2 * HOUR)
