"""Work that comes again and again: what rules are understood, how they are said, and when they fall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.clients.rules.recurrence import DAYS, Recurrence, RecurrenceWrong, Schedule, parsed

LONDON = ZoneInfo("Europe/London")
YEAR = timedelta(days=366)


def schedule(rule: str, starts_on: date, from_time: str = "03:00", until_time: str = "06:00") -> Schedule:
    return Schedule(parsed(rule), starts_on, time.fromisoformat(from_time), time.fromisoformat(until_time), LONDON)


def local(found: Schedule, many: int, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> list[str]:
    starts = [begins.astimezone(LONDON) for begins, _ in found.between(start, start + 3 * YEAR)][:many]
    return [f"{each:%a %d %b %H:%M}" for each in starts]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", "every week on Tuesday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday and Thursday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE", "every week on Monday, Tuesday and Wednesday"),
        ("FREQ=MONTHLY;BYDAY=2TU", "every month on the second Tuesday"),
        ("FREQ=MONTHLY;BYDAY=-1SU;COUNT=3", "every month on the last Sunday, 3 times"),
        ("FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20270501", "every month on day 15, until 1 May 2027"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=DAILY", "every day"),
    ],
)
def test_what_is_understood_is_said_in_words_and_written_the_same(rule: str, words: str) -> None:
    assert parsed(rule).words == words
    assert str(parsed(rule)) == rule


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "BYDAY=TU",
        "FREQ=HOURLY",
        "FREQ=YEARLY",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=WEEKLY;BYDAY=TU;BYDAY=WE",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=5TU",
        "FREQ=MONTHLY;BYDAY=2TU,3TU",
        "FREQ=MONTHLY;BYDAY=2TU;BYMONTHDAY=3",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=DAILY;BYDAY=TU",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=1001",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=٣",
        "FREQ=DAILY;COUNT=3;UNTIL=20270501",
        "FREQ=DAILY;UNTIL=20270532",
    ],
)
def test_what_is_not_understood_is_refused(rule: str) -> None:
    with pytest.raises(RecurrenceWrong):
        parsed(rule)


def test_every_second_tuesday_of_the_month() -> None:
    assert local(schedule("FREQ=MONTHLY;BYDAY=2TU", date(2026, 1, 13)), 3) == [
        "Tue 13 Jan 03:00",
        "Tue 10 Feb 03:00",
        "Tue 10 Mar 03:00",
    ]


def test_every_other_week_keeps_its_step_whenever_it_is_asked() -> None:
    found = schedule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", date(2026, 1, 6))
    later = datetime(2026, 1, 14, tzinfo=UTC)

    assert local(found, 2, later) == local(found, 3)[1:]


def test_it_falls_at_the_same_time_of_day_before_and_after_the_clocks_change() -> None:
    found = schedule("FREQ=WEEKLY;BYDAY=TU", date(2026, 3, 24))

    starts = [
        begins for begins, _ in found.between(datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    ]

    assert [each.hour for each in starts] == [3, 2]
    assert set(local(found, 9)) <= {each for each in local(found, 9) if each.endswith("03:00")}


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 2), (date(2026, 10, 25), 4), (date(2026, 6, 7), 3)],
)
def test_a_night_in_which_the_clocks_change_is_longer_or_shorter(day: date, hours: int) -> None:
    found = schedule("FREQ=DAILY;COUNT=1", day, "00:30", "03:30")
    ((begins, ends),) = found.between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

    assert ends - begins == timedelta(hours=hours)


def test_a_time_that_the_clocks_leave_out_falls_an_hour_later_and_never_ends_before_it_begins() -> None:
    found = schedule("FREQ=DAILY;COUNT=1", date(2026, 3, 29), "01:15", "02:00")
    ((begins, ends),) = found.between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

    assert begins == datetime(2026, 3, 29, 1, 15, tzinfo=UTC)
    assert ends > begins


def test_an_end_before_the_start_is_on_the_next_day() -> None:
    found = schedule("FREQ=DAILY;COUNT=1", date(2026, 6, 1), "23:00", "02:00")
    ((begins, ends),) = found.between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

    assert ends - begins == timedelta(hours=3)


def test_the_last_day_it_may_fall_on_is_one_of_them() -> None:
    assert local(schedule("FREQ=DAILY;UNTIL=20260103", date(2026, 1, 2)), 9) == ["Fri 02 Jan 03:00", "Sat 03 Jan 03:00"]


WEEKDAYS = st.sets(st.sampled_from(sorted(DAYS)), min_size=1).map(
    lambda days: tuple((None, day) for day in sorted(days))
)


@given(
    WEEKDAYS, st.integers(1, 4), st.integers(1, 40), st.dates(date(2025, 1, 1), date(2026, 1, 1)), st.integers(0, 500)
)
def test_weekly_rules_fall_as_counting_days_says(days, interval: int, count: int, starts_on: date, ahead: int) -> None:
    found = Schedule(Recurrence("WEEKLY", interval, days, count=count), starts_on, time(3), time(6), LONDON)
    wanted = {list(DAYS).index(day) for _, day in days}
    monday = starts_on - timedelta(days=starts_on.weekday())
    falls, day = [], starts_on
    while len(falls) < count:
        if day.weekday() in wanted and (day - monday).days // 7 % interval == 0:
            falls.append(day)
        day += timedelta(days=1)
    start = datetime.combine(starts_on, time(), LONDON) + timedelta(days=ahead)
    end = start + timedelta(days=200)

    expected = [each for each in falls if start <= datetime.combine(each, time(3), LONDON) < end]
    assert [begins.astimezone(LONDON).date() for begins, _ in found.between(start, end)] == expected
