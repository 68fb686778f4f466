"""S1: in office hours somebody is at the desk."""

from datetime import datetime

from mainstay.policy.durations import say
from mainstay.policy.promises import Clause, Judgement, Verdict, unproven
from mainstay.promises.facts import CoverFacts, Uncovered
from mainstay.promises.rules.words import count, on

TARGET = "somebody at the desk in every office hour"
COUNTS_FROM_S = 60
"""Rosters are kept to the minute: what is shorter is a hand-over, and no gap."""
NAMED_MAX = 3


def judge(facts: CoverFacts) -> Judgement:
    """A gap that is over is broken, a coming one a risk. Office time before the first roster is not proven."""
    gaps, coming = _counting(facts.gaps), _counting(facts.coming)
    if not facts.office_s and not coming:
        return unproven(Clause.OFFICE_HOURS, TARGET, "Not proven: no office hour has passed under a roster yet.")
    uncovered_s = sum(each.seconds for each in gaps)
    return Judgement(
        clause=Clause.OFFICE_HOURS,
        verdict=_verdict(facts, gaps, coming),
        actual=f"{say(facts.office_s - uncovered_s)} of {say(facts.office_s)} of office time covered",
        target=TARGET,
        sentence=" ".join(filter(None, (_past(facts, gaps, uncovered_s), _ahead(coming), _answers(facts)))),
        would_break=_would_break(facts, coming),
        distance=_distance(facts, coming),
    )


def _counting(stretches: tuple[Uncovered, ...]) -> list[Uncovered]:
    return [each for each in stretches if each.seconds >= COUNTS_FROM_S]


def _verdict(facts: CoverFacts, gaps: list[Uncovered], coming: list[Uncovered]) -> Verdict:
    if gaps:
        return Verdict.BROKEN
    if coming:
        return Verdict.AT_RISK
    return Verdict.KEPT if facts.office_s and facts.since is None else Verdict.UNPROVEN


def _past(facts: CoverFacts, gaps: list[Uncovered], uncovered_s: int) -> str:
    if not facts.office_s:
        return "Not proven: no office hour has passed under a roster yet."
    period = f"{facts.period[:1].upper()}{facts.period[1:]}"
    since = f" Before {on(facts.since.date())} no roster was kept: that time is not proven." if facts.since else ""
    if not gaps:
        return f"{period} somebody was at the desk in all office hours so far.{since}"
    named = "; ".join(_words(each) for each in gaps[-NAMED_MAX:])
    more = f"; and {count(len(gaps) - NAMED_MAX, 'time')} before" if len(gaps) > NAMED_MAX else ""
    return f"{period} nobody was at the desk for {say(uncovered_s)} of office time: {named}{more}.{since}"


def _ahead(coming: list[Uncovered]) -> str:
    if not coming:
        return "The coming seven days are covered."
    named = "; ".join(_words(each) for each in coming[:NAMED_MAX])
    more = f"; and {count(len(coming) - NAMED_MAX, 'time')} more" if len(coming) > NAMED_MAX else ""
    return f"Nobody is rostered yet: {named}{more}."


def _answers(facts: CoverFacts) -> str:
    due = facts.answers.due
    return f"{facts.answers.met} of {count(due, 'first answer')} came in time {facts.period}." if due else ""


def _would_break(facts: CoverFacts, coming: list[Uncovered]) -> str:
    return f"Nobody is put on the roster for {_words(coming[0])}." if coming else ""


def _distance(facts: CoverFacts, coming: list[Uncovered]) -> str:
    if not coming:
        return "the coming seven days are covered"
    left_s = int((coming[0].start - facts.at).total_seconds())
    return f"{say(left_s)} until nobody is at the desk" if left_s > 0 else "nobody is at the desk now"


def _words(gap: Uncovered) -> str:
    """`Friday 20 November, 14:00 to 17:30`; a gap lies within one opening, which may go past midnight."""
    return f"{_day(gap.start)}, {gap.start:%H:%M} to {gap.end:%H:%M}"


def _day(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B}"
