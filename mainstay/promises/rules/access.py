"""A1: only authorised people have access, with a second factor where it is required, reviewed each quarter."""

from datetime import timedelta

from mainstay.policy.promises import Clause, Judgement, Verdict
from mainstay.promises.facts import AccessFacts
from mainstay.promises.rules.words import count, on

SOON = timedelta(days=14)
TARGET = "everybody's access confirmed in time, second factors where required"


def judge(facts: AccessFacts) -> Judgement:
    """Broken with a review missed, or somebody who left still in; at risk before a review, and with loose ends.

    Loose ends are accounts that sleep, and people who must have a second factor and have none.
    """
    verdict, sentence = _review(facts)
    for one_more, said in (_left(facts), _sleeping(facts), _factors(facts)):
        if said:
            verdict, sentence = Verdict.worst((verdict, one_more)), f"{sentence} {said}"
    return Judgement(
        clause=Clause.SECURE_ACCESS,
        verdict=verdict,
        actual=f"confirmed {on(facts.reviewed_on)}" if facts.reviewed_on else "never confirmed",
        target=TARGET,
        sentence=sentence,
        would_break=_would_break(facts),
        distance=_distance(facts),
    )


def _review(facts: AccessFacts) -> tuple[Verdict, str]:
    said = f"{count(facts.people, 'person', 'people')} of yours can sign in."
    if facts.today > facts.due_on:
        return Verdict.BROKEN, f"{said} Who has access was to be confirmed by {on(facts.due_on)}, and was not."
    if facts.due_on - facts.today <= SOON:
        return Verdict.AT_RISK, f"{said} Who has access is to be confirmed by {on(facts.due_on)}."
    return Verdict.KEPT, f"{said} Who has access is confirmed again by {on(facts.due_on)}."


def _left(facts: AccessFacts) -> tuple[Verdict, str]:
    if not facts.left_open:
        return Verdict.KEPT, ""
    who = "person has" if facts.left_open == 1 else "people have"
    return Verdict.BROKEN, f"{facts.left_open} {who} left, with an account that is still open."


def _sleeping(facts: AccessFacts) -> tuple[Verdict, str]:
    said = f"{count(facts.sleeping, 'account')} {'sleeps' if facts.sleeping == 1 else 'sleep'}."
    return (Verdict.AT_RISK, said) if facts.sleeping else (Verdict.KEPT, "")


def _factors(facts: AccessFacts) -> tuple[Verdict, str]:
    if not facts.without:
        return Verdict.KEPT, ""
    have = "has" if facts.without == 1 else "have"
    said = f"Of {facts.must} who must sign in with a second factor, {facts.without} {have} none."
    return Verdict.AT_RISK, said


def _would_break(facts: AccessFacts) -> str:
    if facts.today > facts.due_on:
        return ""
    return f"It is not confirmed by {on(facts.due_on)} who has access, or somebody leaves and keeps it."


def _distance(facts: AccessFacts) -> str:
    days = (facts.due_on - facts.today).days
    if days >= 0:
        return f"{count(days, 'day')} left for the review"
    return f"the review is {count(-days, 'day')} late"
