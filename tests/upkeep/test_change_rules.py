"""The process of a change: its states, its classes, and what an approval is bound to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mainstay.policy.terms import default
from mainstay.upkeep.rules.changes import (
    NEXT,
    Approval,
    ChangeClass,
    ChangeState,
    Jump,
    Plan,
    Update,
    class_of,
    holds,
    jump,
    may_follow,
)

START = datetime(2026, 3, 10, 3, tzinfo=UTC)
PLAN = Plan(
    website_id=7,
    change_class=ChangeClass.NORMAL,
    updates=(Update("PyPI", "django", "5.2.1", "5.2.2"), Update("PyPI", "pillow", "10.0", "11.0")),
    starts_at=START,
    ends_at=START + timedelta(hours=3),
    way_back="backup of the night before",
)
TERMS = default().changes
DAYS = 86_400.0


@pytest.mark.parametrize(
    "change",
    [
        {"website_id": 8},
        {"updates": PLAN.updates[::-1]},
        {"updates": PLAN.updates[:1]},
        {"updates": (replace(PLAN.updates[0], after="5.2.3"), PLAN.updates[1])},
        {"starts_at": START + timedelta(seconds=1)},
        {"ends_at": START + timedelta(hours=4)},
        {"way_back": "none"},
    ],
)
def test_any_change_of_the_plan_voids_its_approval(change: dict) -> None:
    other = replace(PLAN, **change)
    assert other.digest != PLAN.digest
    assert not holds(Approval(by=1, digest=PLAN.digest), other, implementer=2)


def test_an_approval_is_of_the_class_too() -> None:
    assert replace(PLAN, change_class=ChangeClass.STANDARD).digest != PLAN.digest


def test_the_same_plan_in_another_zone_is_the_same() -> None:
    elsewhere = PLAN.starts_at.astimezone(tz=None)
    assert replace(PLAN, starts_at=elsewhere).digest == PLAN.digest


def test_nobody_approves_what_they_carry_out_and_silence_is_no_consent() -> None:
    assert holds(Approval(by=1, digest=PLAN.digest), PLAN, implementer=2)
    assert not holds(Approval(by=2, digest=PLAN.digest), PLAN, implementer=2)
    assert not holds(None, PLAN, implementer=2)
    assert holds(None, replace(PLAN, change_class=ChangeClass.STANDARD), implementer=2)
    assert holds(None, replace(PLAN, change_class=ChangeClass.EMERGENCY), implementer=2)


@pytest.mark.parametrize(
    ("ecosystem", "before", "after", "expected"),
    [
        ("PyPI", "5.2.1", "5.2.2", Jump.PATCH),
        ("PyPI", "5.2", "5.2.1", Jump.PATCH),
        ("PyPI", "5.2.9", "5.3", Jump.MINOR),
        ("PyPI", "5.2", "6.0", Jump.MAJOR),
        ("PyPI", "5.2.2", "5.2.1", Jump.BACK),
        ("PyPI", "5.2.1", "5.2.1", Jump.BACK),
        ("Packagist", "v1.2.3", "1.2.4", Jump.PATCH),
        ("Packagist", "dev-main", "1.2.4", Jump.UNKNOWN),
        ("Debian", "3.0.11-1~deb12u1", "3.0.11-1~deb12u2", Jump.PATCH),
        ("Debian", "3.0.11-1", "1:1.0-1", Jump.MAJOR),
        ("WordPress", "6.4.1", "6.5", Jump.MINOR),
        ("Fortran", "1", "2", Jump.UNKNOWN),
    ],
)
def test_how_far_an_update_goes(ecosystem: str, before: str, after: str, expected: Jump) -> None:
    assert jump(Update(ecosystem, "x", before, after)) is expected


def test_the_class_is_the_agreements() -> None:
    patch, major = PLAN.updates
    given = {"is_urgent": False, "terms": TERMS}
    assert class_of([patch], ages_s=[3 * DAYS], **given) is ChangeClass.STANDARD
    assert class_of([patch], ages_s=[3 * DAYS - 1], **given) is ChangeClass.NORMAL
    assert class_of([patch, major], ages_s=[9 * DAYS, 9 * DAYS], **given) is ChangeClass.NORMAL
    assert class_of([major], ages_s=[0], is_urgent=True, terms=TERMS) is ChangeClass.EMERGENCY


def test_every_state_can_be_reached_and_left_until_the_end() -> None:
    reached, waiting = {ChangeState.REQUESTED}, [ChangeState.REQUESTED]
    while waiting:
        following = NEXT[waiting.pop()] - reached
        reached |= following
        waiting += following
    assert reached == set(ChangeState)
    assert {state for state in ChangeState if not NEXT[state]} == {ChangeState.REVIEWED, ChangeState.WITHDRAWN}


def test_nothing_runs_unapproved_and_nothing_is_withdrawn_while_it_runs() -> None:
    assert {state for state in ChangeState if may_follow(state, ChangeState.RUNNING)} == {ChangeState.APPROVED}
    assert not may_follow(ChangeState.RUNNING, ChangeState.WITHDRAWN)
    assert not may_follow(ChangeState.DONE, ChangeState.RUNNING)
