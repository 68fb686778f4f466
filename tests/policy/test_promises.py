"""Promises and verdicts."""

import pytest

from mainstay.policy.promises import Clause, Verdict, judge_share, unproven


def test_the_worst_verdict_is_told() -> None:
    kept, at_risk, broken, missing = Verdict.KEPT, Verdict.AT_RISK, Verdict.BROKEN, Verdict.UNPROVEN
    assert Verdict.worst([kept, broken, at_risk, missing]) is broken
    assert Verdict.worst([kept, missing, at_risk]) is at_risk
    assert Verdict.worst([kept, missing]) is missing
    assert Verdict.worst([kept, kept]) is kept
    assert Verdict.worst([]) is missing
    assert at_risk.label == "at risk"


@pytest.mark.parametrize(
    ("met", "due", "verdict"),
    [
        (94, 100, Verdict.BROKEN),
        (95, 100, Verdict.AT_RISK),
        (96, 100, Verdict.AT_RISK),
        (97, 100, Verdict.KEPT),
        (949, 1_000, Verdict.BROKEN),
        (1, 1, Verdict.KEPT),
        (0, 1, Verdict.BROKEN),
        (0, 0, Verdict.KEPT),
    ],
)
def test_a_share_against_its_target(met: int, due: int, verdict: Verdict) -> None:
    assert judge_share(met, due, target_percent=95, margin_points=2) is verdict


def test_a_share_at_the_edges() -> None:
    assert judge_share(9, 9, target_percent=99, margin_points=3) is Verdict.KEPT  # nothing is above 100 %
    assert judge_share(0, 0, target_percent=95, margin_points=2, nothing_due=Verdict.UNPROVEN) is Verdict.UNPROVEN
    with pytest.raises(ValueError, match="cannot be met"):
        judge_share(2, 1, target_percent=95, margin_points=2)


def test_missing_facts_are_unproven() -> None:
    judgement = unproven(Clause.PROCESS, "each round on time", "No rounds are recorded yet.")
    assert (judgement.verdict, judgement.clause, judgement.actual) == (Verdict.UNPROVEN, "M3", "not known")


def test_the_clauses_are_those_of_the_policy() -> None:
    assert [*Clause] == [
        *(f"S{n}" for n in range(1, 10)),
        *(f"D{n}" for n in range(1, 6)),
        *(f"M{n}" for n in range(1, 4)),
        *(f"A{n}" for n in range(1, 4)),
        "P1",
    ]
