"""S7 and S8: a report every month by its day, that covers the quality of the service."""

from datetime import date

from mainstay.policy.promises import Clause, Judgement, Verdict, unproven
from mainstay.promises.facts import Asked, MonthReport, ReportFacts
from mainstay.promises.rules.words import count, on

ISSUE_TARGET = "a report each month, by its day"
CONTENT_TARGET = "every section, each with facts; satisfaction asked"


def judge_issue(facts: ReportFacts) -> Judgement:
    """Late is broken; due soon and not issued is at risk; otherwise the last one issued decides."""
    if not facts.months:
        return unproven(Clause.REPORTS, ISSUE_TARGET, "Not proven: no month of this agreement is over yet.")
    latest = facts.months[0]
    verdict = _issue_verdict(facts)
    return Judgement(
        clause=Clause.REPORTS,
        verdict=verdict,
        actual=_issued(latest),
        target=f"{ISSUE_TARGET} ({on(latest.due_at.date())} for {_named(latest)})",
        sentence=_issue_sentence(facts, latest),
        would_break=_would_be_late(latest, facts),
        distance=_issue_distance(latest, facts),
    )


def judge_content(facts: ReportFacts) -> Judgement:
    """The sections of the last report that was issued, and whether people were asked how content they were."""
    latest = next((month for month in facts.months if month.issued_at is not None), None)
    if latest is None or latest.sections == 0:
        return unproven(Clause.REPORT_SECTIONS, CONTENT_TARGET, "Not proven: no report has been issued yet.")
    lacking = latest.sections - latest.with_facts
    said = f"The report for {_named(latest)} has facts in {latest.with_facts} of {count(latest.sections, 'section')}"
    content = f"{said}; the others say that nothing is recorded yet." if lacking else f"{said}."
    unasked = facts.asked.resolved and not facts.asked.asked
    return Judgement(
        clause=Clause.REPORT_SECTIONS,
        verdict=Verdict.AT_RISK if lacking or unasked else Verdict.KEPT,
        actual=f"{latest.with_facts} of {latest.sections} sections with facts; {facts.asked.asked} asked",
        target=CONTENT_TARGET,
        sentence=f"{content} {_asked(facts.asked)}",
        distance=f"{count(lacking, 'section')} without facts" if lacking else "every section has facts",
    )


def _asked(said: Asked) -> str:
    """How content people were, of the month of the report."""
    if said.answered:
        answers = f"{said.answered} answered: {said.good} good, {said.fair} fair, {said.bad} poor"
        return f"Of {count(said.asked, 'person', 'people')} who were asked how content they were {answers}."
    if said.asked:
        return f"{count(said.asked, 'person was', 'people were')} asked how content they were; nobody answered."
    if said.resolved:
        resolved = count(said.resolved, "request was", "requests were")
        return f"Nobody was asked how content they were, though {resolved} resolved."
    return "No request was resolved that anybody could have been asked about."


def _issue_verdict(facts: ReportFacts) -> Verdict:
    latest, *before = facts.months
    if latest.issued_at is not None:
        return Verdict.KEPT if latest.issued_at <= latest.due_at else Verdict.BROKEN
    if facts.at > latest.due_at:
        return Verdict.BROKEN
    if facts.at > latest.warn_at:
        return Verdict.AT_RISK
    return _issue_verdict(ReportFacts(at=facts.at, months=tuple(before))) if before else Verdict.UNPROVEN


def _issue_sentence(facts: ReportFacts, latest: MonthReport) -> str:
    if latest.issued_at is not None:
        late = " It was late." if latest.issued_at > latest.due_at else ""
        return f"The report for {_named(latest)} was issued on {on(latest.issued_at.date())}.{late}"
    if facts.at > latest.due_at:
        return f"The report for {_named(latest)} was due on {on(latest.due_at.date())} and is not issued."
    return f"The report for {_named(latest)} is due on {on(latest.due_at.date())}."


def _would_be_late(latest: MonthReport, facts: ReportFacts) -> str:
    if latest.issued_at is not None or facts.at > latest.due_at:
        return ""
    return f"The report for {_named(latest)} is not issued by the end of {on(latest.due_at.date())}."


def _issue_distance(latest: MonthReport, facts: ReportFacts) -> str:
    """Whole days between the issue, or now, and the day the report was due."""
    done_at = latest.issued_at or facts.at
    days = (latest.due_at.date() - done_at.astimezone(latest.due_at.tzinfo).date()).days
    if done_at > latest.due_at:
        return f"{count(max(-days, 1), 'day')} late"
    left = count(days, "day") if days else "less than a day"
    return f"{left} before its day" if latest.issued_at else f"{left} left"


def _issued(month: MonthReport) -> str:
    return "not issued" if month.issued_at is None else f"issued on {on(month.issued_at.date())}"


def _named(month: MonthReport) -> str:
    return f"{date.fromisoformat(f'{month.month}-01'):%B %Y}"
