"""What is left of a clock, in words, in the reader's zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mainstay.policy.remaining import Remaining, say_remaining, say_when
from tests.policy.reference import utc

LONDON, BERLIN, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOW = utc(2026, 3, 4, 15)
"""A Wednesday afternoon."""
TEN_PAST = timedelta(hours=2, minutes=10)


def clock(state: str, left: timedelta = TEN_PAST, **fields: object) -> Remaining:
    return Remaining(state=state, left=left, **fields)  # type: ignore[arg-type]


TOMORROW, MONDAY = utc(2026, 3, 5, 10, 40), utc(2026, 3, 2, 9, 15)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            clock("running", in_office=True, due_at=TOMORROW),
            "due tomorrow 10:40, 2 h 10 min of office time left",
        ),
        (
            clock("at_risk", timedelta(minutes=9, seconds=59), due_at=utc(2026, 3, 4, 15, 9)),
            "due today 15:09, 9 min left",
        ),
        (
            clock("running", timedelta(seconds=20), due_at=utc(2026, 3, 4, 15)),
            "due today 15:00, less than a minute left",
        ),
        (clock("running", due_at=utc(2026, 3, 9, 10, 40)), "due Monday 10:40, 2 h 10 min left"),
        (clock("running", due_at=utc(2026, 4, 1, 10, 40)), "due 1 April 11:40, 2 h 10 min left"),
        (clock("running", due_at=utc(2027, 1, 4, 9)), "due 4 January 2027 09:00, 2 h 10 min left"),
        (
            clock("paused", in_office=True, paused_at=MONDAY, waits_for="you"),
            "paused since Monday: waiting for you, 2 h 10 min of office time left when it goes on",
        ),
        (
            clock("paused", paused_at=utc(2026, 3, 4, 9, 5), waits_for="the client"),
            "paused since 09:05: waiting for the client, 2 h 10 min left when it goes on",
        ),
        (
            clock("late", -timedelta(hours=3), in_office=True, due_at=utc(2026, 3, 4, 12)),
            "late by 3 h of office time, was due today 12:00",
        ),
        (
            clock("late", -timedelta(hours=3), due_at=utc(2026, 3, 3, 12), paused_at=MONDAY, waits_for="you"),
            "late by 3 h, paused since Monday: waiting for you",
        ),
        (clock("met", done_at=utc(2026, 3, 3, 16)), "in time, yesterday 16:00"),
        (
            clock("missed", -timedelta(minutes=61), in_office=True, done_at=utc(2026, 2, 20, 9)),
            "missed by 1 h 1 min of office time, 20 February 09:00",
        ),
        (clock("cancelled"), "not owed any more"),
    ],
)
def test_in_london(given: Remaining, said: str):
    assert say_remaining(given, NOW, LONDON) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [(BERLIN, "tomorrow 11:40"), (NEW_YORK, "tomorrow 05:40"), (ZoneInfo("Asia/Tokyo"), "today 19:40")],
)
def test_the_day_is_the_readers(zone: ZoneInfo, said: str):
    assert say_when(TOMORROW, NOW, zone) == said  # in Tokyo it is past midnight already


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        (utc(2026, 10, 25, 0, 30), LONDON, "Sunday 01:30 BST"),
        (utc(2026, 10, 25, 1, 30), LONDON, "Sunday 01:30 GMT"),
        (utc(2026, 10, 25, 2, 30), LONDON, "Sunday 02:30"),
        (utc(2026, 10, 25, 8), LONDON, "Sunday 08:00"),
        (utc(2026, 10, 25, 8), BERLIN, "Sunday 09:00"),
    ],
)
def test_a_time_that_happens_twice_is_told_apart(at: datetime, zone: ZoneInfo, said: str):
    assert say_when(at, utc(2026, 10, 21, 12), zone) == said


@pytest.mark.parametrize(
    ("at", "said"), [(utc(2026, 3, 29, 0, 30), "today 00:30"), (utc(2026, 3, 29, 23, 30), "tomorrow 00:30")]
)
def test_the_short_day_in_spring(at: datetime, said: str):
    assert say_when(at, utc(2026, 3, 29, 0, 15), LONDON) == said
