"""Slow is slow when two looks in a row say so, and no longer when two in a row do not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch import queries
from mainstay.watch.codes import Code, State, state_of
from mainstay.watch.models import Monitor, Standing
from mainstay.watch.queries.fleet import Wanted
from mainstay.watch.rules.judge import Look, Memory, judge
from mainstay.watch.rules.pace import PASSING, LikeChecks, Pace, paced, shown, states_of
from mainstay.watch.rules.runs import Run
from tests.cast import Cast
from tests.watch.many import states
from tests.watch.world import FAULT, MINUTE, OK, REFUSED, SLOW, START, check, minutes, monitor_of, take

AT = datetime(2026, 3, 1, tzinfo=UTC)
VOUCH = 2 * MINUTE
SOON = Code.CERTIFICATE_ENDS_SOON
SIGNS = {"+": OK, "~": SLOW, "-": REFUSED, "?": FAULT, "c": SOON}


def remembered(signs: str) -> Memory:
    """What the judge remembers after a look a minute; a space is a minute without a look."""
    memory = Memory()
    for minute, sign in enumerate(signs):
        if sign != " ":
            code = SIGNS[sign]
            memory, _ = judge(memory, Look(AT + minute * MINUTE, state_of(code), VOUCH, code))
    return memory


@pytest.mark.parametrize(
    ("signs", "since"),
    [
        ("+", None),
        ("+~", None),
        ("+~+", None),
        ("+~+~+~", None),
        ("+~~", 1),
        ("~~", 0),
        ("+~~~+", 1),
        ("+~~+~", 1),
        ("+~~++", None),
        ("+~~++~", None),
        ("+~~c", 1),
        ("+~~+c", None),
        ("~   ~", None),
        ("~~   ~", None),
        ("+~~-", None),
        ("+~?~", None),
    ],
)
def test_since_when_it_is_slow(signs: str, since: int | None) -> None:
    assert remembered(signs).slow_since == (None if since is None else AT + since * MINUTE)


@pytest.mark.parametrize(
    ("code", "is_slow", "state"),
    [
        (OK, False, State.UP),
        (OK, True, State.DEGRADED),
        (SLOW, False, State.UP),
        (SLOW, True, State.DEGRADED),
        (SOON, False, State.DEGRADED),
        (REFUSED, True, State.DOWN),
        (FAULT, True, State.UNKNOWN),
    ],
)
def test_what_is_shown(code: Code, is_slow: bool, state: State) -> None:
    assert shown(state_of(code), code, is_slow=is_slow) is state


LOOKS = st.lists(st.tuples(st.sampled_from([OK, SLOW, SLOW, SOON, REFUSED, FAULT]), st.integers(1, 3)), max_size=40)


@given(LOOKS)
def test_runs_say_what_the_looks_say(looks: list[tuple[Code, int]]) -> None:
    """Each look is shown as the pace was that it belonged to in the end, dated back to the first of two."""
    at, seen = AT, []
    for code, gap in looks:
        at += gap * MINUTE
        seen.append((at, code))
    runs = runs_of(seen)
    by_run = dict(zip([each.from_at for each in runs], states_of(like(runs)), strict=True))
    expected = by_look(seen)

    assert {at: state for at, state in expected.items() if at in by_run} == by_run


def runs_of(seen: list[tuple[datetime, Code]]) -> list[Run]:
    """As `actions.running` makes them."""
    found: list[Run] = []
    for at, code in seen:
        if found and found[-1].continues(at, state_of(code), code):
            found[-1].extend(at, VOUCH)
            continue
        if found and found[-1].to_at > at:
            found[-1].cut(at)
        found.append(Run(state_of(code), code, at, at, at + VOUCH))
    return found


def like(runs: list[Run]) -> list[LikeChecks]:
    return [LikeChecks(each.from_at, each.to_at, each.code, each.checks) for each in runs]


def by_look(seen: list[tuple[datetime, Code]]) -> dict[datetime, State]:
    """The state at each look, set anew from the first of two looks on when the second one comes."""
    slow: dict[datetime, bool] = {}
    pace, until = Pace(), None
    for at, code in seen:
        if until is not None and at > until:
            pace = Pace()
        before, until = pace, at + VOUCH
        pace = paced(pace, at, state_of(code), code)
        slow[at] = pace.slow_since is not None
        if slow[at] is not (before.slow_since is not None) and before.doubted_at is not None:
            slow |= {each: slow[at] for each in slow if each >= before.doubted_at}
    return {at: shown(state_of(code), code, is_slow=slow[at]) for at, code in seen}


@pytest.fixture
def monitor(cast: Cast) -> Monitor:
    return monitor_of(cast.a.websites.get())


def now(monitor: Monitor, minute: float) -> tuple[State, str]:
    found = queries.as_seen(Monitor.objects.select_related("standing").get(pk=monitor.pk), START + minute * MINUTE)
    return found.state, found.sentence


def listed(monitor: Monitor, minute: float) -> str:
    return queries.fleet(Monitor.objects.all(), Wanted(), START + minute * MINUTE).get(pk=monitor.pk).state_now


@pytest.mark.django_db
def test_one_slow_check_is_said_and_changes_nothing(monitor: Monitor) -> None:
    take(minutes(monitor, [OK, OK, SLOW]))

    state, sentence = now(monitor, 2.5)
    assert state is State.UP
    assert sentence.endswith("That was seen once, and is not confirmed.")
    assert listed(monitor, 2.5) == "up"
    assert queries.state_now([monitor.environment.website], START + 2.5 * MINUTE) == {
        monitor.environment.website_id: State.UP
    }
    assert [each[0] for each in states(monitor, START, START + 3 * MINUTE)] == ["up"]


@pytest.mark.django_db
def test_two_are_slow_from_the_first_and_one_good_one_ends_nothing(monitor: Monitor) -> None:
    take(minutes(monitor, [OK, SLOW, SLOW, OK]))

    assert now(monitor, 3.5)[0] is State.DEGRADED
    assert "not confirmed" in now(monitor, 3.5)[1]
    assert listed(monitor, 3.5) == "degraded"
    assert states(monitor, START, START + 4 * MINUTE) == [
        ("up", START, START + MINUTE),
        ("degraded", START + MINUTE, START + 4 * MINUTE),
    ]


@pytest.mark.django_db
def test_two_good_ones_end_it_at_the_first(monitor: Monitor) -> None:
    take(minutes(monitor, [OK, SLOW, SLOW, OK]))
    take(minutes(monitor, [OK], first=4))

    assert now(monitor, 4.5)[0] is State.UP
    assert states(monitor, START, START + 4 * MINUTE)[1:] == [
        ("degraded", START + MINUTE, START + 3 * MINUTE),
        ("up", START + 3 * MINUTE, START + 4 * MINUTE),
    ]


@pytest.mark.django_db
def test_each_place_is_slow_by_its_own_looks(monitor: Monitor) -> None:
    take([check(monitor, 0, place="a"), check(monitor, 0.1, place="b")])
    take([check(monitor, 1, SLOW, place="a"), check(monitor, 1.1, SLOW, place="b")])
    assert now(monitor, 1.2)[0] is State.UP
    take([check(monitor, 2, SLOW, place="a"), check(monitor, 2.1, place="b")])

    assert now(monitor, 2.2)[0] is State.DEGRADED
    assert Standing.objects.get().slow_since == START + MINUTE
    take([check(monitor, 3, place="a"), check(monitor, 4, place="a"), check(monitor, 4.1, place="b")])
    assert now(monitor, 4.2)[0] is State.UP


@pytest.mark.django_db
def test_what_was_slow_before_a_stretch_began_is_known_in_it(monitor: Monitor) -> None:
    take(minutes(monitor, [SLOW, SLOW, OK, SLOW]))

    assert states(monitor, START + 2.5 * MINUTE, START + 4 * MINUTE) == [
        ("degraded", START + 2.5 * MINUTE, START + 4 * MINUTE)
    ]


@pytest.mark.django_db
def test_one_good_check_in_an_outage_does_not_show_it_as_over(monitor: Monitor) -> None:
    take(minutes(monitor, [REFUSED, REFUSED, REFUSED, OK]))

    assert now(monitor, 3.5)[0] is State.DOWN
    assert "not confirmed" in now(monitor, 3.5)[1]
    assert listed(monitor, 3.5) == "down"


def test_what_may_pass_is_degraded() -> None:
    assert {state_of(code) for code in PASSING} == {State.DEGRADED}


@pytest.mark.django_db
def test_a_memory_of_before_is_steady_only_once_its_pace_is_known(monitor: Monitor) -> None:
    """As it was stored by a version that knew no pace."""
    take(minutes(monitor, [SLOW, SLOW]))
    Standing.objects.update(slow_since=None)
    take(minutes(monitor, [SLOW], first=2))
    take(minutes(monitor, [SLOW], first=3))

    assert Standing.objects.get().slow_since == START + 2 * MINUTE
