"""S9: the escalation procedure is carried out, each step in time, and somebody accepts it."""

from mainstay.policy.durations import say
from mainstay.policy.promises import Clause, Judgement, Verdict, unproven
from mainstay.promises.facts import EscalationFacts
from mainstay.promises.rules.words import count, listed

TARGET = "every step taken when it is due, and accepted in its time"


def judge(facts: EscalationFacts) -> Judgement:
    """A step that was due and not taken in time, or that nobody accepted in its time, breaks the promise.

    Where no step fell due, clocks that ran without coming to one show that none was owed; without any nothing is known.
    """
    if facts.unrecorded and not _broken(facts):
        clocks = count(facts.unrecorded, "clock")
        return unproven(
            Clause.ESCALATION, TARGET, f"Not proven: {clocks} ran out {facts.period} without a step on record."
        )
    if not facts.due and not facts.clocks:
        return unproven(Clause.ESCALATION, TARGET, f"Not proven: no request was under way {facts.period}.")
    return Judgement(
        clause=Clause.ESCALATION,
        verdict=_verdict(facts),
        actual=f"{facts.in_time} of {count(facts.due, 'step')} taken in time" if facts.due else "no step fell due",
        target=TARGET,
        sentence=_sentence(facts),
        would_break=_would_break(facts),
        distance=_distance(facts),
    )


def _broken(facts: EscalationFacts) -> bool:
    return bool(facts.missed or facts.late or facts.unaccepted)


def _verdict(facts: EscalationFacts) -> Verdict:
    if _broken(facts):
        return Verdict.BROKEN
    return Verdict.AT_RISK if facts.past_half else Verdict.KEPT


def _sentence(facts: EscalationFacts) -> str:
    period = f"{facts.period[:1].upper()}{facts.period[1:]}"
    if not facts.due:
        return f"{period}: no step fell due on {count(facts.clocks, 'clock')}."
    parts = [f"{count(facts.due, 'step')} fell due"]
    parts += [f"{facts.missed} not taken"] if facts.missed else []
    parts += [f"{facts.late} taken late"] if facts.late else []
    parts += [f"{facts.unaccepted} not accepted in time"] if facts.unaccepted else []
    parts += [f"{facts.waiting} waiting to be accepted"] if facts.waiting else []
    whole = "" if len(parts) > 1 else ", all taken and accepted in time"
    return f"{period}: {listed(parts)}{whole}."


def _would_break(facts: EscalationFacts) -> str:
    if not facts.waiting or facts.left_s is None or facts.left_s < 0:
        return ""
    return f"Nobody accepts the step that waits longest within {say(facts.left_s)}."


def _distance(facts: EscalationFacts) -> str:
    if not facts.waiting:
        return "nothing is waiting"
    if facts.left_s is None:
        return f"{count(facts.waiting, 'step')} waiting"
    return f"{say(abs(facts.left_s))} {'left to accept it' if facts.left_s >= 0 else 'too late'}"
