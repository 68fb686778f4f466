"""S4: every call is logged and tracked; nothing is lost or left lying."""

from mainstay.policy.durations import say
from mainstay.policy.promises import Clause, Judgement, Verdict, unproven
from mainstay.promises.facts import LoggingFacts, Waiting
from mainstay.promises.rules.words import count

RISKY_S = 4 * 3600
"""Office time after which a message set aside is a risk."""


def judge(facts: LoggingFacts) -> Judgement:
    """A message set aside or not yet read is tolerated for a while, never longer than a working day."""
    waiting = facts.parked + facts.stuck
    target = "every message on a ticket, none unread over one working day"
    if not facts.logged and not waiting:
        return unproven(Clause.TRACKING, target, "Not proven: no call has come in yet.")
    longest_s = max((each.office_s for each in waiting), default=0)
    return Judgement(
        clause=Clause.TRACKING,
        verdict=_verdict(longest_s, facts.day_s),
        actual=f"{count(facts.logged, 'call')} logged, {len(waiting)} unread",
        target=target,
        sentence=_sentence(facts, waiting, longest_s),
    )


def _verdict(longest_s: int, day_s: int) -> Verdict:
    if longest_s > day_s:
        return Verdict.BROKEN
    return Verdict.AT_RISK if longest_s > RISKY_S else Verdict.KEPT


def _sentence(facts: LoggingFacts, waiting: tuple[Waiting, ...], longest_s: int) -> str:
    logged = f"{count(facts.logged, 'call')} in the last twelve months, each with its reference"
    if not waiting:
        return f"{logged}; none is waiting to be read."
    return f"{logged}; {count(len(waiting), 'message')} set aside, the longest for {say(longest_s)} of office time."
