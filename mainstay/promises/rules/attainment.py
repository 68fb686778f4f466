"""How clocks that fell due are judged against their targets: the arithmetic that several clauses share."""

from collections.abc import Sequence

from mainstay.policy.promises import Clause, Judgement, Verdict, judge_share, unproven
from mainstay.promises.facts import Attained, AttainmentFacts
from mainstay.promises.rules.words import count, listed, percent

URGENT_BP = 7_500
"""A running clock is a risk once three quarters of it are used up."""


def judge(clause: Clause, facts: AttainmentFacts, *, subject: str, margin_points: int) -> Judgement:
    """The worst group decides; within `margin_points` above its target it is at risk. Nothing due: unproven."""
    target = _target(facts.groups)
    due = [group for group in facts.groups if group.due]
    if not due and not is_urgent(facts.groups):
        nothing = f"Not proven: {subject} fell due {facts.period}, so there is nothing to judge by."
        return unproven(clause, target, nothing)
    return Judgement(
        clause=clause,
        verdict=_verdict(due, margin_points, urgent=is_urgent(facts.groups)),
        actual=_actual(due),
        target=target,
        sentence=_sentence(due, facts.period, urgent=is_urgent(facts.groups)),
        would_break=_would_break(due),
        distance=_distance(due),
    )


def is_urgent(groups: Sequence[Attained]) -> bool:
    """Whether a clock that is watched for it is running out."""
    return any(group.urgent_bp >= URGENT_BP for group in groups)


def _verdict(due: Sequence[Attained], margin_points: int, *, urgent: bool) -> Verdict:
    worst = Verdict.worst(
        judge_share(group.met, group.due, target_percent=group.target_percent, margin_points=margin_points)
        for group in due
    )
    return max(worst, Verdict.AT_RISK, key=lambda each: each.weight) if urgent else worst


def spare(group: Attained) -> int:
    """How many more clocks may be missed before any other is met; negative: the target is missed already."""
    if group.met * 100 < group.target_percent * group.due:
        return -1
    return group.met * 100 // group.target_percent - group.due if group.target_percent else group.met


def to_mend(group: Attained) -> int | None:
    """How many more must be met, none missed, until the target is reached again; None where no number does."""
    lacking = group.target_percent * group.due - group.met * 100
    if lacking <= 0:
        return 0
    per_clock = 100 - group.target_percent
    return -(-lacking // per_clock) if per_clock else None


def _nearest(due: Sequence[Attained]) -> Attained:
    """The group that is nearest to its limit, or furthest past it."""
    return min(due, key=lambda group: (spare(group), _share(group) - group.target_percent * 100))


def _distance(due: Sequence[Attained]) -> str:
    if not due:
        return ""
    nearest = _nearest(due)
    more = spare(nearest)
    if more >= 0:
        return f"{more or 'no'} more may be missed ({nearest.group})"
    mend = to_mend(nearest)
    if mend is None:
        return f"{count(nearest.missed, 'clock')} missed ({nearest.group}); none may be"
    return f"{mend} more in time would reach the target again ({nearest.group})"


def _would_break(due: Sequence[Attained]) -> str:
    if not due:
        return ""
    nearest = _nearest(due)
    more = spare(nearest)
    if more < 0:
        return ""
    needed = count(more + 1, "clock")
    return f"{needed} of {nearest.group} missed before another is met."


def _share(group: Attained) -> int:
    return 10_000 if group.share_bp is None else group.share_bp


def _target(groups: Sequence[Attained]) -> str:
    targets = {group.target_percent for group in groups}
    if len(targets) == 1:
        return f"at least {targets.pop()} % in time, a month"
    return f"at least {listed(f'{group.target_percent} % of {group.group}' for group in groups)} in time, a month"


def _actual(due: Sequence[Attained]) -> str:
    return f"{percent(min(_share(group) for group in due))} in time" if due else ""


def _sentence(due: Sequence[Attained], period: str, *, urgent: bool) -> str:
    parts = [f"{group.met} of {count(group.due, 'clock')} met ({group.group})" for group in due]
    said = f"{period[:1].upper()}{period[1:]}: {listed(parts)}." if parts else ""
    return f"{said} A clock is running out: three quarters of its time are used.".strip() if urgent else said
