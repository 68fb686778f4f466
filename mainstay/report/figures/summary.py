"""The three sentences on the first page, made from the figures. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mainstay.policy.durations import say
from mainstay.promises.rules.words import count, on
from mainstay.report.figures import shapes


def summary(
    promises: tuple[shapes.PromiseFigures, ...],
    websites: tuple[shapes.WebsiteFigures, ...],
    desk: shapes.DeskFigures,
    parties: shapes.Parties,
    zone: ZoneInfo,
) -> tuple[str, ...]:
    """Promises, downtime, tickets: one sentence each."""
    return _promises(promises), _downtime(websites, parties, zone), _tickets(desk)


def _promises(promises: tuple[shapes.PromiseFigures, ...]) -> str:
    found = [each.verdict for each in promises]
    parts = [f"{found.count('broken')} broken", f"{found.count('at_risk')} at risk"]
    parts = [part for part in parts if not part.startswith("0 ")]
    if unproven := found.count("unproven"):
        parts.append(f"{unproven} not proven, because facts are missing")
    said = f"{found.count('kept')} of {count(len(found), 'promise')} kept"
    return f"{said}; {', '.join(parts)}." if parts else f"{said}."


def _downtime(websites: tuple[shapes.WebsiteFigures, ...], parties: shapes.Parties, zone: ZoneInfo) -> str:
    if not websites:
        return "No website was under this agreement."
    worst = max(websites, key=lambda each: each.budget.charged)
    until = on(datetime.fromisoformat(parties.year_ends_at).astimezone(zone).date())
    down = say(worst.month.down_charged)
    left = f"{say(worst.budget.left)} of {say(worst.budget.limit)} are left until {until}"
    if not worst.month.down_charged:
        return f"{worst.name} had no charged downtime in the month; {left}."
    return f"{worst.name} was down for {down} in the month; {left}."


def _tickets(desk: shapes.DeskFigures) -> str:
    met, missed = sum(each.met for each in desk.clocks), sum(each.missed for each in desk.clocks)
    opened = f"{count(desk.opened, 'request')} came in and {desk.closed} were closed"
    if not met + missed:
        return f"{opened}; no clock fell due."
    return f"{opened}; {met} of {count(met + missed, 'clock')} were met."
