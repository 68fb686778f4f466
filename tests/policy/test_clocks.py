"""Clocks by example, and against counting minutes."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.policy import terms
from mainstay.policy.clocks import Act, Clock, Event, Kind, Standing, Step, in_force, ladder_steps
from mainstay.policy.hours import OfficeHours
from mainstay.policy.spans import Measure, Span, parse_span
from tests.policy.reference import MINUTE, utc

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
HOURS = OfficeHours()
TERMS = terms.default()


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type,misc]


FRIDAY = london(2026, 3, 6, 16, 0)


def clock(span: str, *events: tuple[datetime, Act], kind: Kind = Kind.RESOLUTION, start: datetime = FRIDAY) -> Clock:
    happened = [Event(start, Act.START), *(Event(at, act, "client") for at, act in events)]
    return Clock(kind, parse_span(span), HOURS, happened)


@pytest.mark.parametrize(
    ("priority", "first", "resolution"),
    [
        (1, london(2026, 3, 6, 17), london(2026, 3, 6, 20)),
        (2, london(2026, 3, 9, 9, 30), london(2026, 3, 9, 16)),
        (3, london(2026, 3, 9, 16), london(2026, 3, 13, 16)),
        (4, london(2026, 3, 10, 16), london(2026, 4, 3, 16)),
    ],
)
def test_what_the_default_terms_promise_on_a_friday_afternoon(
    priority: int, first: datetime, resolution: datetime
) -> None:
    response = TERMS.response_for(priority)
    happened = [Event(FRIDAY, Act.START)]
    assert Clock(Kind.FIRST_RESPONSE, response.first, HOURS, happened).state(FRIDAY).due_at == first
    assert Clock(Kind.RESOLUTION, response.resolution, HOURS, happened).state(FRIDAY).due_at == resolution


def test_waiting_for_the_client_pauses_the_resolution() -> None:
    paused = clock("2 office hours", (FRIDAY + HOUR, Act.PAUSE))
    state = paused.state(FRIDAY + 40 * HOUR)
    assert (state.standing, state.paused_by, state.due_at) == (Standing.PAUSED, "client", None)
    assert (state.consumed, state.remaining, state.percent) == (HOUR, HOUR, 50)
    goes_on = clock("2 office hours", (FRIDAY + HOUR, Act.PAUSE), (london(2026, 3, 9, 12), Act.RESUME))
    assert goes_on.state(london(2026, 3, 9, 12)).due_at == london(2026, 3, 9, 13)


def test_waiting_for_the_client_never_pauses_the_first_response() -> None:
    first = clock("2 office hours", (FRIDAY + HOUR, Act.PAUSE), kind=Kind.FIRST_RESPONSE)
    state = first.state(london(2026, 3, 9, 12))
    assert (state.standing, state.is_missed, state.due_at) == (Standing.RUNNING, True, london(2026, 3, 9, 9, 30))


def test_a_pause_that_comes_after_the_due_instant_excuses_nothing() -> None:
    late = clock("1 h", (FRIDAY + 2 * HOUR, Act.PAUSE))
    state = late.state(FRIDAY + 9 * HOUR)
    assert (state.standing, state.due_at, state.is_missed) == (Standing.PAUSED, FRIDAY + HOUR, True)


def test_used_up_exactly_when_it_is_paused_it_was_due_then() -> None:
    waits = (FRIDAY + HOUR, Act.PAUSE), (FRIDAY + 5 * HOUR, Act.RESUME)
    state = clock("1 h", *waits).state(FRIDAY + 6 * HOUR)
    assert (state.due_at, state.is_missed) == (FRIDAY + HOUR, True)


def test_met_up_to_the_due_instant_and_missed_after_it() -> None:
    for late, is_met in ((timedelta(), True), (timedelta(microseconds=1), False)):
        state = clock("1 h", (FRIDAY + HOUR + late, Act.STOP)).state(FRIDAY + 9 * HOUR)
        assert (state.is_met, state.is_missed, state.due_at) == (is_met, not is_met, FRIDAY + HOUR)
        assert state.consumed == HOUR + late


def test_a_deadline_at_closing_is_missed_in_the_night_after() -> None:
    night = clock("90 min office time", (FRIDAY + 5 * HOUR, Act.STOP)).state(FRIDAY + 9 * HOUR)
    assert (night.due_at, night.consumed, night.is_missed) == (FRIDAY + 1.5 * HOUR, 1.5 * HOUR, True)


def test_running_and_not_yet_late() -> None:
    running = clock("1 h")
    assert not running.state(FRIDAY + HOUR).is_missed
    assert running.state(FRIDAY + HOUR + MINUTE).is_missed
    assert running.state(FRIDAY + 1.5 * HOUR).remaining == -HOUR / 2
    assert running.state(FRIDAY - HOUR).standing is Standing.NOT_STARTED


def test_reopened_goes_on_where_it_stopped() -> None:
    again = clock("4 h", (FRIDAY + HOUR, Act.STOP), (FRIDAY + 50 * HOUR, Act.REOPEN))
    state = again.state(FRIDAY + 51 * HOUR)
    assert (state.consumed, state.due_at, state.is_running) == (2 * HOUR, FRIDAY + 53 * HOUR, True)


def test_restarted_begins_anew() -> None:
    state = clock("4 h", (FRIDAY + HOUR, Act.STOP), (FRIDAY + 50 * HOUR, Act.RESTART)).state(FRIDAY + 51 * HOUR)
    assert (state.consumed, state.due_at, state.started_at) == (HOUR, FRIDAY + 54 * HOUR, FRIDAY + 50 * HOUR)


def test_cancelled_is_neither_met_nor_missed() -> None:
    state = clock("1 h", (FRIDAY + 2 * HOUR, Act.CANCEL)).state(FRIDAY + 9 * HOUR)
    assert (state.is_over, state.is_met, state.is_missed) == (True, False, False)


def test_stopped_while_paused_was_met() -> None:
    state = clock("2 h", (FRIDAY + HOUR, Act.PAUSE), (FRIDAY + 9 * HOUR, Act.STOP)).state(FRIDAY + 10 * HOUR)
    assert (state.is_met, state.consumed, state.due_at) == (True, HOUR, FRIDAY + 10 * HOUR)


def test_what_does_not_fit_changes_nothing_and_what_is_to_come_is_not_looked_at() -> None:
    odd = clock("2 h", (FRIDAY + HOUR / 2, Act.RESUME), (FRIDAY + HOUR / 2, Act.REOPEN), (FRIDAY + HOUR, Act.STOP))
    assert odd.state(FRIDAY + HOUR / 2) == clock("2 h").state(FRIDAY + HOUR / 2)


def test_a_paused_working_day_ends_later_by_the_office_time_it_stood() -> None:
    tuesday = london(2026, 3, 3, 10)
    waits = (tuesday + HOUR, Act.PAUSE), (tuesday + 3 * HOUR, Act.RESUME)
    assert clock("1 working day", *waits, start=tuesday).state(tuesday + 4 * HOUR).due_at == london(2026, 3, 4, 12)
    night = (london(2026, 3, 3, 18), Act.PAUSE), (london(2026, 3, 4, 8), Act.RESUME)
    assert clock("1 working day", *night, start=tuesday).state(tuesday + 24 * HOUR).due_at == london(2026, 3, 4, 10)


def test_the_ladder() -> None:
    steps = ladder_steps(clock("4 h"), FRIDAY + 3.5 * HOUR)
    assert steps == (
        Step(75, FRIDAY + 3 * HOUR, is_reached=True),
        Step(100, FRIDAY + 4 * HOUR, is_reached=False),
        Step(150, FRIDAY + 6 * HOUR, is_reached=False),
    )
    assert [each.at for each in ladder_steps(clock("4 office hours"), FRIDAY)] == [
        london(2026, 3, 9, 10, 30),
        london(2026, 3, 9, 11, 30),
        london(2026, 3, 9, 13, 30),
    ]


def test_a_ladder_that_is_left_early() -> None:
    stopped = clock("4 h", (FRIDAY + 3.5 * HOUR, Act.STOP))
    assert [each.is_reached for each in ladder_steps(stopped, FRIDAY + 99 * HOUR)] == [True, False, False]
    assert [each.at for each in ladder_steps(stopped, FRIDAY + 99 * HOUR)][1:] == [None, None]
    paused = clock("4 h", (FRIDAY + HOUR, Act.PAUSE))
    assert [each.at for each in ladder_steps(paused, FRIDAY + 99 * HOUR)] == [None, None, None]
    assert [each.at for each in ladder_steps(clock("4 h"), FRIDAY - HOUR)] == [None, None, None]


def test_the_terms_in_force_are_those_of_the_start() -> None:
    versions = [(utc(2026, 6, 1), "second"), (utc(2026, 1, 1), "first")]
    assert in_force(versions, utc(2026, 6, 1) - MINUTE) == "first"
    assert in_force(versions, utc(2026, 6, 1)) == "second"
    assert in_force(versions, utc(2025, 1, 1)) is None


changes = st.lists(
    st.tuples(st.integers(0, 4_000), st.sampled_from([Act.PAUSE, Act.RESUME, Act.STOP, Act.REOPEN])), max_size=8
)
spans = st.one_of(
    st.integers(1, 2_000).map(lambda count: Span(Measure.ELAPSED, count * MINUTE)),
    st.integers(1, 1_500).map(lambda count: Span(Measure.OFFICE, count * MINUTE)),
)


@given(span=spans, happened=changes, now=st.integers(0, 5_000))
def test_agrees_with_counting_minutes(span: Span, happened: list[tuple[int, Act]], now: int) -> None:
    start = utc(2026, 3, 27, 14)
    ordered = sorted(happened, key=lambda each: each[0])
    events = [Event(start, Act.START), *(Event(start + minute * MINUTE, act) for minute, act in ordered)]
    used, standing, due = _count(start, span, ordered, now)
    state = Clock(Kind.RESOLUTION, span, HOURS, events).state(start + now * MINUTE)
    assert (state.consumed, state.standing) == (used * MINUTE, standing)
    if due is not None:
        assert state.due_at == start + due * MINUTE
    steps = ladder_steps(Clock(Kind.RESOLUTION, span, HOURS, events), start + now * MINUTE, (10, 50, 75, 100, 150))
    reached = [each.at for each in steps if each.at is not None]
    assert all(one <= two for one, two in pairwise(reached))
    assert [each.is_reached for each in steps] == sorted((each.is_reached for each in steps), reverse=True)


def _count(start: datetime, span: Span, happened: list[tuple[int, Act]], now: int) -> tuple[int, Standing, int | None]:
    """Minutes used, the standing, and the minute by which the span was used up, if it was by `now`."""
    moves = {
        (Standing.RUNNING, Act.PAUSE): Standing.PAUSED,
        (Standing.PAUSED, Act.RESUME): Standing.RUNNING,
        (Standing.RUNNING, Act.STOP): Standing.STOPPED,
        (Standing.PAUSED, Act.STOP): Standing.STOPPED,
        (Standing.STOPPED, Act.REOPEN): Standing.RUNNING,
    }
    used, standing, due = 0, Standing.RUNNING, None
    for minute in range(now + 1):
        for at, act in happened:
            if at == minute:
                standing = moves.get((standing, act), standing)
        counts = span.measure is Measure.ELAPSED or HOURS.is_open(start + minute * MINUTE)
        if minute < now and standing is Standing.RUNNING and counts:
            used += 1
            if due is None and used * MINUTE == span.amount:
                due = minute + 1
    return used, standing, due


@pytest.mark.parametrize("span", ["2 office hours", "1 working day", "5 working days"])
def test_a_calendar_without_windows_is_never_due(span: str) -> None:
    """Every page that showed such a clock failed with NeverOpen."""
    closed = OfficeHours(week={})
    happened = [
        Event(FRIDAY, Act.START),
        Event(FRIDAY + HOUR, Act.PAUSE, "client"),
        Event(FRIDAY + 2 * HOUR, Act.RESUME),
    ]
    never = Clock(Kind.RESOLUTION, parse_span(span), closed, happened)
    state = never.state(FRIDAY + 100 * HOUR)
    assert (state.standing, state.due_at, state.is_missed, state.percent) == (Standing.RUNNING, None, False, 0)
    assert never.due(FRIDAY + 100 * HOUR) is None
    assert [step.at for step in ladder_steps(never, FRIDAY + 100 * HOUR)] == [None, None, None]
    stopped = Clock(Kind.RESOLUTION, parse_span(span), closed, [*happened, Event(FRIDAY + 9 * HOUR, Act.STOP)])
    assert stopped.state(FRIDAY + 100 * HOUR).is_met
