"""How grave a vulnerability is: by its CVSS vector, else by the word of its feed, else unknown.

Source: https://www.first.org/cvss/; the words of scores are those of CVSS 3.1, section 5, also for version 2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from mainstay.upkeep.facts import Advisory


class Severity(StrEnum):
    """From the gravest down; `none` is a score of 0."""

    CRITICAL = "critical"
    HIGH = "high"
    UNKNOWN = "unknown"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


WORDS = {
    "critical": Severity.CRITICAL,
    "important": Severity.HIGH,
    "high": Severity.HIGH,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}
FLOORS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))


@dataclass(frozen=True, slots=True)
class Gravity:
    """A severity and where it is from; `score` is None where no vector gives one."""

    severity: Severity
    score: float | None = None
    vector: str = ""


def gravity(advisory: Advisory) -> Gravity:
    """What an advisory says: by its newest vector that can be read, else by its word."""
    scored = [(vector, score) for vector in advisory.vectors if (score := base_score(vector)) is not None]
    if scored:
        vector, score = max(scored, key=lambda each: (each[0].partition("/")[0], each[1]))
        return Gravity(of_score(score), score, vector)
    return Gravity(WORDS.get(advisory.severity, Severity.UNKNOWN))


def gravest(advisories: Iterable[Advisory]) -> Gravity:
    """The gravest of what several advisories say of one thing; one that is unknown counts only where none is known."""
    said = [gravity(each) for each in advisories]
    known = [each for each in said if each.severity is not Severity.UNKNOWN]
    order = list(Severity)
    return min(known or said, key=lambda each: (order.index(each.severity), -(each.score or 0)))


def of_score(score: float) -> Severity:
    """The word for a base score from 0 to 10."""
    return next((word for floor, word in FLOORS if score >= floor), Severity.NONE)


@lru_cache(maxsize=50_000)
def base_score(vector: str) -> float | None:
    """The base score of a vector of CVSS 2, 3 or 4; None for what is none."""
    try:
        if vector.startswith("CVSS:4"):
            return float(CVSS4(vector).base_score)
        return float(CVSS3(vector).base_score if vector.startswith("CVSS:3") else CVSS2(vector).base_score)
    except (CVSSError, ValueError, KeyError, TypeError):
        return None
