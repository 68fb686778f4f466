"""Charts, bars and words: with nothing, with gaps, with far too much, and with what strangers write."""

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template

from mainstay.kit import charts, pictures
from mainstay.kit.charts import Point
from mainstay.kit.templatetags.kit import clock_meaning, duration, meaning, milliseconds, percent
from mainstay.kit.web.samples import Budget

AT = datetime(2026, 3, 4, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>\"&"


def points(*values: float | None) -> list[Point]:
    return [Point(AT + timedelta(hours=number), (value,)) for number, value in enumerate(values)]


def chart(*values: float | None, title: str = "Response times") -> str:
    return str(charts.line_chart(points(*values), names=["half"], unit="ms", title=title, description="By the hour"))


def numbers(svg: str) -> list[float]:
    return [float(each) for path in re.findall(r' d="([^"]*)"', svg) for each in re.findall(r"-?\d+\.?\d*", path)]


@pytest.mark.parametrize("values", [(5.0,), (0.0, 0.0), (1.0, None, 3.0), (None, None), (1e9, 1.0), (0.001, 0.002)])
def test_a_chart_is_well_formed_and_stays_inside(values: tuple[float | None, ...]) -> None:
    svg = chart(*values)
    ET.fromstring(svg[svg.index("<svg") : svg.rindex("</svg>") + 6])
    assert all(-1 <= number <= charts.WIDTH + 1 for number in numbers(svg))


def test_a_chart_without_points_says_so() -> None:
    assert "<svg" not in chart()
    assert chart().strip()


def test_time_that_nobody_knows_is_hatched_and_breaks_the_line() -> None:
    assert "chart-gap" in chart(1.0, None, None, 4.0)
    assert "chart-gap" not in chart(1.0, 2.0)
    line = re.search(r'chart-line-1" d="([^"]*)"', chart(1.0, None, 3.0, 4.0))
    assert line
    assert line[1].count("M") == 2


def test_what_strangers_write_stays_words() -> None:
    assert "<script>" not in chart(1.0, title=HOSTILE)
    assert "<script>" not in str(charts.bars([(HOSTILE, 2.0)], unit="", title=HOSTILE, description=HOSTILE))


@pytest.mark.parametrize(
    ("value", "expected"), [(0.3, 0.5), (1.0, 1), (7.0, 10), (99.0, 100), (101.0, 200), (260.0, 500), (1e7, 1e7)]
)
def test_axes_end_at_round_figures(value: float, expected: float) -> None:
    assert charts.nice_ceiling(value) >= value
    assert charts.nice_ceiling(value) <= max(expected, value * 2.5)


@pytest.mark.parametrize(
    ("budget", "tone"),
    [
        (Budget(0), "good"),
        (Budget(3600), "good"),
        (Budget(31 * 3600), "warning"),
        (Budget(10 * 3600, forecast_s=50 * 3600), "warning"),
        (Budget(40 * 3600), "warning"),
        (Budget(40 * 3600 + 1), "bad"),
        (Budget(10, limit_s=0), "bad"),
    ],
)
def test_the_budget_bar_takes_the_colour_of_its_verdict(budget: Budget, tone: str) -> None:
    found = pictures.budget(budget)
    assert found.tone == tone
    assert sum(part.width for part in found.parts) <= 100.01
    assert 0 <= found.today_x <= 100
    assert found.limit_x <= 100


def test_a_bar_past_its_limit_shows_where_the_limit_was() -> None:
    found = pictures.budget(Budget(80 * 3600))
    assert found.limit_x == 50
    assert found.over_s == 40 * 3600


def test_the_ribbon_sets_each_month_where_it_begins() -> None:
    days = [{"day": date(2026, 1, 1) + timedelta(days=number), "state": "up"} for number in range(365)]
    found = pictures.ribbon(days)
    assert [month for _, month in found.months][:3] == ["Jan", "Feb", "Mar"]
    assert found.months[1][0] == pytest.approx(100 * 31 / 365, abs=0.01)
    assert found.cells[-1].x + found.cells[-1].width <= 100


def test_a_day_of_which_nothing_is_known_is_unknown() -> None:
    (cell,) = pictures.ribbon([{"day": date(2026, 1, 1), "state": None}]).cells
    assert cell.state == "unknown"


def test_a_short_trend_stands_at_the_end() -> None:
    assert [each["x"] for each in pictures.trend(["kept", "broken"])] == [80, 88]
    assert len(pictures.trend(["kept"] * 30)) == 12


@pytest.mark.parametrize("value", ["", None, "nonsense", "KEPT"])
def test_what_is_not_known_is_never_shown_as_good(value: object) -> None:
    assert meaning(value)["tone"] == "unknown"
    assert clock_meaning(value)["tone"] == "neutral"


def test_figures_are_said_as_people_say_them() -> None:
    assert duration(7800) == "2 h 10 min"
    assert duration(timedelta(seconds=34, milliseconds=700)) == "35 s"
    assert duration(None) == "–"
    assert percent(0.9666, 1) == "96.7 %"
    assert percent(None) == "–"


def test_words_of_strangers_are_escaped_in_components() -> None:
    shown = Template('{% load kit %}<c-verdict value="kept" />{{ words }}').render(Context({"words": HOSTILE}))
    assert "<script>" not in shown


def test_checks_seconds_apart_are_told_apart() -> None:
    template = Template('{% load kit %}{% said at %} / {% said at "yes" %}')
    assert template.render(Context({"at": datetime(2020, 3, 4, 10, 42, 7, tzinfo=UTC)})) == (
        "4 March 2020, 10:42 / 4 March 2020, 10:42:07"
    )


def test_the_strip_under_a_chart_stays_inside_it_and_shows_the_shortest() -> None:
    first, last = points(1.0, 2.0)[0].at, points(1.0, 2.0)[-1].at
    stays = [
        charts.Stay(first - timedelta(days=1), first, "up"),
        charts.Stay(first - timedelta(days=1), last + timedelta(days=1), "up"),
        charts.Stay(first, first + timedelta(microseconds=1), "down"),
    ]
    svg = str(charts.line_chart(points(1.0, 2.0), names=["half"], unit="ms", title="t", description="d", strip=stays))

    assert svg.count("chart-stay-up") == 1
    assert f'class="chart-stay chart-stay-up" x="{charts.LEFT}.0"' in svg
    assert re.search(r'chart-stay-down"[^>]* width="2.0"', svg)


def test_areas_stand_on_each_other_and_break_at_gaps() -> None:
    start = points(1.0)[0].at
    steps = [(10.0, 20.0), (10.0, 20.0), (None, None), (5.0, 5.0)]
    given = [charts.Point(start + timedelta(hours=n), values) for n, values in enumerate(steps)]
    svg = str(charts.stacked_chart(given, names=["a", "b"], unit="ms", title="t", description="d", tips=["<x>"] * 4))

    assert svg.count("chart-area-1") == svg.count("chart-area-2") == 2
    assert "chart-gap" in svg
    assert svg.count("<title>&lt;x&gt;</title>") == 4


def test_areas_without_any_figure_say_so() -> None:
    given = [charts.Point(points(1.0)[0].at, (None, None))]

    assert "no figures yet" in charts.stacked_chart(given, names=["a", "b"], unit="ms", title="t", description="d")


def test_what_stands_alone_between_gaps_can_be_seen() -> None:
    assert f" h{2 * charts.DOT}" in chart(None, 5.0, None)
    assert " h" not in re.search(r'class="chart-line[^>]*', chart(5.0, 6.0))[0]


@pytest.mark.parametrize(
    ("given", "told"), [(None, "–"), ("", "–"), (950, "0.9 ms"), (120_400, "120 ms"), (1_234_567, "1.2 s")]
)
def test_milliseconds_are_told_as_people_say_them(given: object, told: str) -> None:
    assert milliseconds(given) == told


def test_the_strip_shows_the_period_that_goes_on() -> None:
    given = points(1.0, 2.0, 3.0)
    end = given[-1].at + (given[-1].at - given[-2].at) / 2
    stays = [charts.Stay(given[0].at, given[-1].at, "up"), charts.Stay(given[-1].at, end, "down")]
    svg = str(charts.line_chart(given, names=["half"], unit="ms", title="t", description="d", strip=stays))
    found = re.search(r'chart-stay-down" x="([0-9.]+)"[^>]* width="([0-9.]+)"', svg)
    assert found is not None
    assert float(found[1]) + float(found[2]) == pytest.approx(charts.WIDTH - charts.RIGHT, abs=0.2)
    assert float(found[2]) > 20
