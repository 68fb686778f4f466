"""D5: cyber-attacks: always most urgent, the client told without delay."""

from mainstay.policy.durations import say
from mainstay.policy.promises import Clause, Judgement, Verdict, unproven
from mainstay.promises.facts import AttackFacts
from mainstay.promises.rules.attainment import URGENT_BP
from mainstay.promises.rules.words import count


def judge(facts: AttackFacts) -> Judgement:
    """One clock missed, or one client told late, breaks the promise for the contract year."""
    target = f"every clock met, told within {say(facts.tell_within_s)}"
    if not facts.attacks:
        return unproven(Clause.ATTACKS, target, "Not proven: no attack was reported in this contract year.")
    return Judgement(
        clause=Clause.ATTACKS,
        verdict=_verdict(facts),
        actual=f"{count(facts.attacks, 'attack')}, {count(facts.clocks.missed, 'clock')} missed",
        target=target,
        sentence=_sentence(facts),
        would_break=""
        if _verdict(facts) is Verdict.BROKEN
        else "One clock is missed, or you are told late of one attack.",
        distance=_distance(facts),
    )


def _verdict(facts: AttackFacts) -> Verdict:
    if facts.told_late or facts.clocks.missed:
        return Verdict.BROKEN
    return Verdict.AT_RISK if facts.clocks.urgent_bp >= URGENT_BP else Verdict.KEPT


def _distance(facts: AttackFacts) -> str:
    lost = facts.clocks.missed + facts.told_late
    if lost:
        return f"{lost} too many"
    used = facts.clocks.urgent_bp // 100
    return f"{used} % of a clock's time used" if facts.open else "no clock is running"


def _sentence(facts: AttackFacts) -> str:
    said = f"{count(facts.attacks, 'attack')} in this contract year, {facts.open} open"
    if facts.told_late:
        return f"{said}; you were told late of {facts.told_late}."
    if facts.clocks.missed:
        return f"{said}; {count(facts.clocks.missed, 'clock')} missed."
    return f"{said}; each was answered in time."
