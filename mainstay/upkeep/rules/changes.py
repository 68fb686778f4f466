"""The process of a change: which steps follow which, who may approve what, and what an approval is bound to.

Standard, normal and emergency changes are ITIL's (change enablement); the rules of each are the agreement's
(`terms.changes`). An approval is of a plan as it stood, to the exact versions: it is bound to the plan's hash, and any
change of the plan voids it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from mainstay.policy.terms.shapes import Changes
from mainstay.upkeep.rules.versions import UnknownOrder, order_of


class ChangeClass(StrEnum):
    STANDARD = "standard"
    """Agreed beforehand: patch releases that have been out for a while, inside a window."""
    NORMAL = "normal"
    """The client approves the exact versions."""
    EMERGENCY = "emergency"
    """Acted on first, told at once, reviewed soon."""


class ChangeState(StrEnum):
    REQUESTED = "requested"
    PLANNED = "planned"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    RUNNING = "running"
    VERIFYING = "verifying"
    DONE = "done"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"


S = ChangeState
NEXT: dict[ChangeState, frozenset[ChangeState]] = {
    S.REQUESTED: frozenset({S.PLANNED, S.WITHDRAWN}),
    S.PLANNED: frozenset({S.PLANNED, S.AWAITING_APPROVAL, S.APPROVED, S.WITHDRAWN}),
    S.AWAITING_APPROVAL: frozenset({S.PLANNED, S.APPROVED, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.PLANNED, S.RUNNING, S.WITHDRAWN}),
    S.RUNNING: frozenset({S.VERIFYING, S.ROLLED_BACK, S.FAILED}),
    S.VERIFYING: frozenset({S.DONE, S.ROLLED_BACK, S.FAILED}),
    S.DONE: frozenset({S.REVIEWED}),
    S.ROLLED_BACK: frozenset({S.REVIEWED}),
    S.FAILED: frozenset({S.ROLLED_BACK, S.REVIEWED}),
    S.REVIEWED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
"""What may follow each state. Whatever is planned anew has to be approved anew."""


class Jump(StrEnum):
    """How far apart two versions of a component are."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"
    BACK = "back"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Update:
    """One component from the version that is there to the one that is to be."""

    ecosystem: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done on one website: updates in their order, in a window, and how it is undone."""

    website_id: int
    change_class: ChangeClass
    updates: tuple[Update, ...]
    starts_at: datetime
    ends_at: datetime
    way_back: str

    @property
    def digest(self) -> str:
        """The hash of everything in it: what an approval is bound to."""
        said = [
            self.website_id,
            self.change_class.value,
            [[each.ecosystem, each.name, each.before, each.after] for each in self.updates],
            self.starts_at.timestamp(),
            self.ends_at.timestamp(),
            self.way_back,
        ]
        return sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's yes to a plan with this hash."""

    by: int
    digest: str


def may_follow(state: ChangeState, following: ChangeState) -> bool:
    """Whether a change in `state` can be in `following` next."""
    return following in NEXT[state]


def holds(approval: Approval | None, plan: Plan, implementer: int) -> bool:
    """Whether a plan may be carried out by `implementer`.

    A normal change needs the approval of exactly this plan, by somebody else. Standard and emergency changes were
    approved by the agreement.
    """
    if plan.change_class is not ChangeClass.NORMAL:
        return True
    return approval is not None and approval.digest == plan.digest and approval.by != implementer


def class_of(updates: Iterable[Update], *, is_urgent: bool, ages_s: Iterable[float], terms: Changes) -> ChangeClass:
    """The class that the agreement gives to updates whose versions have been out for so many seconds each.

    Urgent is what attackers use already. Standard are patch releases old enough, all of them; everything else is
    normal, also what cannot be compared. Where normal changes need no approval by the agreement, they still are normal.
    """
    if is_urgent:
        return ChangeClass.EMERGENCY
    are_patches = all(jump(each) is Jump.PATCH for each in updates)
    are_old = all(age >= terms.standard_min_age.total_seconds() for age in ages_s)
    return ChangeClass.STANDARD if are_patches and are_old else ChangeClass.NORMAL


def jump(update: Update) -> Jump:
    """How far an update goes, by the first number that differs; a version that cannot be compared is unknown."""
    try:
        order = order_of(update.ecosystem)
    except UnknownOrder:
        return Jump.UNKNOWN
    if not (order.is_valid(update.before) and order.is_valid(update.after)):
        return Jump.UNKNOWN
    if order(update.after) <= order(update.before):
        return Jump.BACK
    before, after = _numbers(update.before), _numbers(update.after)
    differing = next((place for place in range(3) if before[place] != after[place]), 2)
    return (Jump.MAJOR, Jump.MINOR, Jump.PATCH)[differing]


def _numbers(version: str) -> tuple[int, int, int]:
    """The first three numbers of a version; an epoch before them counts as the first."""
    release = version.lstrip("vV=").partition("-")[0].replace(":", ".").replace("!", ".")
    parts = [int(each) if each.isdigit() else 0 for each in release.split(".")[:3]]
    return (*parts, 0, 0, 0)[:3]  # type: ignore[return-value]  # three of at least three
