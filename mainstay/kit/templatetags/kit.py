"""Filters and tags that the components use."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from mainstay.kit import charts, pictures
from mainstay.policy import durations

register = template.Library()

VERDICTS = {
    "kept": ("kept", "✓", "good"),
    "at_risk": ("at risk", "!", "warning"),
    "broken": ("broken", "✕", "bad"),
    "unproven": ("unproven", "?", "unknown"),
    "unknown": ("unknown", "?", "unknown"),
    "planned": ("planned", "⌂", "planned"),
    "up": ("up", "✓", "good"),
    "degraded": ("slow", "!", "warning"),
    "down": ("down", "✕", "bad"),
    "seen_down": ("seen down from one place, not confirmed", "!", "warning"),
}

CLOCKS = {
    "running": ("left", "", "neutral"),
    "at_risk": ("left", "!", "warning"),
    "late": ("late", "✕", "bad"),
    "paused": ("paused", "⏸", "neutral"),
    "met": ("met", "✓", "good"),
    "missed": ("missed", "✕", "bad"),
    "cancelled": ("not owed", "", "neutral"),
}


@register.filter
def duration(seconds: Any) -> str:
    """Seconds, or a timedelta, as `2 h 10 min`; a dash where there is none; rounded to seconds, as in mails."""
    if seconds in (None, ""):
        return "–"
    return durations.say(round(seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)))


@register.filter
def milliseconds(duration_us: Any) -> str:
    """Microseconds as `120 ms`, from a second on as `1.2 s`; a dash where there are none."""
    if duration_us in (None, ""):
        return "–"
    spent_ms = float(duration_us) / 1000
    if spent_ms >= 1000:
        return f"{spent_ms / 1000:.1f} s"
    return f"{spent_ms:.0f} ms" if spent_ms >= 10 else f"{spent_ms:.1f} ms"


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
    return "–" if value in (None, "") else f"{float(value) * 100:.{digits}f} %"


@register.filter
def absolute(value: Any) -> Any:
    """The value without its sign."""
    return abs(value) if value not in (None, "") else value


@register.simple_tag(takes_context=True)
def said(context: template.Context, at: datetime | None, seconds: Any = "") -> str:
    """An instant as people say it, in the reader's zone: `today 10:42`, `yesterday 18:05`, `3 March 2026, 09:00`."""
    if at is None:
        return "–"
    zone = _zone(context)
    here, today = at.astimezone(zone), timezone.now().astimezone(zone).date()
    clock = f"{here:%H:%M:%S}" if seconds else f"{here:%H:%M}"
    if here.date() == today:
        return f"today {clock}"
    if here.date() == today - timedelta(days=1):
        return f"yesterday {clock}"
    if here.date() == today + timedelta(days=1):
        return f"tomorrow {clock}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {here:%B}{year}, {clock}"


@register.simple_tag(takes_context=True)
def exact(context: template.Context, at: datetime | None) -> str:
    """An instant to the second with its zone, for hovering and print."""
    return "" if at is None else f"{at.astimezone(_zone(context)):%A %-d %B %Y, %H:%M:%S %Z}"


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


def _zone(context: template.Context) -> ZoneInfo:
    user = getattr(context.get("request"), "user", None)
    return getattr(user, "zone", None) or ZoneInfo("Europe/London")
