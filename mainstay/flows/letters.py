"""What people are told about outages: one function a letter."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string

from mainstay.access.rules import in_one_line
from mainstay.common.mail import Letter
from mainstay.desk.models import Ticket
from mainstay.policy.durations import say
from mainstay.watch.models import Outage, ProberDoubt
from mainstay.watch.queries import Budget


def website_down(*, outage: Outage, ticket: Ticket, zone: ZoneInfo) -> Letter:
    """A website is down: since when, what was seen, where the work is tracked."""
    return _letter(
        f"Down: {outage.website.name} since {_clock(outage.started_at, zone)}",
        "website_down",
        outage=outage,
        ticket=ticket,
        started=_instant(outage.started_at, zone),
    )


def website_up_again(*, outage: Outage, ticket: Ticket, budget: Budget | None, zone: ZoneInfo) -> Letter:
    """A website is up again: how long it was down, and what is left of the year's hours."""
    lasted = duration(outage)
    return _letter(
        f"Up again: {outage.website.name} after {lasted}",
        "website_up_again",
        outage=outage,
        ticket=ticket,
        lasted=lasted,
        budget=budget,
        left=say(budget.left_s) if budget else "",
        limit=say(budget.limit_s) if budget else "",
        started=_instant(outage.started_at, zone),
        ended=_instant(outage.ended_at or outage.started_at, zone),
    )


def prober_doubted(*, doubt: ProberDoubt, zone: ZoneInfo) -> Letter:
    """What a prober says to be down is not believed: since when, why, and what to look at."""
    return _letter(
        f"The prober at {doubt.place} is doubted since {_clock(doubt.from_at, zone)}",
        "prober_doubted",
        doubt=doubt,
        since=_instant(doubt.from_at, zone),
    )


def duration(outage: Outage) -> str:
    """How long an ended outage lasted, in words."""
    end = outage.ended_at or outage.started_at
    return say(round((end - outage.started_at).total_seconds()))


def _letter(subject: str, name: str, **context: object) -> Letter:
    context = {**context, "site": settings.MAINSTAY.url.rstrip("/")}
    return Letter(
        subject=in_one_line(subject),
        text=render_to_string(f"flows/mail/{name}.txt", context),
        html=render_to_string(f"flows/mail/{name}.html", context),
    )


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M")


def _instant(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%A %-d %B %Y, %H:%M:%S %Z")
