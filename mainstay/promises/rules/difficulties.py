"""D1 to D4: help with data uploads, image uploads, viewing and layout: the clocks of tickets of that kind."""

from mainstay.policy.promises import Clause, Judgement
from mainstay.promises.facts import AttainmentFacts
from mainstay.promises.rules import attainment

MARGIN_POINTS = 0
"""What warns of a breach is a clock that is running out."""


def judge(clause: Clause, facts: AttainmentFacts) -> Judgement:
    """First responses and resolutions of the category, the worse of the two decides."""
    return attainment.judge(clause, facts, subject="no request of this kind", margin_points=MARGIN_POINTS)
