"""S4: every call is logged and tracked; nothing is lost or left lying."""

from mainstay.policy.durations import say
from mainstay.policy.promises import Clause, Judgement, Verdict, unproven
from mainstay.promises.facts import LoggingFacts
from mainstay.promises.rules.words import count

RISKY_S = 4 * 3600
"""Office time after which a message set aside is a risk."""


def judge(facts: LoggingFacts) -> Judgement:
    """A message set aside or not yet read is tolerated for a while, never longer than a working day."""
    target = "every message on a ticket, none unread over one working day"
    if not facts.logged and not facts.waiting and not facts.late:
        return unproven(Clause.TRACKING, target, "Not proven: no call has come in yet.")
    return Judgement(
        clause=Clause.TRACKING,
        verdict=_verdict(facts),
        actual=f"{count(facts.logged, 'call')} logged, {facts.waiting} unread",
        target=target,
        sentence=_sentence(facts),
        would_break=_would_break(facts),
        distance=_distance(facts),
    )


def _verdict(facts: LoggingFacts) -> Verdict:
    if facts.late or facts.longest_s > facts.day_s:
        return Verdict.BROKEN
    return Verdict.AT_RISK if facts.longest_s > RISKY_S else Verdict.KEPT


def _would_break(facts: LoggingFacts) -> str:
    if not facts.waiting or facts.longest_s > facts.day_s:
        return ""
    left = say(facts.day_s - facts.longest_s)
    return f"Nobody reads the oldest unread message within another {left} of office time."


def _distance(facts: LoggingFacts) -> str:
    if not facts.waiting:
        return "nothing is waiting"
    left_s = facts.day_s - facts.longest_s
    return f"{say(abs(left_s))} of office time {'left' if left_s >= 0 else 'too late'}"


def _sentence(facts: LoggingFacts) -> str:
    said = f"{count(facts.logged, 'call')} in the last twelve months, each with its reference"
    if facts.waiting:
        said = f"{said}; {count(facts.waiting, 'message')} unread, the oldest for {say(facts.longest_s)} of office time"
    else:
        said = f"{said}; none is waiting to be read"
    return f"{said}; {count(facts.late, 'message')} read late this month." if facts.late else f"{said}."
