"""S3: frontline support for users and administrators: first responses, each audience by itself."""

from mainstay.policy.promises import Clause, Judgement
from mainstay.promises.facts import AttainmentFacts
from mainstay.promises.rules import attainment

MARGIN_POINTS = 2


def judge(facts: AttainmentFacts) -> Judgement:
    """The audience that was served worst decides."""
    return attainment.judge(Clause.FRONTLINE, facts, subject="no first answer", margin_points=MARGIN_POINTS)
