"""The rule that tells a broken uplink from broken websites, by itself."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code, state_of
from mainstay.watch.facts import CanaryLook, DoubtReason
from mainstay.watch.rules.judge import Look, Memory, judge, vouch, withdrawn
from mainstay.watch.rules.prober_fault import (
    SHARE_MIN,
    WEBSITES_MIN,
    WINDOW,
    Counted,
    Doubt,
    Groups,
    Seen,
    canaries_failed,
    decide,
    host_of,
    is_over,
    related,
)
from tests.watch.world import PLACE, REFUSED, START

AT = START + timedelta(minutes=10)


def ago(seconds: float) -> datetime:
    return AT - timedelta(seconds=seconds)


def canary(seconds: float, *, good: bool, name: str = "one") -> CanaryLook:
    return CanaryLook(PLACE, name, ago(seconds), good, Code.OK if good else REFUSED)


def site(number: int, *, bad_s: float | None = None, looked_s: float = 1, good_s: float | None = None) -> Seen:
    """An unrelated website that was looked at `looked_s` ago and has failed for `bad_s`."""
    bad, good = (ago(each) if each is not None else None for each in (bad_s, good_s))
    return Seen(number, number, f"{number}.example", f"192.0.2.{number}", ago(looked_s), bad, good)


def groups(bad: int, good: int = 0) -> Groups:
    return Groups.of([*(site(n + 1, bad_s=9) for n in range(bad)), *(site(n + 101, good_s=1) for n in range(good))])


def never() -> Groups:
    raise AssertionError("the canaries tell; nothing else is to be read")


@pytest.mark.parametrize(
    ("bad", "good", "is_doubted"),
    [(4, 0, False), (5, 0, True), (5, 11, True), (5, 12, False), (30, 70, True), (29, 71, False), (500, 0, True)],
)
def test_an_implausible_share_of_unrelated_websites(bad: int, good: int, is_doubted: bool) -> None:
    found = decide([], lambda: groups(bad, good), ago(10), AT)

    assert (found is not None) is is_doubted
    if found is not None:
        assert (found.reason, found.from_at) == (DoubtReason.SHARE, ago(10))


@pytest.mark.parametrize(
    ("looks", "reason"),
    [
        ([canary(8, good=False), canary(3, good=False)], "canaries"),
        ([canary(40, good=True), canary(8, good=False), canary(3, good=False)], "canaries"),
        ([canary(n, good=False, name=name) for n in (8, 3) for name in ("one", "two")], "canaries"),
        ([canary(8, good=False), canary(3, good=True)], None),
        ([*(canary(n, good=False) for n in (8, 3)), canary(5, good=True, name="two")], None),
        ([canary(3, good=False)], "share"),
        ([canary(30, good=True)], "share"),
        ([canary(200, good=False), canary(190, good=False)], "share"),
        ([], "share"),
    ],
    ids=[
        "the only one fails", "it fails now", "both fail", "it answers again", "one of two answers",
        "one lost answer", "it answered before the failure", "nobody has looked lately", "there is none",
    ],
)  # fmt: skip
def test_what_canaries_say_goes_before_the_share(looks: list[CanaryLook], reason: str | None) -> None:
    found = decide(looks, lambda: groups(20), ago(10), AT)

    assert (found.reason.value if found is not None else None) == reason


def test_where_the_canaries_tell_nothing_else_is_read() -> None:
    assert decide([canary(3, good=True)], never, ago(10), AT) is None
    assert decide([canary(8, good=False), canary(3, good=False)], never, ago(10), AT) is not None


def test_a_canary_that_was_out_for_long_does_not_date_the_doubt_back() -> None:
    looks = [canary(n, good=False, name="old") for n in range(85, 0, -10)]
    looks += [canary(60, good=True), canary(6, good=False), canary(4, good=False)]

    found = canaries_failed(looks, AT)

    assert found is not None
    assert found.from_at == ago(6)
    assert found.evidence()["canaries"] == [
        {"address": "old", "failed_from": ago(85).isoformat()},
        {"address": "one", "failed_from": ago(6).isoformat()},
    ]


def test_a_doubt_is_dated_back_to_the_first_of_the_failures() -> None:
    """The one that is confirmed first is not always the one that failed first."""
    seen = [site(number, bad_s=10 + number) for number in range(1, 21)]

    found = decide([], lambda: Groups.of(seen), ago(12), AT)

    assert found is not None
    assert found.from_at == ago(30)
    assert found.counted == Counted(20, 20)


def test_one_that_is_really_down_before_the_uplink_breaks_is_told() -> None:
    """Most of what was looked at since it failed did answer."""
    seen = [
        site(1, bad_s=50),
        *(site(n, bad_s=9) for n in range(2, 12)),
        *(site(n, looked_s=20) for n in range(30, 99)),
    ]

    assert decide([], lambda: Groups.of(seen), ago(50), AT) is None


@pytest.mark.parametrize(
    "seen",
    [
        [Seen(n, 7, f"{n}.example", f"192.0.2.{n}", AT, ago(9)) for n in range(50)],
        [Seen(n, n, "one.example", f"192.0.2.{n}", AT, ago(9)) for n in range(50)],
        [Seen(n, n, f"{n}.example", "192.0.2.1", AT, ago(9)) for n in range(50)],
        [Seen(n, n // 2, f"{(n + 1) // 2}.example", "", AT, ago(9)) for n in range(2, 50)],
    ],
    ids=["one client", "one host", "one address", "a chain of both"],
)
def test_related_websites_are_one(seen: list[Seen]) -> None:
    assert len(Groups.of(seen).bad) == 1


def test_what_is_not_known_relates_nothing() -> None:
    assert len(list(related([Seen(n, n, "", "", AT) for n in range(1, 9)]))) == 8


def test_a_group_in_which_one_answers_does_not_fail() -> None:
    seen = [Seen(1, 7, "", "", AT, ago(9)), Seen(2, 7, "", "", AT, None, ago(3))]

    assert Groups.of(seen) == Groups((AT,), ())


@pytest.mark.parametrize(
    ("looks", "bad", "over"),
    [
        ([canary(3, good=True)], 0, False),
        ([canary(8, good=True), canary(3, good=True)], 50, True),
        ([canary(8, good=False), canary(3, good=False)], 0, False),
        ([*(canary(n, good=True) for n in (8, 3)), *(canary(n, good=False, name="two") for n in (8, 3))], 50, True),
        ([], 50, False),
        ([], 3, True),
    ],
)
def test_when_a_doubt_is_over(looks: list[CanaryLook], bad: int, over: bool) -> None:
    assert is_over(looks, lambda: groups(bad, 5), AT) is over


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.example.org/a?b", "www.example.org"),
        ("mail.example.org:25", "mail.example.org"),
        ("a.example", "a.example"),
        ("", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


numbers = st.integers(0, 8)
sites = st.lists(
    st.builds(
        lambda pk, client, host, address, looked, bad, good: Seen(
            pk, client, f"h{host}" if host else "", f"a{address}" if address else "", ago(looked),
            ago(looked + bad) if bad is not None else None, ago(looked + good) if good is not None else None,
        ),
        st.integers(1, 99), st.integers(1, 30), numbers, numbers, st.integers(0, 60),
        st.none() | st.integers(0, 60), st.none() | st.integers(0, 60),
    ),
    max_size=40,
)  # fmt: skip
looks_of = st.lists(
    st.builds(
        lambda s, good, name: canary(s, good=good, name=name), st.integers(0, 200), st.booleans(), st.sampled_from("ab")
    ),
    max_size=12,
)


@given(sites)
def test_groups_hold_each_website_once_and_nothing_related_stands_apart(seen: list[Seen]) -> None:
    found = list(related(seen))

    assert sorted(map(id, (each for group in found for each in group))) == sorted(map(id, seen))
    for key in ("client_id", "host", "address"):
        values = [{getattr(each, key) for each in group} - {""} for group in found]
        assert sum(map(len, values)) == len(set().union(*values)) if values else True


@given(sites, looks_of, st.integers(1, 60))
def test_no_doubt_without_evidence(seen: list[Seen], looks: list[CanaryLook], first_bad_s: int) -> None:
    first_bad_at = ago(first_bad_s)
    found = decide(looks, lambda: Groups.of(seen), first_bad_at, AT)

    fresh = [each for each in looks if AT - each.at <= timedelta(seconds=90)]
    if found is None:
        return
    assert found.decided_at == AT
    assert found.from_at <= AT
    if found.reason is DoubtReason.CANARIES:
        assert fresh
        for name in {each.address for each in fresh}:
            last = max(each.at for each in fresh if each.address == name)
            assert not all(each.is_good for each in fresh if each.address == name and each.at == last)
        assert found.canaries_known == len({each.address for each in fresh}) == len(found.canaries)
    else:
        assert found.counted is not None
        assert found.counted.failed >= WEBSITES_MIN
        assert found.counted.failed >= SHARE_MIN * found.counted.looked
        assert first_bad_at - WINDOW <= found.from_at <= first_bad_at
        assert found.counted.failed <= found.counted.looked <= len(seen)


@given(sites, st.integers(1, 60))
def test_a_good_canary_since_the_failure_always_lets_it_be_judged(seen: list[Seen], first_bad_s: int) -> None:
    assert decide([canary(first_bad_s / 2, good=True)], lambda: Groups.of(seen), ago(first_bad_s), AT) is None


@given(st.lists(st.sampled_from([Code.OK, REFUSED]), max_size=12))
def test_what_is_withdrawn_needs_a_whole_confirmation_afterwards(codes: list[Code]) -> None:
    memory, at = Memory(), START
    for code in codes:
        at += timedelta(seconds=5)
        memory, _ = judge(memory, _look(at, code))
    was_down, memory = memory.is_down, withdrawn(memory)
    turns = []
    for _ in range(3):
        at += timedelta(seconds=5)
        memory, turn = judge(memory, _look(at, REFUSED))
        turns.append(turn)

    assert turns == [None] * 3 if was_down else turns == ["suspected", None, "went_down"]


def _look(at: datetime, code: Code) -> Look:
    return Look(at, state_of(code), vouch(60), code)


def test_the_evidence_says_how_many_of_how_many_and_when() -> None:
    found = Doubt(DoubtReason.SHARE, ago(10), AT, counted=Counted(7, 9))

    assert found.evidence() == {
        "canaries": [],
        "canaries_known": 0,
        "websites_failed": 7,
        "websites_looked_at": 9,
        "failed_from": ago(10).isoformat(),
        "decided_at": AT.isoformat(),
    }
