"""The escalation procedure as values, and what it says is due next on a clock. Pure.

A procedure is what the agency wrote for everybody; the ladder that a client agreed to stands in its agreement. What is
agreed is the least: where the procedure has no step as early that reaches the same role, the agreed step is taken too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from mainstay.policy.clocks import Clock, Kind, ladder_steps, time_after
from mainstay.policy.instants import micros
from mainstay.policy.terms import Escalation
from mainstay.policy.terms.words import Rung

PERCENT_MAX = 1000
STEPS_MAX = 20
MINUTES_MIN, MINUTES_MAX = 5, 1440
TAKEN_WITHIN = timedelta(minutes=5)
"""A step that is taken later than this after it fell due was not taken in time."""

REMINDERS_MAX = 100
"""How often at most a step is said again that nobody accepts."""

ASK_EVERY = timedelta(hours=1)
"""How often a client may escalate one ticket."""


class Way(StrEnum):
    """How a step goes: to more hands in the team, up to whoever answers for it, or because the client asked."""

    FUNCTIONAL = "functional"
    HIERARCHICAL = "hierarchical"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom a step reaches, and by when one of them is to accept it. Times count in the clock's own time."""

    tells: tuple[Rung, ...]
    accept_within: timedelta = timedelta(minutes=30)
    repeat_every: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureStep(Reach):
    """A step at `percent` of a clock, for the clocks and priorities that it names."""

    percent: int
    way: Way
    clocks: tuple[Kind, ...] = tuple(Kind)
    priorities: tuple[int, ...] = (1, 2, 3, 4)
    tells_client: bool = False

    def is_for(self, kind: Kind, priority: int) -> bool:
        return kind in self.clocks and priority in self.priorities


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """All steps, and what the client's own button does."""

    steps: tuple[ProcedureStep, ...]
    asked: Reach


STANDARD = Procedure(
    steps=(
        ProcedureStep(percent=75, way=Way.FUNCTIONAL, tells=(Rung.ASSIGNEE, Rung.TEAM_LEAD)),
        ProcedureStep(percent=100, way=Way.HIERARCHICAL, tells=(Rung.ACCOUNT_MANAGER,), tells_client=True),
        ProcedureStep(percent=150, way=Way.HIERARCHICAL, tells=(Rung.DIRECTOR,), tells_client=True),
    ),
    asked=Reach(tells=(Rung.ACCOUNT_MANAGER, Rung.TEAM_LEAD)),
)
"""What holds until an agency has written its own. It stays as it is, since tickets were opened under it."""


class ProcedureWrong(ValueError):
    """The steps do not make a procedure; the message says what to put right."""


@dataclass(frozen=True, slots=True)
class Due:
    """A step that the clock has reached, or will. `due_at` is when."""

    step: ProcedureStep
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken and that nobody has accepted yet. `key` names it to the caller, as its row's number."""

    key: int
    taken_at: datetime
    told_at: datetime
    repeat_every: timedelta
    reminders: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is due at an instant, and when something will be next (None: nothing that can be said now)."""

    due: tuple[Due, ...] = ()
    remind: tuple[int, ...] = ()
    next_at: datetime | None = None


def written(procedure: Procedure) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The steps, and what the client's button does, as they are kept; `read` gives the procedure back."""
    steps = [
        {
            **_written_reach(each),
            "percent": each.percent,
            "way": each.way.value,
            "clocks": [kind.value for kind in each.clocks],
            "priorities": list(each.priorities),
            "tells_client": each.tells_client,
        }
        for each in procedure.steps
    ]
    return steps, _written_reach(procedure.asked)


def read(steps: Iterable[Mapping[str, Any]], asked: Mapping[str, Any]) -> Procedure:
    """The procedure that `written` wrote."""
    return Procedure(
        steps=tuple(
            ProcedureStep(
                **_read_reach(each),
                percent=each["percent"],
                way=Way(each["way"]),
                clocks=tuple(Kind(kind) for kind in each["clocks"]),
                priorities=tuple(each["priorities"]),
                tells_client=each["tells_client"],
            )
            for each in steps
        ),
        asked=Reach(**_read_reach(asked)),
    )


def check(procedure: Procedure) -> Procedure:
    """The procedure itself.

    Raises:
        ProcedureWrong: it has no step or too many, or two for one clock and priority at one share.
    """
    if not 1 <= len(procedure.steps) <= STEPS_MAX:
        raise ProcedureWrong(f"Write at least one step, and at most {STEPS_MAX}.")
    for index, step in enumerate(procedure.steps):
        for other in procedure.steps[:index]:
            if step.percent == other.percent and _meet(step, other):
                raise ProcedureWrong(
                    f"Two steps stand at {step.percent} % of the same clock and priority. Make them one, or move one."
                )
    return procedure


