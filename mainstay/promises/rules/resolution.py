"""S5: timely resolution: the resolution clocks of a month, each priority by itself."""

from mainstay.policy.promises import Clause, Judgement
from mainstay.promises.facts import AttainmentFacts
from mainstay.promises.rules import attainment

MARGIN_POINTS = 3


def judge(facts: AttainmentFacts) -> Judgement:
    """The priority that went worst decides."""
    return attainment.judge(Clause.RESOLUTION, facts, subject="no resolution", margin_points=MARGIN_POINTS)
