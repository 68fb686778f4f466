"""The escalation procedure as rules: what is due on a clock, and when."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.desk.rules_escalation import (
    STANDARD,
    Procedure,
    ProcedureStep,
    ProcedureWrong,
    Reach,
    Taken,
    Way,
    accept_times,
    check,
    ladder,
    may_ask,
    outlook,
    reached,
    read,
    was_missed,
    written,
)
from mainstay.desk.rules_ladders import groups
from mainstay.policy.clocks import Act, Clock, Event, Kind
from mainstay.policy.spans import parse_span
from mainstay.policy.terms import Escalation, default
from mainstay.policy.terms.shapes import Step
from mainstay.policy.terms.words import Rung
from tests.policy.reference import utc

TERMS = default()
HOURS = TERMS.office_hours()
NINE = utc(2026, 3, 4, 9)
"""A Wednesday; the office is open from nine until half past five."""


def at(hour: int, minute: int = 0, day: int = 4) -> datetime:
    return utc(2026, 3, day, hour, minute)


def clock(*events: tuple[datetime, Act], span: str = "4 office hours", kind: Kind = Kind.RESOLUTION) -> Clock:
    return Clock(kind, parse_span(span), HOURS, [Event(NINE, Act.START), *(Event(*each) for each in events)])


def steps(*percents: int) -> list[ProcedureStep]:
    return [ProcedureStep(percent=each, way=Way.FUNCTIONAL, tells=(Rung.TEAM_LEAD,)) for each in percents]


LADDER = steps(75, 100, 150)
PAUSED = (at(11), Act.PAUSE)
GOES_ON = (at(13), Act.RESUME)


@pytest.mark.parametrize(
    ("events", "now", "done", "due", "following"),
    [
        ([], at(11, 59), [], [], at(12)),
        ([], at(12), [], [75], at(12)),
        ([], at(12), [75], [], at(13)),
        ([], at(16), [75], [100, 150], at(13)),
        ([], at(16), [75, 100, 150], [], None),
        ([PAUSED], at(12), [], [], None),
        ([PAUSED, GOES_ON], at(13), [], [], at(14)),
        ([PAUSED, GOES_ON], at(14), [], [75], at(14)),
        ([(at(12, 30), Act.STOP)], at(13), [], [], None),
        ([(at(12, 30), Act.CANCEL)], at(13), [], [], None),
    ],
    ids=lambda value: str(value) if isinstance(value, list) else "",
)
def test_what_is_due(events: list, now: datetime, done: list[int], due: list[int], following: datetime | None):
    found = outlook(clock(*events), LADDER, done, (), since=NINE, at=now)
    assert ([each.step.percent for each in found.due], found.next_at) == (due, following)


def test_a_step_past_closing_time_is_due_in_the_office_hours_that_follow():
    found = outlook(clock(span="10 office hours"), steps(100), (), (), since=NINE, at=NINE)
    assert found.next_at == at(10, 30, day=5)


def test_round_the_clock_a_step_is_due_at_night():
    night = clock(span="10 h", kind=Kind.FIRST_RESPONSE)
    assert outlook(night, LADDER, [75], (), since=NINE, at=NINE).next_at == at(19)


def test_what_was_passed_before_the_time_was_reckoned_anew_is_due_at_that_instant():
    found = reached(clock(), LADDER, at(14), at(14))
    assert [(each.step.percent, each.due_at) for each in found] == [(75, at(14)), (100, at(14)), (150, at(15))]


def taken(told_at: datetime, reminders: int = 0) -> Taken:
    return Taken(7, at(12), told_at, timedelta(minutes=30), reminders)


@pytest.mark.parametrize(
    ("events", "waiting", "now", "remind", "following"),
    [
        ([], taken(at(12)), at(12, 29), (), at(12, 30)),
        ([], taken(at(12)), at(12, 30), (7,), at(12, 30)),
        ([], taken(at(17, 20)), at(17, 29), (), at(9, 20, day=5)),
        ([(at(12, 10), Act.PAUSE)], taken(at(12)), at(14), (), None),
        ([(at(12, 10), Act.PAUSE), (at(14), Act.RESUME)], taken(at(12)), at(14), (), at(14, 20)),
        ([(at(12, 10), Act.STOP)], taken(at(12)), at(14), (), None),
        ([], taken(at(12), reminders=100), at(14), (), None),
    ],
)
def test_a_step_is_said_again_in_the_clocks_own_time_until_it_is_accepted(
    events: list, waiting: Taken, now: datetime, remind: tuple, following: datetime | None
):
    found = outlook(clock(*events), LADDER, [75, 100, 150], [waiting], since=NINE, at=now)
    assert (found.remind, found.next_at) == (remind, following)


def test_the_time_to_accept_counts_in_the_clocks_own_time():
    assert accept_times(clock(), at(17, 20), timedelta(minutes=30), at(17, 20)) == (at(9, 5, day=5), at(9, 20, day=5))
    paused = clock((at(12, 5), Act.PAUSE))
    assert accept_times(paused, at(12), timedelta(minutes=30), at(12, 10)) == (None, None)


@pytest.mark.parametrize(("minutes", "missed"), [(4, False), (5, False), (6, True)])
def test_what_ended_within_moments_was_not_missed(minutes: int, missed: bool):
    due = reached(clock(), steps(75), NINE, at(12))[0]
    assert was_missed(due, at(12, minutes)) is missed


AGREED = TERMS.escalation


def agreed(*promised: tuple[int, tuple[Rung, ...]], told_from: int = 100) -> Escalation:
    return Escalation(
        client_told_from_percent=told_from,
        client_may_escalate=True,
        steps=tuple(Step(percent=percent, tells=tells) for percent, tells in promised),
    )


def shape(found: tuple[ProcedureStep, ...]) -> list[tuple[int, str, bool]]:
    return [(each.percent, " ".join(each.tells), each.tells_client) for each in found]


ONLY_LEAD = Procedure(steps=tuple(steps(50)), asked=Reach(tells=(Rung.DIRECTOR,)))


@pytest.mark.parametrize(
    ("procedure", "promised", "found"),
    [
        (
            STANDARD,
            AGREED,
            [(75, "assignee team_lead", False), (100, "account_manager", True), (150, "director", True)],
        ),
        (ONLY_LEAD, agreed((75, (Rung.TEAM_LEAD,))), [(50, "team_lead", False)]),
        (
            ONLY_LEAD,
            agreed((75, (Rung.TEAM_LEAD, Rung.DIRECTOR)), told_from=50),
            [(50, "team_lead", True), (75, "director", True)],
        ),
        (ONLY_LEAD, agreed((25, (Rung.TEAM_LEAD,))), [(25, "team_lead", False), (50, "team_lead", False)]),
        (ONLY_LEAD, agreed((50, (Rung.ACCOUNT_MANAGER,))), [(50, "team_lead account_manager", False)]),
        (ONLY_LEAD, agreed(), [(50, "team_lead", False)]),
    ],
)
def test_what_was_agreed_is_the_least(procedure: Procedure, promised: Escalation, found: list):
    assert shape(ladder(procedure, promised, Kind.RESOLUTION, 2)) == found


def test_a_step_for_other_clocks_or_priorities_is_left_out():
    narrow = replace(steps(50)[0], clocks=(Kind.RESOLUTION,), priorities=(1,))
    procedure = Procedure(steps=(narrow,), asked=STANDARD.asked)
    assert shape(ladder(procedure, agreed(), Kind.RESOLUTION, 1)) == [(50, "team_lead", False)]
    assert ladder(procedure, agreed(), Kind.RESOLUTION, 2) == ladder(procedure, agreed(), Kind.FIRST_RESPONSE, 1) == ()


kinds = st.lists(st.sampled_from(Kind), min_size=1, unique=True).map(tuple)
rungs = st.lists(st.sampled_from(Rung), min_size=1, unique=True).map(tuple)
any_step = st.builds(
    ProcedureStep,
    percent=st.integers(1, 300),
    way=st.sampled_from([Way.FUNCTIONAL, Way.HIERARCHICAL]),
    tells=rungs,
    clocks=kinds,
    priorities=st.lists(st.integers(1, 4), min_size=1, unique=True).map(tuple),
    tells_client=st.booleans(),
)


@given(
    some=st.lists(any_step, max_size=5, unique_by=lambda each: each.percent),
    promised=st.lists(st.tuples(st.integers(1, 300), rungs), max_size=4, unique_by=lambda each: each[0]),
    kind=st.sampled_from(Kind),
    priority=st.integers(1, 4),
)
def test_every_role_agreed_is_reached_by_the_share_agreed(some: list, promised: list, kind: Kind, priority: int):
    procedure = Procedure(steps=tuple(some), asked=STANDARD.asked)
    found = ladder(procedure, agreed(*sorted(promised)), kind, priority)
    for percent, tells in promised:
        for rung in tells:
            assert any(each.percent <= percent and rung in each.tells for each in found)
    assert [each.percent for each in found] == sorted({each.percent for each in found})
    assert read(*written(procedure)) == procedure


@pytest.mark.parametrize(
    ("some", "says"),
    [
        ((), "at least one step"),
        (tuple(steps(*range(1, 22))), "at most 20"),
        (tuple(steps(75, 75)), "Two steps stand at 75 %"),
    ],
)
def test_what_is_no_procedure_says_what_to_put_right(some: tuple, says: str):
    with pytest.raises(ProcedureWrong, match=says):
        check(Procedure(steps=some, asked=STANDARD.asked))


def test_one_share_may_serve_other_priorities():
    apart: list[Any] = [replace(steps(75)[0], priorities=(each,)) for each in (1, 2)]
    procedure = Procedure(steps=tuple(apart), asked=STANDARD.asked)
    assert check(procedure) is procedure


@pytest.mark.parametrize(("minutes", "may"), [(None, True), (59, False), (60, True)])
def test_a_client_may_escalate_once_an_hour(minutes: int | None, may: bool):
    before = None if minutes is None else at(12) - timedelta(minutes=minutes)
    assert may_ask(before, at(12)) is may


@given(percents=st.lists(st.integers(1, 1000), min_size=1, max_size=6, unique=True))
def test_a_picture_holds_every_step_inside_its_frame(percents: list[int]):
    procedure = Procedure(steps=tuple(steps(*percents)), asked=STANDARD.asked)
    for group in groups(procedure, TERMS):
        assert [each.percent for each in group.marks] == [each.percent for each in group.steps]
        assert sorted(set(percents)) == [each for each in (step.percent for step in group.steps) if each in percents]
        assert all(30 <= each.x <= 570 for each in group.marks)


def test_a_reader_sees_what_shares_come_to_in_time():
    only = groups(STANDARD, TERMS)
    assert [each.holds_for for each in only] == [""]
    rows = dict(only[0].rows)
    assert rows["First answer, priority 2 (2 office hours)"] == (
        "1 h 30 min of office time", "2 h of office time", "3 h of office time",
    )  # fmt: skip
    assert rows["Solution, priority 1 (4 h)"] == ("3 h", "4 h", "6 h")
    assert rows["Solution, priority 3 (5 working days)"][1] == "5 working days"
