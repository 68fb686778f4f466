"""Charts as SVG made on the server: readable without a script, in print, and by a screen reader. Pure.

Classes give the colours; a chart has a title and a description, and `table` gives its twin in figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from math import ceil, floor, log10

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 960, 240
LEFT, RIGHT, TOP, BOTTOM = 76, 12, 12, 28
DOT = 3.0
"""Half the width of what stands alone between two gaps."""


@dataclass(frozen=True)
class Point:
    """One place on a line chart; a value of None is a gap, which is shown hatched: nobody knows."""

    at: datetime
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Stay:
    """A stretch of time in one state, for the strip under a chart."""

    start: datetime
    end: datetime
    state: str


def line_chart(
    points: Sequence[Point],
    *,
    names: Sequence[str],
    unit: str,
    title: str,
    description: str,
    labels: Sequence[tuple[datetime, str]] = (),
    threshold: float | None = None,
    tips: Sequence[str] = (),
    strip: Sequence[Stay] = (),
) -> SafeString:
    """Lines over time, one a name; time without values is hatched. `labels` are marks on the axis of time.

    `tips` are words for each point, shown on hovering; `strip` is how things stood, drawn under the
    lines up to its end, which may lie after the last point: of a period that goes on.
    """
    if not points:
        return empty_chart(title)
    known = [value for point in points for value in point.values if value is not None]
    top = nice_ceiling(max([*known, threshold or 0.0, 1.0]))
    scale = _Scale(points[0].at, _until(points, strip), top)
    body = [
        *_grid(scale, unit),
        *_gaps(points, scale),
        *(f'<path class="chart-line chart-line-{n + 1}" d="{_path(points, n, scale)}"/>' for n in range(len(names))),
        *_strip(strip, scale),
        *_times(labels, scale),
        *_tips(points, tips, scale),
    ]
    if threshold is not None:
        y = scale.y(threshold)
        body.append(f'<line class="chart-threshold" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
    return _svg(body, title, description)


def stacked_chart(
    points: Sequence[Point],
    *,
    names: Sequence[str],
    unit: str,
    title: str,
    description: str,
    labels: Sequence[tuple[datetime, str]] = (),
    tips: Sequence[str] = (),
) -> SafeString:
    """Areas on top of each other, one a name, the first lowest; what a point lacks is a gap as in `line_chart`."""
    sums = [sum(value or 0.0 for value in point.values) for point in points]
    if not any(sums):
        return empty_chart(title)
    scale = _Scale(points[0].at, points[-1].at, nice_ceiling(max([*sums, 1.0])))
    areas = [
        f'<path class="chart-area chart-area-{n + 1}" d="{_area(run, n, scale)}"/>'
        for n in range(len(names))
        for run in _runs(points)
    ]
    body = [*areas, *_grid(scale, unit), *_gaps(points, scale), *_times(labels, scale), *_tips(points, tips, scale)]
    return _svg(body, title, description)


def bars(values: Sequence[tuple[str, float]], *, unit: str, title: str, description: str) -> SafeString:
    """Upright bars, each with its label below and its value above."""
    if not values:
        return empty_chart(title)
    top = nice_ceiling(max([value for _, value in values] + [1.0]))
    slot = (WIDTH - LEFT - RIGHT) / len(values)
    body = list(_grid_lines(top, unit))
    for n, (label, value) in enumerate(values):
        height = (HEIGHT - TOP - BOTTOM) * value / top
        x, y = LEFT + n * slot + slot * 0.15, HEIGHT - BOTTOM - height
        body.append(f'<rect class="chart-bar" x="{x:.1f}" y="{y:.1f}" width="{slot * 0.7:.1f}" height="{height:.1f}"/>')
        body.append(_text(x + slot * 0.35, HEIGHT - 8, label, "middle"))
    return _svg(body, title, description)


def spark(values: Sequence[float | None], *, label: str) -> SafeString:
    """A line small enough for a table's cell."""
    known = [value for value in values if value is not None]
    if not known:
        return mark_safe(f'<span class="muted">{escape(label)}: no figures</span>')  # nosec B308, B703 # noqa: S308 - escaped here
    top = max([*known, 1e-9])
    step = 96 / max(1, len(values) - 1)
    points = " ".join(
        f"{n * step + 2:.1f},{22 - 20 * value / top:.1f}" for n, value in enumerate(values) if value is not None
    )
    return mark_safe(  # nosec B308, B703 # noqa: S308 - escaped here
        f'<svg class="spark" viewBox="0 0 100 24" role="img" aria-label="{escape(label)}">'
        f'<polyline class="chart-line chart-line-1" points="{points}"/></svg>'
    )


def empty_chart(title: str) -> SafeString:
    """What stands where a chart would be before there are figures."""
    return mark_safe(f'<p class="chart-empty">{escape(title)}: no figures yet.</p>')  # nosec B308, B703 # noqa: S308 - escaped here


def nice_ceiling(value: float) -> float:
    """The next round number at or above `value`, of which a quarter is round too."""
    power = 10 ** floor(log10(value))
    return float(next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value))


