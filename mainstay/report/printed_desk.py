"""The support desk's part of a report, as people read it."""

from typing import Any

from mainstay.report.figures import shapes
from mainstay.report.words import Words, share

CLOCK_WORDS = {"first_response": "First response", "next_response": "Next response", "resolution": "Resolution"}


def desk(figures: shapes.DeskFigures, words: Words) -> dict[str, Any]:
    return {
        "stats": [
            {"label": "Opened", "value": str(figures.opened), "note": "in the month"},
            {"label": "Closed", "value": str(figures.closed), "note": "in the month"},
            {"label": "Open", "value": str(figures.backlog), "note": "at the end"},
        ],
        "groups": [
            {"title": "By who asked", "rows": [_count(each) for each in figures.by_audience]},
            {"title": "By what it was about", "rows": [_count(each) for each in figures.by_category]},
            {"title": "By priority", "rows": [_count(each) for each in figures.by_priority]},
        ],
        "clocks": [_clock(each) for each in figures.clocks],
        "breaches": [_breach(each, words) for each in figures.breaches],
        "breaches_left_out": figures.breaches_left_out,
        "tickets": [_ticket(each, words) for each in figures.tickets],
        "tickets_left_out": figures.tickets_left_out,
    }


def escalation(step: shapes.EscalationFigures, words: Words) -> dict[str, str]:
    """One step of the escalation procedure in words."""
    why = "You escalated it" if step.percent is None else f"{step.percent} % of the time ({CLOCK_WORDS[step.clock]})"
    told = [each.replace("_", " ") for each in step.told]
    return {
        "reference": step.reference,
        "subject": step.subject,
        "step": f"{why}, {step.priority}",
        "told": ", ".join([*told, *(["you"] if step.client_told else [])]).capitalize(),
        "due": words.time(step.due_at),
        "taken": words.time(step.taken_at) or "not taken",
        "state": step.state.capitalize(),
        "accepted": words.time(step.accepted_at) or "",
    }


def _count(count: shapes.Count) -> dict[str, str]:
    return {"label": count.label, "opened": str(count.opened), "closed": str(count.closed), "open": str(count.open)}


def _clock(clock: shapes.ClockFigures) -> dict[str, str]:
    return {
        "priority": clock.priority,
        "clock": CLOCK_WORDS[clock.clock],
        "met": str(clock.met),
        "missed": str(clock.missed),
        "running": str(clock.running),
        "share": "nothing due" if clock.share_bp is None else share(clock.share_bp),
        "target": share(clock.target_bp),
    }


def _breach(breach: shapes.Breach, words: Words) -> dict[str, str]:
    return {
        "reference": breach.reference,
        "subject": breach.subject,
        "clock": f"{CLOCK_WORDS[breach.clock]}, {breach.priority}",
        "due": words.time(breach.due_at),
        "met": words.time(breach.met_at) or "not yet",
    }


def _ticket(ticket: shapes.TicketFigures, words: Words) -> dict[str, str]:
    return {
        "reference": ticket.reference,
        "subject": ticket.subject,
        "category": ticket.category,
        "priority": ticket.priority,
        "state": ticket.state.capitalize(),
        "opened": words.time(ticket.opened_at),
        "closed": words.time(ticket.closed_at) or "–",
    }
