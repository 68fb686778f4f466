"""Figures as the words and numbers that people read. Page and PDF are both made from this, so they cannot differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mainstay.policy.durations import say
from mainstay.report.figures import shapes
from mainstay.report.printed_desk import desk, escalation
from mainstay.report.words import NOT_KNOWN, Words, share

VERDICT_WORDS = {"kept": "Kept", "at_risk": "At risk", "broken": "Broken", "unproven": "Unproven"}
DAY_WORDS = {
    "up": "Up",
    "degraded": "Degraded",
    "down": "Down",
    "planned": "Planned work",
    "unknown": "Unknown",
    "outside": "Outside the agreement",
    "future": "Still to come",
}


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands on the cover: the number is empty for a preview."""

    number: str
    issued_at: str | None


def lay_out(figures: shapes.Figures, heading: Heading) -> dict[str, Any]:
    """Everything that a report shows, as strings in reading order, and plain numbers for the charts."""
    words = Words(ZoneInfo(figures.period.time_zone))
    return {
        "language": "en-GB",
        "title": f"Service report, {month_name(figures.period.month)}",
        "month": month_name(figures.period.month),
        "number": heading.number,
        "status": _status(figures, heading, words),
        "period": _period(figures, words),
        "parties": _parties(figures.parties, words),
        "summary": list(figures.summary),
        "tally": _tally(figures.promises),
        "promises": [_promise(each, words) for each in figures.promises],
        "websites": [_website(each, words) for each in figures.websites],
        "desk": desk(figures.desk, words),
        "escalations": [escalation(each, words) for each in figures.escalations],
        "escalations_left_out": figures.escalations_left_out,
        "gaps": [_gap(each, words) for each in figures.gaps],
        "gaps_left_out": figures.gaps_left_out,
        "corrections": [_correction(each, words) for each in figures.corrections],
        "restated": [_restated(each) for each in figures.restated],
        "sections": [_section(each) for each in figures.sections],
        "definitions": [{"term": each.term, "value": each.value} for each in figures.definitions],
    }


def month_name(month: str) -> str:
    """`2026-10` as October 2026."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _status(figures: shapes.Figures, heading: Heading, words: Words) -> str:
    if heading.issued_at:
        return f"Issued on {words.day(heading.issued_at)}"
    return f"Preview, as of {words.time(figures.period.judged_at)}"


def _period(figures: shapes.Figures, words: Words) -> str:
    zone = figures.period.time_zone
    judged = "at the end of the month" if figures.period.is_complete else f"at {words.time(figures.period.judged_at)}"
    return f"Verdicts are those {judged}. All times are {zone.replace('_', ' ')}."


def _parties(parties: shapes.Parties, words: Words) -> dict[str, Any]:
    return {
        "agency": parties.agency,
        "client": parties.client,
        "manager": _person(parties.account_manager),
        "deputy": _person(parties.deputy),
        "agreement": f"Version {parties.agreement_version}, in force from {words.day(parties.agreement_from)}",
        "year": f"{words.day(parties.year_starts_at)} until {words.day(parties.year_ends_at)}",
    }


def _person(person: shapes.Person | None) -> dict[str, str] | None:
    if person is None:
        return None
    return {"name": person.name, "email": person.email, "phone": person.phone}


def _tally(promises: Iterable[shapes.PromiseFigures]) -> list[dict[str, Any]]:
    found = [each.verdict for each in promises]
    return [{"verdict": key, "word": word, "count": found.count(key)} for key, word in VERDICT_WORDS.items()]


def _promise(promise: shapes.PromiseFigures, words: Words) -> dict[str, Any]:
    return {
        "clause": promise.clause,
        "title": promise.title,
        "section": promise.section,
        "verdict": promise.verdict,
        "word": VERDICT_WORDS[promise.verdict],
        "sentence": promise.sentence,
        "actual": promise.actual,
        "target": promise.target,
        "since": f"since {words.day(promise.since)}" if promise.since else "",
        "trend": list(promise.trend),
        "trend_text": ", ".join(VERDICT_WORDS[each].lower() for each in promise.trend),
    }


def _website(website: shapes.WebsiteFigures, words: Words) -> dict[str, Any]:
    return {
        "name": website.name,
        "url": website.url,
        "stats": _website_stats(website),
        "budget": _budget(website),
        "budget_text": _budget_text(website.budget),
        "days": [_day(each) for each in website.days],
        "days_text": _days_text(website.days),
        "states": _states(website),
        "outages": [_outage(each, words) for each in website.outages],
        "outages_left_out": website.outages_left_out,
        "response": _response(website.response),
    }


def _website_stats(website: shapes.WebsiteFigures) -> list[dict[str, str]]:
    return [
        {"label": "Down in the month", "value": say(website.month.down_charged), "note": "charged to the budget"},
        {
            "label": "Down in the contract year",
            "value": say(website.budget.charged),
            "note": f"between {say(website.budget.lower)} and {say(website.budget.upper)}",
        },
        {"label": "Left of the budget", "value": say(website.budget.left), "note": f"of {say(website.budget.limit)}"},
        {"label": "Watched", "value": share(website.coverage_bp), "note": "of the month so far"},
    ]


def _budget(website: shapes.WebsiteFigures) -> dict[str, Any]:
    """The numbers of the budget's bar, in seconds."""
    budget = website.budget
    return {
        "limit_s": budget.limit,
        "charged_s": budget.charged,
        "lower_s": budget.lower,
        "upper_s": budget.upper,
        "excluded_s": website.year.down_excluded,
        "unknown_s": website.year.unknown,
        "left_s": budget.left,
        "forecast_s": budget.forecast,
        "share_of_year": budget.year_elapsed_bp / 10_000,
    }