@dataclass(frozen=True)
class _Scale:
    start: datetime
    end: datetime
    top: float

    def x(self, at: datetime) -> float:
        whole = (self.end - self.start).total_seconds() or 1
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (at - self.start).total_seconds() / whole, 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(value, self.top) / self.top, 1)


def _path(points: Sequence[Point], index: int, scale: _Scale) -> str:
    """One line, with a dash where a value stands alone."""
    parts = []
    for number, point in enumerate(points):
        value = point.values[index]
        if value is None:
            continue
        begins = number == 0 or points[number - 1].values[index] is None
        is_alone = begins and (number + 1 == len(points) or points[number + 1].values[index] is None)
        x, y = scale.x(point.at), scale.y(value)
        parts.append(f"M{x - DOT} {y} h{2 * DOT}" if is_alone else f"{'M' if begins else 'L'}{x} {y}")
    return " ".join(parts)


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """The points that follow each other without a gap."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if all(value is None for value in point.values):
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _area(run: Sequence[Point], index: int, scale: _Scale) -> str:
    def edge(layers: int) -> list[str]:
        found = [(scale.x(point.at), scale.y(sum(value or 0 for value in point.values[:layers]))) for point in run]
        if len(found) == 1:
            (x, y), *_ = found
            found = [(x - DOT, y), (x + DOT, y)]
        return [f"{x} {y}" for x, y in found]

    return "M" + " L".join([*edge(index + 1), *reversed(edge(index))]) + " Z"


def _until(points: Sequence[Point], stays: Sequence[Stay]) -> datetime:
    """Where the axis of time ends: with the last point, or within its step where the strip goes on."""
    step = points[-1].at - points[-2].at if len(points) > 1 else timedelta()
    latest = max((stay.end for stay in stays), default=points[-1].at)
    return max(points[-1].at, min(latest, points[-1].at + step))


def _strip(stays: Sequence[Stay], scale: _Scale) -> list[str]:
    """How things stood, as a narrow band between the lines and the axis's words; the shortest can still be seen."""
    found = []
    for each in stays:
        start, end = max(each.start, scale.start), min(each.end, scale.end)
        if start < end:
            x = scale.x(start)
            width = max(1.0 if each.state == "up" else 2.0, scale.x(end) - x)
            found.append(
                f'<rect class="chart-stay chart-stay-{escape(each.state)}" x="{x}" y="{HEIGHT - BOTTOM + 3}"'
                f' width="{width:.1f}" height="8"/>'
            )
    return found


def _tips(points: Sequence[Point], tips: Sequence[str], scale: _Scale) -> list[str]:
    """Unseen columns that say on hovering what stands at a point."""
    if not tips:
        return []
    width = (WIDTH - LEFT - RIGHT) / max(1, len(points) - 1)
    return [
        f'<rect class="chart-tip" x="{scale.x(point.at) - width / 2:.1f}" y="{TOP}" width="{width:.1f}"'
        f' height="{HEIGHT - TOP - BOTTOM}"><title>{escape(tip)}</title></rect>'
        for point, tip in zip(points, tips, strict=True)
    ]


def _gaps(points: Sequence[Point], scale: _Scale) -> list[str]:
    """Hatched where a point has no value, up to the next point that has."""
    found, start = [], None
    for point in [*points, None]:
        is_gap = point is not None and all(value is None for value in point.values)
        if is_gap and start is None:
            start = point
        elif not is_gap and start is not None:
            end = scale.x(point.at) if point is not None else WIDTH - RIGHT
            x = scale.x(start.at)
            found.append(_gap(x, max(1.0, end - x)))
            start = None
    return found


def _gap(x: float, width: float) -> str:
    return f'<rect class="chart-gap" x="{x}" y="{TOP}" width="{width:.1f}" height="{HEIGHT - TOP - BOTTOM}"/>'


def _grid(scale: _Scale, unit: str) -> list[str]:
    return _grid_lines(scale.top, unit)


def _grid_lines(top: float, unit: str) -> list[str]:
    lines = []
    for n in range(5):
        value = top * n / 4
        y = round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * n / 4, 1)
        lines.append(f'<line class="chart-grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        lines.append(_text(LEFT - 6, y + 4, f"{_short(value)} {unit}" if n else "0", "end"))
    return lines


def _times(labels: Sequence[tuple[datetime, str]], scale: _Scale) -> list[str]:
    """Labels of the axis of time, thinned out so that none covers the next."""
    step = max(1, ceil(len(labels) / 8))
    return [_text(scale.x(at), HEIGHT - 8, label, "middle") for at, label in list(labels)[::step]]


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="chart-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


HATCH = (
    '<defs><pattern id="chart-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line class="chart-hatch" x1="0" x2="0" y1="0" y2="6"/></pattern></defs>'
)


def _svg(body: Sequence[str], title: str, description: str) -> SafeString:
    return mark_safe(  # nosec B308, B703 # noqa: S308 - every text in it is escaped where it is put in
        f'<div class="chart-frame" tabindex="0" role="region" aria-label="{escape(title)}">'
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{HATCH}{''.join(body)}</svg></div>"
    )
