"""Promises and the verdicts on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """How a promise stands. `unproven`: the facts are missing, which is never shown as good."""

    KEPT = "kept"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    UNPROVEN = "unproven"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")

    @property
    def weight(self) -> int:
        """How much a reader must know of it; the greatest is told first: broken, at risk, unproven, kept."""
        return _WEIGHTS[self]

    @classmethod
    def worst(cls, verdicts: Iterable["Verdict"]) -> "Verdict":
        """The gravest of several; of none it is `unproven`, since nothing was shown."""
        return max(verdicts, key=lambda each: each.weight, default=cls.UNPROVEN)


_WEIGHTS = {Verdict.KEPT: 0, Verdict.UNPROVEN: 1, Verdict.AT_RISK: 2, Verdict.BROKEN: 3}


class Clause(StrEnum):
    """The clauses of the policy, each one promise, in the order of its text."""

    OFFICE_HOURS = "S1"
    DOWNTIME = "S2"
    FRONTLINE = "S3"
    TRACKING = "S4"
    RESOLUTION = "S5"
    ACCOUNT_MANAGER = "S6"
    REPORTS = "S7"
    REPORT_SECTIONS = "S8"
    ESCALATION = "S9"
    DATA_UPLOAD = "D1"
    IMAGE_UPLOAD = "D2"
    VIEWABILITY = "D3"
    LAYOUT = "D4"
    ATTACKS = "D5"
    MAINTENANCE = "M1"
    UPDATES = "M2"
    PROCESS = "M3"
    SECURE_ACCESS = "A1"
    AMENDMENTS = "A2"
    REGISTRATION = "A3"
    PARTNERSHIP = "P1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One clause as it is kept for a client: the words for it, and the target in words."""

    clause: Clause
    title: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on one clause at an instant.

    `actual` and `target` are the figure and its aim in words, `since` when the verdict began to hold (None: not
    known), `sentence` what happened in plain words, `would_break` what would break the promise, and `distance` how far
    that is: "2 h 10 min left of 40 h".
    """

    clause: Clause
    verdict: Verdict
    actual: str
    target: str
    sentence: str
    since: datetime | None = None
    would_break: str = ""
    distance: str = ""


def unproven(clause: Clause, target: str, sentence: str) -> Judgement:
    """The judgement where facts are missing; `sentence` says which."""
    return Judgement(clause=clause, verdict=Verdict.UNPROVEN, actual="not known", target=target, sentence=sentence)


def judge_share(
    met: int, due: int, *, target_percent: int, margin_points: int, nothing_due: Verdict = Verdict.KEPT
) -> Verdict:
    """The verdict on a share such as "95 % of first responses in time".

    Broken below the target, at risk below the target and its margin (at most 100 %); `nothing_due` where none fell due.

    Raises:
        ValueError: more were met than due.
    """
    if not 0 <= met <= due:
        raise ValueError(f"{met} of {due} cannot be met")
    if not due:
        return nothing_due
    if met * 100 < target_percent * due:
        return Verdict.BROKEN
    return Verdict.AT_RISK if met * 100 < min(100, target_percent + margin_points) * due else Verdict.KEPT
