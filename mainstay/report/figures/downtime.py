"""The availability part: each website's month and contract year."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mainstay.clients.models import Website
from mainstay.policy.durations import say
from mainstay.policy.ledger import Day, Interval, Ledger, Reason, State
from mainstay.promises.collect import looked_after
from mainstay.report.figures import shapes
from mainstay.report.figures.month import Frame, iso, iso_or_none
from mainstay.watch import queries as watch
from mainstay.watch.facts import Attributed
from mainstay.watch.models import Outage
from mainstay.watch.rules.latency import Histogram

OUTAGES_MAX = 50
GAPS_MAX = 30
SECOND = timedelta(seconds=1)
DAY_STATES = {
    State.UP: "up",
    State.DEGRADED: "degraded",
    State.DOWN_CHARGED: "down",
    State.DOWN_EXCLUDED: "planned",
    State.UNKNOWN: "unknown",
    State.OUTSIDE: "outside",
}


def websites(frame: Frame) -> list[Website]:
    """The websites that were looked after when the month was judged, by name."""
    return looked_after([frame.client.pk], frame.judged_at)


def website_figures(website: Website, frame: Frame) -> tuple[shapes.WebsiteFigures, list[shapes.Gap]]:
    """One website's figures, and the stretches of the month in which nobody was watching it."""
    year = frame.bound.year
    ledger = watch.ledger(website, min(year.start, frame.start), year.end, frame.judged_at)
    month = ledger.within(frame.start, frame.end)
    outages = list(watch.outages(website, frame.start, frame.judged_at)[: OUTAGES_MAX + 1])
    causes = watch.causes_of(outages)
    figures = shapes.WebsiteFigures(
        name=website.name,
        url=website.url,
        month=_seconds(month),
        year=_seconds(ledger.within(year.start, year.end)),
        budget=_budget(watch.budget(website, frame.judged_at)),
        coverage_bp=coverage_bp(month),
        days=tuple(_day(each) for each in month.days(frame.zone)),
        outages=tuple(_outage(each, month, frame, causes.get(each.pk)) for each in outages[:OUTAGES_MAX]),
        outages_left_out=_left_out(website, frame, len(outages)),
        response=_response(website, frame),
    )
    return figures, [_gap(website, each) for each in unwatched(month)]


def coverage_bp(month: Ledger) -> int | None:
    """The share of the time inside the agreement so far of which something is known, in basis points."""
    elapsed = month.length - month.to_come - month.total(State.OUTSIDE)
    return 10_000 * month.observed // elapsed if elapsed > timedelta() else None


def unwatched(month: Ledger) -> Iterator[Interval]:
    """The stretches of at least a second in which nobody was watching, charged or not."""
    for each in month.segments:
        is_unknown = each.state is State.UNKNOWN or each.reason is Reason.UNKNOWN_EXCESS
        if is_unknown and each.length >= SECOND:
            yield each


def longest(gaps: list[shapes.Gap]) -> tuple[tuple[shapes.Gap, ...], int]:
    """The longest of `gaps` in the order of time, and how many were left out."""
    kept = sorted(gaps, key=lambda gap: (-gap.seconds, gap.starts_at, gap.website))[:GAPS_MAX]
    return tuple(sorted(kept, key=lambda gap: (gap.starts_at, gap.website))), len(gaps) - len(kept)


def _seconds(ledger: Ledger) -> shapes.Seconds:
    return shapes.Seconds(**ledger.seconds)


def _budget(budget: watch.Budget) -> shapes.Budget:
    return shapes.Budget(
        limit=budget.limit_s,
        charged=budget.charged_s,
        lower=budget.lower_s,
        upper=budget.upper_s,
        left=budget.left_s,
        forecast=budget.forecast_s,
        year_elapsed_bp=int(budget.share_of_year * 10_000),
    )


def _day(day: Day) -> shapes.Day:
    return shapes.Day(date=day.date.isoformat(), state="future" if day.worst is None else DAY_STATES[day.worst])


def _left_out(website: Website, frame: Frame, seen: int) -> int:
    if seen <= OUTAGES_MAX:
        return 0
    return int(watch.outages(website, frame.start, frame.judged_at).count()) - OUTAGES_MAX


def _outage(outage: Outage, month: Ledger, frame: Frame, cause: Attributed | None) -> shapes.OutageFigures:
    ended_at = outage.ended_at if outage.ended_at is not None and outage.ended_at <= frame.judged_at else None
    until = ended_at or frame.judged_at
    surely_until = until if ended_at is None else (outage.ended_after or until)
    return shapes.OutageFigures(
        id=outage.pk,
        started_at=iso(outage.started_at),
        ended_at=iso_or_none(ended_at),
        seconds=_overlap_s(outage.started_at, until, frame),
        seconds_lower=_overlap_s(outage.started_at, surely_until, frame),
        seconds_upper=_overlap_s(outage.started_after or outage.started_at, until, frame),
        cause=outage.sentence,
        charged_to=_charged_to(month.within(outage.started_at, until)),
        put_down_to=cause.label if cause is not None else "",
    )


def _overlap_s(start: datetime, end: datetime, frame: Frame) -> int:
    """Whole seconds of [start, end) inside the month."""
    overlap = min(end, frame.end) - max(start, frame.start)
    return max(0, round(overlap / SECOND))


def _charged_to(part: Ledger) -> str:
    if not part.charged:
        return "Not charged, as agreed"
    if part.total(State.DOWN_EXCLUDED):
        return f"{say(part.charged)} of it charged to the budget"
    return "Charged to the budget"


def _response(website: Website, frame: Frame) -> shapes.ResponseTimes:
    """All answered checks of the month together."""
    found = Histogram()
    for _, part in watch.histograms(website, frame.start, frame.judged_at):
        found.merge(part.count, part.sum_us, part.buckets)
    return shapes.ResponseTimes(
        checks=found.count,
        p50_ms=_rounded(found.percentile_ms(0.5)),
        p95_ms=_rounded(found.percentile_ms(0.95)),
        p99_ms=_rounded(found.percentile_ms(0.99)),
    )


def _rounded(milliseconds: float | None) -> int | None:
    return None if milliseconds is None else round(milliseconds)


def _gap(website: Website, stretch: Interval) -> shapes.Gap:
    return shapes.Gap(
        website=website.name,
        starts_at=iso(stretch.start),
        ends_at=iso(stretch.end),
        seconds=round(stretch.length / SECOND),
    )
