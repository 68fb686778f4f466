"""Filters and tags that the components use."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import get_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mainstay.kit import charts, dates, pictures
from mainstay.policy import durations
from mainstay.policy.remaining import Remaining, say_remaining

register = template.Library()

NO_INSTANT = SafeString('<span class="muted">–</span>')

VERDICTS = {
    "kept": (_("kept"), "✓", "good"),
    "at_risk": (_("at risk"), "!", "warning"),
    "broken": (_("broken"), "✕", "bad"),
    "unproven": (_("unproven"), "?", "unknown"),
    "unknown": (_("unknown"), "?", "unknown"),
    "planned": (_("planned"), "⌂", "planned"),
    "up": (_("up"), "✓", "good"),
    "degraded": (_("slow"), "!", "warning"),
    "down": (_("down"), "✕", "bad"),
    "seen_down": (_("seen down from one place, not confirmed"), "!", "warning"),
}

CLOCKS = {
    "running": (_("left"), "", "neutral"),
    "at_risk": (_("left"), "!", "warning"),
    "late": (_("late"), "✕", "bad"),
    "paused": (_("paused"), "⏸", "neutral"),
    "met": (_("met"), "✓", "good"),
    "missed": (_("missed"), "✕", "bad"),
    "cancelled": (_("not owed"), "", "neutral"),
}


@register.filter
def duration(seconds: Any) -> str:
    """Seconds, or a timedelta, as `2 h 10 min`; a dash where there is none; rounded to seconds, as in mails."""
    if seconds in (None, ""):
        return "–"
    said = durations.say(round(seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)))
    return said.replace(",", get_format("THOUSAND_SEPARATOR"))


@register.filter
def milliseconds(duration_us: Any) -> str:
    """Microseconds as `120 ms`, from a second on as `1.2 s`; a dash where there are none."""
    if duration_us in (None, ""):
        return "–"
    spent_ms = float(duration_us) / 1000
    if spent_ms >= 1000:
        return f"{_number(spent_ms / 1000, 1)} s"
    return f"{_number(spent_ms, 0)} ms" if spent_ms >= 10 else f"{_number(spent_ms, 1)} ms"


@register.filter
def meaning(value: Any) -> dict[str, str]:
    """Word, sign and tone of a verdict or a state; what is not known is shown as unknown, never as good."""
    word, sign, tone = VERDICTS.get(str(value), VERDICTS["unknown"])
    return {"word": word, "sign": sign, "tone": tone}


@register.filter
def clock_meaning(value: Any) -> dict[str, str]:
    """Word, sign and tone of a clock's state."""
    word, sign, tone = CLOCKS.get(str(value), CLOCKS["cancelled"])
    return {"word": word, "sign": sign, "tone": tone}


@register.filter
def percent(value: Any, digits: int = 0) -> str:
    """A share (0 to 1) as `97 %`."""
    return "–" if value in (None, "") else f"{_number(float(value) * 100, digits)} %"


@register.simple_tag(takes_context=True)
def said(context: template.Context, at: datetime | None, seconds: Any = "") -> str:
    """An instant as people say it, in the reader's zone: `today 10:42`, `yesterday 18:05`, `3 March 2026, 09:00`."""
    if at is None:
        return "–"
    zone = _zone(context)
    here, today = at.astimezone(zone), timezone.now().astimezone(zone).date()
    clock = f"{here:%H:%M:%S}" if seconds else f"{here:%H:%M}"
    if here.date() == today:
        return _("today %(time)s") % {"time": clock}
    if here.date() == today - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": clock}
    if here.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": clock}
    day = dates.day_without_year(here) if here.year == today.year else dates.day(here)
    return f"{day}, {clock}"


@register.simple_tag(takes_context=True)
def remaining(context: template.Context, clock: Remaining) -> str:
    """What is left of a clock, as people say it, in the reader's zone: `due tomorrow 10:40, 2 h left`."""
    user = getattr(context.get("request"), "user", None)
    is_staff = bool(getattr(user, "is_staff_member", False))
    waits_for = {"client": "the client" if is_staff else "you"}.get(clock.waits_for, clock.waits_for)
    return say_remaining(replace(clock, waits_for=waits_for), timezone.now(), _zone(context))


@register.simple_tag(takes_context=True)
def exact(context: template.Context, at: datetime | None) -> str:
    """An instant to the second with its zone, for hovering and print."""
    if at is None:
        return ""
    here = at.astimezone(_zone(context))
    return f"{dates.weekday(here)}, {here:%H:%M:%S %Z}"


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime | None, seconds: Any = "") -> SafeString:
    """An instant as people say it, exact for machines and for hovering. A tag and no component: lists hold many."""
    if not at:
        return NO_INSTANT
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact(context, at), said(context, at, seconds)
    )


@register.simple_tag(takes_context=True)
def clock_chip(context: template.Context, clock: Any) -> SafeString:
    """A clock with its name, sign and what is left of it. `clock` has label, state, due_at and remaining."""
    shown = clock_meaning(clock.state)
    due = format_html(' title="{}: {} {}"', clock.label, _("due"), exact(context, clock.due_at)) if clock.due_at else ""
    sign = format_html('<span aria-hidden="true">{}</span> ', shown["sign"]) if shown["sign"] else ""
    return format_html(
        '<span class="chip chip-{}"{}><span class="chip-label">{}</span> {}<span class="chip-words">{}</span></span>',
        shown["tone"], due, clock.label, sign, remaining(context, clock.remaining),
    )  # fmt: skip


@register.simple_tag
def excerpt(pieces: Iterable[Any]) -> SafeString:
    """A place in a text, what was looked for marked: pieces with `text` and `is_found`."""
    said = format_html_join("", "{}", ((_marked(piece),) for piece in pieces))
    return format_html('<span class="excerpt">{}</span>', said)


@register.simple_tag
def budget_picture(budget: Any) -> pictures.BudgetPicture:
    """Where the parts of the budget bar lie."""
    return pictures.budget(budget)


@register.simple_tag
def ribbon_picture(days: Any) -> pictures.RibbonPicture:
    """Where the cells of the year ribbon lie."""
    return pictures.ribbon(days)


@register.simple_tag
def trend_picture(verdicts: Any) -> list[dict[str, Any]]:
    """The cells of a promise's trend, oldest first."""
    return pictures.trend(verdicts)


@register.simple_tag
def spark(values: Any, label: str = "") -> SafeString:
    """A small line of numbers."""
    return charts.spark(values, label=label)


def _marked(piece: Any) -> SafeString | str:
    return format_html("<mark>{}</mark>", piece.text) if piece.is_found else str(piece.text)


def _number(value: float, digits: int) -> str:
    """A number with so many digits after the point or comma of the language, rounded; Django itself cuts."""
    return number_format(Decimal(f"{value:.{digits}f}"), digits)


def _zone(context: template.Context) -> ZoneInfo:
    """The reader's zone; for a stranger that of the page, where it has one."""
    request = context.get("request")
    zone = getattr(getattr(request, "user", None), "zone", None) or getattr(request, "reader_zone", None)
    return zone or ZoneInfo("Europe/London")