def ladder(procedure: Procedure, agreed: Escalation, kind: Kind, priority: int) -> tuple[ProcedureStep, ...]:
    """The steps of one clock at one priority, lowest share first: the procedure's, and what was agreed beyond it."""
    steps = {each.percent: each for each in procedure.steps if each.is_for(kind, priority)}
    for promised in agreed.steps:
        missing = tuple(
            rung
            for rung in promised.tells
            if not any(each.percent <= promised.percent and rung in each.tells for each in steps.values())
        )
        if missing:
            there = steps.get(promised.percent) or _added(promised.percent, missing)
            tells = (*there.tells, *(rung for rung in missing if rung not in there.tells))
            steps[promised.percent] = replace(there, tells=tells)
    told_from = agreed.client_told_from_percent
    found = (replace(each, tells_client=each.tells_client or each.percent >= told_from) for each in steps.values())
    return tuple(sorted(found, key=lambda each: each.percent))


def reached(clock: Clock, steps: Iterable[ProcedureStep], since: datetime, at: datetime) -> tuple[Due, ...]:
    """Each of `steps` whose instant is known at `at`, also ahead, first due first.

    `since` is when the clock's time was last reckoned anew, as by another priority: what it had passed by then is due
    at that instant and not before.
    """
    known = tuple(steps)
    instants = {each.percent: each.at for each in ladder_steps(clock, at, [step.percent for step in known])}
    found = [
        Due(step, max(instant, since, key=micros)) for step in known if (instant := instants[step.percent]) is not None
    ]
    return tuple(sorted(found, key=lambda each: (micros(each.due_at), each.step.percent)))


def outlook(
    clock: Clock,
    steps: Iterable[ProcedureStep],
    done: Iterable[int],
    waiting: Iterable[Taken],
    *,
    since: datetime,
    at: datetime,
) -> Outlook:
    """What is due on a clock at `at`: of the ladder `steps` those whose share is not in `done`, and reminders of what
    is `waiting` to be accepted. A clock that stands or has ended is due nothing."""
    if not clock.state(at).is_running:
        return Outlook()
    had = frozenset(done)
    coming = reached(clock, (each for each in steps if each.percent not in had), since, at)
    reminders = [(each.key, remind_at(clock, each, at)) for each in waiting]
    instants = [each.due_at for each in coming] + [instant for _, instant in reminders if instant is not None]
    return Outlook(
        due=tuple(each for each in coming if micros(each.due_at) <= micros(at)),
        remind=tuple(key for key, instant in reminders if instant is not None and micros(instant) <= micros(at)),
        next_at=min(instants, key=micros, default=None),
    )


def remind_at(clock: Clock, taken: Taken, at: datetime) -> datetime | None:
    """When a step that nobody accepts is said again; None while the clock stands, and after the last time."""
    if taken.reminders >= REMINDERS_MAX:
        return None
    return time_after(clock, taken.told_at, taken.repeat_every, at)


def accept_times(
    clock: Clock, taken_at: datetime, accept_within: timedelta, at: datetime
) -> tuple[datetime | None, datetime | None]:
    """When half of the time to accept a step is gone, and when all is; None while the clock stands before."""
    return (
        time_after(clock, taken_at, accept_within / 2, at),
        time_after(clock, taken_at, accept_within, at),
    )


def was_missed(due: Due, ended_at: datetime) -> bool:
    """Whether a step that nobody took should have been, before its clock ended."""
    return micros(ended_at) - micros(due.due_at) > TAKEN_WITHIN / timedelta(microseconds=1)


def may_ask(latest_at: datetime | None, at: datetime) -> bool:
    """Whether a client may escalate now, when they did so last at `latest_at`."""
    return latest_at is None or at - latest_at >= ASK_EVERY


def reached_roles(steps: Sequence[Reach]) -> tuple[Rung, ...]:
    """Every role that any of the steps reaches, in the order of the ladder."""
    return tuple(rung for rung in Rung if any(rung in step.tells for step in steps))


def _written_reach(reach: Reach) -> dict[str, Any]:
    return {
        "tells": [rung.value for rung in reach.tells],
        "accept_s": int(reach.accept_within.total_seconds()),
        "repeat_s": int(reach.repeat_every.total_seconds()),
    }


def _read_reach(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "tells": tuple(Rung(each) for each in kept["tells"]),
        "accept_within": timedelta(seconds=kept["accept_s"]),
        "repeat_every": timedelta(seconds=kept["repeat_s"]),
    }


def _meet(one: ProcedureStep, other: ProcedureStep) -> bool:
    return bool(set(one.clocks) & set(other.clocks)) and bool(set(one.priorities) & set(other.priorities))


def _added(percent: int, tells: tuple[Rung, ...]) -> ProcedureStep:
    up = {Rung.ACCOUNT_MANAGER, Rung.DIRECTOR} & set(tells)
    return ProcedureStep(percent=percent, way=Way.HIERARCHICAL if up else Way.FUNCTIONAL, tells=tells)
