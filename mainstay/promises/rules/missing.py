"""Clauses whose facts Mainstay does not record yet."""

from mainstay.policy.promises import Clause, Judgement, unproven
from mainstay.promises.facts import NoFacts


def judge(clause: Clause, facts: NoFacts) -> Judgement:
    """Unproven: nothing is known, so nothing is claimed."""
    return unproven(clause, "", f"Not proven: {facts.missing}")
