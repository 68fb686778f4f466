"""What `verify.py` says of outages and of how a website stood is what Mainstay's own rules say."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mainstay.watch.codes import Code, State, state_of
from mainstay.watch.evidence.verify import seen as gathering
from mainstay.watch.evidence.verify.instants import instant, moment
from mainstay.watch.evidence.verify.rows import Run
from mainstay.watch.evidence.verify.settling import Outage, judged
from mainstay.watch.evidence.verify.timeline import covered, states_of, without
from mainstay.watch.evidence.verify.website import Monitor, Website
from mainstay.watch.rules import pace
from mainstay.watch.rules.again import Seen, judged_again
from mainstay.watch.rules.availability import needed
from mainstay.watch.rules.judge import Look
from mainstay.watch.rules.pace import PASSING, LikeChecks
from mainstay.watch.rules.runs import Run as Spell
from mainstay.watch.rules.timeline import Span, Stretch, Watched, timeline
from mainstay.watch.rules.timeline import without as cut_out
from tests.watch.world import START

SECOND = timedelta(seconds=1)
STATES = {each.value: state_of(each).value for each in Code}
VOUCH_S = 120
CODES = [Code.OK, Code.OK, Code.TIMEOUT, Code.TIMEOUT, Code.CONNECTION_REFUSED, Code.SLOW, Code.SLOW, Code.PROBER_FAULT]
LOOKS = st.lists(
    st.tuples(st.integers(0, 150), st.integers(1, 3), st.sampled_from("abc"), st.sampled_from(CODES)), max_size=80
)
RULES = st.sampled_from([("any", None), ("all", None), ("quorum", 2)])


def monitor(number: int, **more: Any) -> Monitor:
    """A monitor as the manifest of a bundle has it."""
    said = {
        "id": number,
        "counts": True,
        "source": "prober",
        "bad_needed": 3,
        "good_needed": 2,
        "watched_from": START.isoformat(),
        "retired_at": None,
        "active": [[START.isoformat(), None]],
        "let_go": [],
        "vouches_s": [[START.isoformat(), VOUCH_S]],
        "spells": [],
    }
    return Monitor(said | more)


def website(rule: tuple[str, int | None], monitors: list[Monitor], gaps: list[Any] = []) -> Website:  # noqa: B006
    said = {
        "id": 1,
        "name": "A website",
        "url": "https://a.example",
        "rule": rule[0],
        "quorum": rule[1],
        "looked_after_from": START.isoformat(),
        "known_from": None,
        "outages": [],
        "stated": [],
        "taken_back": [],
        "open_at_start": None,
    }
    return Website(said, monitors, gaps, [], [])


def timed(looks: list[tuple[int, int, str, Code]]) -> list[tuple[Any, int, str, Code]]:
    """With instants instead of steps, in the order of time; two places may look at the same instant, one may not."""
    at, found, known = START, [], set()
    for step_s, number, place, code in looks:
        at += step_s * SECOND
        if (at, number, place) not in known:
            known.add((at, number, place))
            found.append((at, number, place, code))
    return sorted(found, key=lambda each: (each[0], each[2]))


@given(LOOKS, RULES)
def test_the_outages_are_those_of_the_judge(looks: list[Any], rule: tuple[str, int | None]) -> None:
    """Any, all or a quorum of three monitors, each looked at from up to three places."""
    ordered = timed(looks)
    seen = (
        Seen(number, Look(at, state_of(code), VOUCH_S * SECOND, code, place=place), at)
        for at, number, place, code in ordered
    )
    by_rules = judged_again(seen, [1, 2, 3], needed(*rule, 3)).outages
    offline = judged(
        website(rule, [monitor(number) for number in (1, 2, 3)]),
        [(number, instant(at.isoformat()), STATES[code], place) for at, number, place, code in ordered],
    )

    edges = ("start", "end", "start_after", "end_after")
    found = [
        tuple(None if getattr(each, name) is None else moment(getattr(each, name)) for name in edges)
        for each in offline
    ]
    assert found == [(each.started_at, each.ended_at, each.started_after, each.ended_after) for each in by_rules]


def runs_of(ordered: list[tuple[Any, int, str, Code]], number: int, place: str) -> list[Run]:
    """Every check as a run of its own."""
    return [
        Run(code.value, instant(at.isoformat()), instant(at.isoformat()))
        for at, which, where, code in ordered
        if (which, where) == (number, place)
    ]


def spells_of(ordered: list[tuple[Any, int, str, Code]], number: int, place: str) -> list[Stretch]:
    """As checks are taken in: runs that go on, and are cut where something else is seen; slow where that is sure."""
    found: list[Spell] = []
    for at, which, where, code in ordered:
        if (which, where) != (number, place):
            continue
        if found and found[-1].continues(at, state_of(code), code):
            found[-1].extend(at, VOUCH_S * SECOND)
            continue
        if found and found[-1].to_at > at:
            found[-1].cut(at)
        found.append(Spell(state_of(code), code, at, at, at + VOUCH_S * SECOND))
    runs = [LikeChecks(each.from_at, each.to_at, each.code, each.checks) for each in found]
    return [Stretch(each.start, each.end, state) for each, state in zip(runs, pace.states_of(runs), strict=True)]


STRETCHES = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 2000)), max_size=4)


@given(LOOKS, RULES, STRETCHES, STRETCHES)
def test_how_a_website_stood_is_what_the_timeline_says(
    looks: list[Any], rule: tuple[str, int | None], gaps: list[Any], downs: list[Any]
) -> None:
    ordered, end = timed(looks), START + 6000 * SECOND
    places = [(number, place) for number in (1, 2, 3) for place in "abc"]
    blind = sorted((START + low * SECOND, START + (low + long) * SECOND) for low, long in gaps)
    outages = [(START + low * SECOND, START + (low + long) * SECOND) for low, long in downs]
    watched = []
    for number in (1, 2, 3):
        spells = [
            each for where in "abc" for each in cut_out(spells_of(ordered, number, where), [Span(*b) for b in blind])
        ]
        watched.append(Watched(START, end, spells))
    by_rules = timeline(watched, [Span(*each) for each in outages], lambda many: needed(*rule, many), START, end)

    site = website(rule, [monitor(number) for number in (1, 2, 3)])
    cuts = [(instant(low.isoformat()), instant(high.isoformat())) for low, high in blind]
    found: dict[int, list[Any]] = {number: [] for number in (1, 2, 3)}
    for number, place in places:
        found[number] += without(
            covered(runs_of(ordered, number, place), site.monitors[number - 1], STATES, PASSING), cuts
        )
    downs_us = [Outage(instant(low.isoformat()), instant(high.isoformat())) for low, high in outages]
    offline = list(states_of(site, found, downs_us, instant(START.isoformat()), instant(end.isoformat())))

    assert united_by_state(offline) == [(each.start, each.end, each.state.value) for each in by_rules]


def united_by_state(stretches: list[tuple[int, int, str]]) -> list[tuple[Any, Any, str]]:
    found: list[list[Any]] = []
    for low, high, state in stretches:
        if found and found[-1][2] == state:
            found[-1][1] = moment(high)
        else:
            found.append([moment(low), moment(high), state])
    return [tuple(each) for each in found]


def test_a_pause_ends_what_checks_speak_for_and_the_outage_that_the_monitor_alone_made() -> None:
    paused, resumed = START + 10 * 60 * SECOND, START + 20 * 60 * SECOND
    active = [[START.isoformat(), paused.isoformat()], [resumed.isoformat(), None]]
    site = website(("any", None), [monitor(1, active=active)])
    minutes = [(n, "timeout") for n in range(5, 10)] + [(n, "ok") for n in range(20, 25)]
    at = [instant((START + n * 60 * SECOND).isoformat()) for n, _ in minutes]
    looks = [(1, us, STATES[code], "a") for us, (_, code) in zip(at, minutes, strict=True)]
    runs = [Run(code, us, us) for us, (_, code) in zip(at, minutes, strict=True)]

    (outage,) = judged(site, looks)
    assert (outage.start, outage.end, outage.end_after) == (at[0], at[4], at[4])
    assert united_by_state(covered(runs, site.monitors[0], STATES)) == [
        (moment(at[0]), moment(at[4]), "down"),
        (moment(at[5]), moment(at[9]) + VOUCH_S * SECOND, "up"),
    ]


def test_a_run_through_a_pause_is_cut_in_two() -> None:
    paused, resumed = START + 95 * SECOND, START + 100 * SECOND
    site = website(
        ("any", None), [monitor(1, active=[[START.isoformat(), paused.isoformat()], [resumed.isoformat(), None]])]
    )
    seen = gathering.Seen(STATES)
    at = [instant((START + n * 60 * SECOND).isoformat()) for n in range(5)]
    seen.runs[1]["a"] = [Run("ok", at[0], at[4], at[1])]
    seen.near[1]["a"] = [(each, "ok") for each in at]
    seen.split(site.monitors[0])

    spoken = covered(seen.runs[1]["a"], site.monitors[0], STATES)
    assert [each[:2] for each in spoken] == [(at[0], instant(paused.isoformat())), (at[2], at[4] + VOUCH_S * 1_000_000)]
    assert all(low[1] < high[0] for low, high in pairwise(spoken))
    assert {State(each[2]) for each in spoken} == {State.UP}