def _budget_text(budget: shapes.Budget) -> str:
    used = f"{say(budget.charged)} of {say(budget.limit)} used, {say(budget.left)} left."
    elapsed = f" {share(budget.year_elapsed_bp)} of the contract year has passed."
    if budget.forecast is None:
        return f"{used}{elapsed} Too little was observed to say where the year ends."
    return f"{used}{elapsed} At the rate so far the year ends with {say(budget.forecast)}."


def _day(day: shapes.Day) -> dict[str, str]:
    number = date.fromisoformat(day.date).day
    return {"number": str(number), "date": day.date, "state": day.state, "word": DAY_WORDS[day.state]}


def _days_text(days: Iterable[shapes.Day]) -> str:
    """The ribbon as a sentence for people who do not see it."""
    found = [day.state for day in days]
    parts = [f"{DAY_WORDS[state].lower()}: {found.count(state)}" for state in DAY_WORDS if state in found]
    return f"Days by the worst of the day. {', '.join(parts)}."


def _states(website: shapes.WebsiteFigures) -> list[dict[str, str]]:
    rows = (
        ("Up", "up"),
        ("Degraded, not charged", "degraded"),
        ("Down, charged", "down_charged"),
        ("Down, excluded", "down_excluded"),
        ("Unknown", "unknown"),
        ("Outside the agreement", "outside"),
        ("Still to come", "to_come"),
    )
    return [
        {"label": label, "month": say(getattr(website.month, key)), "year": say(getattr(website.year, key))}
        for label, key in rows
    ]


def _outage(outage: shapes.OutageFigures, words: Words) -> dict[str, str]:
    return {
        "number": str(outage.id),
        "start": words.second(outage.started_at, NOT_KNOWN),
        "end": words.second(outage.ended_at, "still down"),
        "duration": say(outage.seconds),
        "bounds": f"{say(outage.seconds_lower)} to {say(outage.seconds_upper)}",
        "cause": f"{outage.cause} Put down to: {outage.put_down_to.lower()}." if outage.put_down_to else outage.cause,
        "charged_to": outage.charged_to,
    }


def _response(response: shapes.ResponseTimes) -> list[dict[str, str]]:
    def milliseconds(value: int | None) -> str:
        return NOT_KNOWN if value is None else f"{value:,} ms"

    return [
        {"label": "Half of the checks within", "value": milliseconds(response.p50_ms)},
        {"label": "95 of 100 within", "value": milliseconds(response.p95_ms)},
        {"label": "99 of 100 within", "value": milliseconds(response.p99_ms)},
        {"label": "Checks that answered", "value": f"{response.checks:,}"},
    ]


def _correction(row: shapes.Correction, words: Words) -> dict[str, str]:
    return {
        "website": row.website,
        "made": words.time(row.made_at),
        "by": row.made_by,
        "before": row.before,
        "now": row.now,
        "reason": row.reason,
    }


def _restated(row: shapes.Restated) -> dict[str, str]:
    return {
        "website": row.website,
        "month": month_name(row.month),
        "charged": say(row.charged),
        "now": say(row.charged_now),
    }


def _section(section: shapes.SectionState) -> dict[str, Any]:
    return {"title": section.title, "has_facts": section.has_facts, "text": section.sentence}


def _gap(gap: shapes.Gap, words: Words) -> dict[str, str]:
    return {
        "website": gap.website,
        "start": words.second(gap.starts_at, NOT_KNOWN),
        "end": words.second(gap.ends_at, NOT_KNOWN),
        "duration": say(gap.seconds),
    }
