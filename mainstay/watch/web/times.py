"""How fast a website or a monitor answered, over a day up to a year, with how it stood: charts and their tables.

context = {**times.shown(website, times.asked(request), now, zone)}
{% include "watch/panels/times.html" %}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.safestring import SafeString

from mainstay.clients.models import Website
from mainstay.kit.charts import Point, Stay, line_chart, stacked_chart
from mainstay.watch import queries
from mainstay.watch.codes import State
from mainstay.watch.models import Monitor
from mainstay.watch.queries import PhaseTime, ResponseTime
from mainstay.watch.rules.timeline import Stretch

NAMES = ("half of the answers", "95 of 100 answers", "99 of 100 answers")
PHASE_NAMES = ("finding the name", "connecting", "securing (TLS)", "waiting for the first byte", "reading the answer")
STAYS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of time up to now that can be looked at; `mark` is how its instants are written on the axis."""

    key: str
    words: str
    length: timedelta
    mark: str


RANGES = {
    each.key: each
    for each in (
        Range("24h", "24 hours", timedelta(hours=24), "%H:%M"),
        Range("7d", "7 days", timedelta(days=7), "%-d %b"),
        Range("30d", "30 days", timedelta(days=30), "%-d %b"),
        Range("90d", "90 days", timedelta(days=90), "%-d %b"),
        Range("12m", "12 months", timedelta(days=365), "%b %Y"),
    )
}
USUAL = "7d"
PHASES_FOR = "24h"
"""Single checks, which alone hold phases, are kept for two days."""


def asked(request: HttpRequest) -> Range:
    """The range that the address asks for, or the usual one."""
    return RANGES.get(request.GET.get("range", USUAL), RANGES[USUAL])


def shown(of: Website | Monitor, wanted: Range, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Everything that the panel of response times needs."""
    start = at - wanted.length
    times = queries.response_times(of, start, at)
    stretches = _stretches(of, start, at)
    return {
        "range": wanted,
        "ranges": [
            {"label": each.words, "url": f"?range={each.key}#times", "is_current": each is wanted}
            for each in RANGES.values()
        ],
        "times_chart": _chart(times, stretches, wanted, zone),
        "times": [each for each in times if each.count],
        "stays": [each for each in stretches if each.state != State.UP][-STAYS_SHOWN_MAX:],
        **(_where_time_goes(of, start, at, zone) if wanted.key == PHASES_FOR else {}),
    }


def _stretches(of: Website | Monitor, start: datetime, at: datetime) -> list[Stretch]:
    if isinstance(of, Monitor):
        return queries.seen_by(of, start, at)
    history = queries.histories([of], start, at, at).get(of.pk)
    return history.stretches(start, at) if history is not None else []


def _chart(times: list[ResponseTime], stretches: list[Stretch], wanted: Range, zone: ZoneInfo) -> SafeString:
    return line_chart(
        [Point(each.from_at, (each.p50_ms, each.p95_ms, each.p99_ms)) for each in times],
        names=NAMES,
        unit="ms",
        title=f"Response times, {wanted.words}",
        description="How long the answers took. Under the lines: how it stood. The tables below hold the same.",
        labels=_labels([each.from_at for each in times], wanted, zone),
        tips=[_tip(each, zone) for each in times],
        strip=[Stay(each.start, each.end, each.state.value) for each in stretches],
    )


def _labels(instants: Sequence[datetime], wanted: Range, zone: ZoneInfo) -> list[tuple[datetime, str]]:
    """The first instant of each hour, day or month, in the reader's zone."""
    found: list[tuple[datetime, str]] = []
    for at in instants:
        words = at.astimezone(zone).strftime(wanted.mark)
        if not found or found[-1][1] != words:
            found.append((at, words))
    return found[1:]


def _tip(each: ResponseTime, zone: ZoneInfo) -> str:
    when = _when(each.from_at, each.to_at, zone)
    if each.p50_ms is None or each.p95_ms is None or each.p99_ms is None:
        return f"{when}: no answer"
    return f"{when}: half {each.p50_ms:.0f} ms, 95 of 100 {each.p95_ms:.0f} ms, 99 of 100 {each.p99_ms:.0f} ms"


def _when(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    here = start.astimezone(zone)
    return f"{here:%-d %b %H:%M}" if end - start < timedelta(days=1) else f"{here:%-d %b %Y}"


def _where_time_goes(of: Website | Monitor, start: datetime, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    found = queries.phase_times(of, start, at)
    chart = stacked_chart(
        [Point(each.from_at, each.spent_ms) for each in found],
        names=PHASE_NAMES,
        unit="ms",
        title="Where the time goes",
        description="The average of each hour, by phase. The table below holds the same.",
        labels=_labels([each.from_at for each in found], RANGES[PHASES_FOR], zone),
        tips=[_phase_tip(each, zone) for each in found],
    )
    return {"phases_chart": chart, "phase_names": PHASE_NAMES, "phases": [each for each in found if each.count]}


def _phase_tip(each: PhaseTime, zone: ZoneInfo) -> str:
    when = f"{each.from_at.astimezone(zone):%-d %b %H:%M}"
    spent = [f"{name} {ms:.0f} ms" for name, ms in zip(PHASE_NAMES, each.spent_ms, strict=True) if ms is not None]
    return f"{when}: {', '.join(spent) or 'no answer'}"
