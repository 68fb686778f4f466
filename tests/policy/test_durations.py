"""Lengths of time as people say and write them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.policy.durations import DurationWrong, parse, say, write
from mainstay.policy.hours import OfficeHours
from mainstay.policy.spans import Measure, Span, parse_span
from tests.policy.reference import utc


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (245, "4 min 5 s"),
        (3_600, "1 h"),
        (7_859, "2 h 10 min"),
        (timedelta(hours=31, minutes=20), "31 h 20 min"),
        (3_600 * 8_760, "8,760 h"),
        (-90, "−1 min 30 s"),
        (-0.4, "0 s"),
        (timedelta(seconds=-7_200), "−2 h"),
    ],
)
def test_say(seconds: float | timedelta, said: str) -> None:
    assert say(seconds) == said


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90 s", 90),
        ("2 h 10 min", 7_800),
        ("14 days", 14 * 86_400),
        ("1 day", 86_400),
        ("10s", 10),
        (" 2 weeks ", 1_209_600),
    ],
)
def test_parse(text: str, seconds: int) -> None:
    assert parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "h", "10", "ten min", "-1 h", "1 fortnight", "1.5 h", "1 h,", "999999999 days", "200 years"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(DurationWrong):
        parse(text)


@given(st.timedeltas(timedelta(), timedelta(days=36_000)))
def test_what_is_written_reads_back(length: timedelta) -> None:
    assert parse(write(length)) == length


def test_a_negative_length_is_not_written() -> None:
    with pytest.raises(DurationWrong):
        write(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30 min", Span(Measure.ELAPSED, timedelta(minutes=30))),
        ("2 office hours", Span(Measure.OFFICE, timedelta(hours=2))),
        ("1 office hour", Span(Measure.OFFICE, timedelta(hours=1))),
        ("1 h 30 min office time", Span(Measure.OFFICE, timedelta(minutes=90))),
        ("1 working day", Span(Measure.WORKING_DAYS, days=1)),
        ("20 working days", Span(Measure.WORKING_DAYS, days=20)),
    ],
)
def test_spans_read_and_write(text: str, span: Span) -> None:
    assert parse_span(text) == span
    assert str(span) == text


@pytest.mark.parametrize(
    "text", ["0 h", "0 working days", "office hours", "two office hours", "2 h office", "-1 working days"]
)
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(DurationWrong):
        parse_span(text)


def test_an_elapsed_span_is_as_long_across_a_change_of_the_clocks() -> None:
    start = datetime(2026, 3, 29, 0, 30, tzinfo=ZoneInfo("Europe/London"))
    assert parse_span("4 h").due(start, OfficeHours()) == utc(2026, 3, 29, 4, 30)
