"""Windows that come again: planned, changed from now on, called off once, ended; who sees them; and what is charged."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.clients import actions, queries
from mainstay.clients.models import MaintenanceWindow, SkippedWindow, WindowSeries
from mainstay.clients.rules.recurrence import RecurrenceWrong, parsed
from mainstay.common.facts import FactRecord
from mainstay.watch.queries.agreed import agreed_with
from tests.cast import TESTS, Cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
FIRST = datetime(2026, 3, 3, 3, tzinfo=UTC)


def planned(cast: Cast, at: datetime = AT, **changes) -> WindowSeries:
    given = {
        "recurrence": parsed("FREQ=WEEKLY;BYDAY=TU"),
        "starts_on": date(2026, 3, 3),
        "from_time": time(3),
        "until_time": time(6),
        "time_zone": "Europe/London",
        "reason": "Updates",
        "down_minutes": 0,
        **changes,
    }
    return actions.plan_series(client=cast.a, **given, by=cast.account_manager, at=at)


def between(cast: Cast, start: datetime = AT, weeks: int = 4):
    return queries.windows_between(cast.a, None, start, start + weeks * WEEK)


def test_its_occurrences_are_planned_work_like_any_other(cast: Cast) -> None:
    series = planned(cast)

    found = between(cast)

    assert [each.starts_at for each in found] == [FIRST, FIRST + WEEK, FIRST + 2 * WEEK, FIRST + 3 * WEEK]
    assert {(each.series_id, each.announced_at, each.reason) for each in found} == {(series.pk, AT, "Updates")}
    assert [each.starts_at for each in queries.coming_windows(cast.a, AT, 2)] == [FIRST, FIRST + WEEK]
    assert not queries.coming_windows(cast.b, AT, 2)


def test_one_that_is_under_way_is_coming_still(cast: Cast) -> None:
    planned(cast)

    assert queries.coming_windows(cast.a, FIRST + timedelta(hours=2), 1)[0].starts_at == FIRST
    assert queries.coming_windows(cast.a, FIRST + timedelta(hours=3), 1)[0].starts_at == FIRST + WEEK


def test_it_is_of_one_website_or_of_all(cast: Cast) -> None:
    site, other = cast.website(cast.a), cast.website(cast.a)
    planned(cast, website=site)

    assert queries.windows_between(cast.a, site, AT, AT + WEEK)
    assert not queries.windows_between(cast.a, other, AT, AT + WEEK)


def test_a_change_leaves_the_past_as_it_was_planned_and_announced(cast: Cast) -> None:
    series, later = planned(cast), FIRST + WEEK + timedelta(hours=1)

    new = actions.change_series(series=series, from_time=time(4), until_time=time(7), by=TESTS, at=later)

    assert [(each.starts_at, each.announced_at) for each in between(cast)] == [
        (FIRST, AT),
        (FIRST + WEEK, AT),
        (FIRST + 2 * WEEK + timedelta(hours=1), later),
        (FIRST + 3 * WEEK + timedelta(hours=1), later),
    ]
    assert (new.follows, new.first_id) == (series, series.pk)
    assert FactRecord.objects.get(kind="clients.window_series_changed").body["fields"] == ["from_time", "until_time"]


def test_another_reason_alone_is_no_new_announcement(cast: Cast) -> None:
    new = actions.change_series(series=planned(cast), reason="Security updates", by=TESTS, at=AT + WEEK)

    assert new.announced_at == AT


def test_a_change_that_changes_nothing_is_none(cast: Cast) -> None:
    series = planned(cast)

    assert actions.change_series(series=series, reason="Updates", by=TESTS, at=AT + WEEK) == series
    assert WindowSeries.objects.count() == 1


def test_what_was_changed_or_ended_cannot_be_changed_again(cast: Cast) -> None:
    series = planned(cast)
    actions.end_series(series=series, by=TESTS, at=AT + WEEK)

    for call in (
        lambda: actions.change_series(series=series, reason="More", by=TESTS, at=AT + 2 * WEEK),
        lambda: actions.end_series(series=series, by=TESTS, at=AT + 2 * WEEK),
        lambda: actions.skip_window(series=series, starts_at=FIRST + 3 * WEEK, by=TESTS, at=AT),
    ):
        with pytest.raises(actions.SeriesOver):
            call()
    assert [each.starts_at for each in between(cast)] == [FIRST]
    assert queries.series_of(cast.a, AT + 2 * WEEK) == []


def test_one_occurrence_is_called_off_before_it_begins(cast: Cast) -> None:
    series = planned(cast)

    actions.skip_window(series=series, starts_at=FIRST + WEEK, by=TESTS, at=AT)

    assert [each.starts_at for each in between(cast)] == [FIRST, FIRST + 2 * WEEK, FIRST + 3 * WEEK]
    new = actions.change_series(series=series, reason="Security updates", by=TESTS, at=AT + timedelta(hours=1))
    assert FIRST + WEEK not in [each.starts_at for each in between(cast) if each.series_id == new.pk]


@pytest.mark.parametrize("starts_at", [FIRST + timedelta(minutes=1), FIRST + timedelta(days=1), FIRST - WEEK])
def test_what_is_no_occurrence_cannot_be_called_off(cast: Cast, starts_at: datetime) -> None:
    with pytest.raises(actions.SeriesOver):
        actions.skip_window(series=planned(cast), starts_at=starts_at, by=TESTS, at=AT)
    assert not SkippedWindow.objects.exists()


def test_one_that_has_begun_or_was_called_off_cannot_be(cast: Cast) -> None:
    series = planned(cast)
    with pytest.raises(actions.SeriesOver):
        actions.skip_window(series=series, starts_at=FIRST, by=TESTS, at=FIRST)
    actions.skip_window(series=series, starts_at=FIRST + WEEK, by=TESTS, at=FIRST)
    with pytest.raises(actions.SeriesOver):
        actions.skip_window(series=series, starts_at=FIRST + WEEK, by=TESTS, at=FIRST)


def test_a_series_with_nothing_to_come_is_refused(cast: Cast) -> None:
    with pytest.raises(RecurrenceWrong, match="still to come"):
        planned(cast, recurrence=parsed("FREQ=WEEKLY;BYDAY=TU;UNTIL=20260301"))


def test_the_ledger_reads_each_occurrence_with_when_it_was_announced(cast: Cast) -> None:
    """Of a series announced at `AT`, what comes 14 days later or more was announced in time."""
    agreement = cast.a.agreements.get()
    terms = {**agreement.terms, "downtime": {**agreement.terms["downtime"], "excluded": ["planned"]}}
    cast.signed_otherwise(cast.a, terms=terms)
    planned(cast)
    at = AT + 4 * WEEK

    agreed = agreed_with([cast.a.pk], at)[cast.a.pk]
    excluded = list(agreed.exclusions(cast.a.websites.get().pk, agreed.year(at)))

    assert [each.start for each in excluded] == [FIRST + 2 * WEEK, FIRST + 3 * WEEK]


def test_planned_work_costs_the_same_queries_however_much_there_is(cast: Cast, django_assert_num_queries) -> None:
    for _ in range(3):
        planned(cast)
        cast.window(cast.a, starts_at=FIRST)
    with django_assert_num_queries(3):
        queries.planned([cast.a.pk, cast.b.pk], AT, AT + 4 * WEEK)


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    client.force_login(cast.account_manager)
    return client


def typed(**changes) -> dict[str, object]:
    """The form as it is filled for every week on that weekday, from a Tuesday to come."""
    day = timezone.now().date() + timedelta(days=30)
    day += timedelta(days=(1 - day.weekday()) % 7)
    return {
        "starts_at": f"{day}T03:00",
        "ends_at": f"{day}T06:00",
        "repeats": "weekly",
        "reason": "Updates",
        **changes,
    }


def test_a_series_is_planned_in_the_form(manager: Client, cast: Cast) -> None:
    manager.post(reverse("console-window-new", args=[cast.a.slug]), typed(until="2099-01-01", down_minutes="0"))

    series = WindowSeries.objects.get()
    assert series.rule == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20990101"
    assert (series.time_zone, series.from_time, series.until_time) == (cast.a.time_zone, time(3), time(6))
    shown = manager.get(cast.a.url).content.decode()
    assert "Every week on Tuesday, until 1 January 2099, 03:00–06:00" in shown


def test_a_single_window_is_planned_as_ever(manager: Client, cast: Cast) -> None:
    manager.post(reverse("console-window-new", args=[cast.a.slug]), typed(repeats="", down_minutes="0"))

    assert MaintenanceWindow.objects.count() == 1
    assert not WindowSeries.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_next_five_are_shown_before_anything_is_saved(manager: Client, cast: Cast, headers: dict[str, str]) -> None:
    answer = manager.post(reverse("console-window-new", args=[cast.a.slug]), typed(preview="1"), headers=headers)
    shown = answer.content.decode()

    assert "Every week on Tuesday" in shown
    assert shown.count("<li><time") == 5
    assert ("<html" in shown) is not bool(headers)
    assert not WindowSeries.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"count": "3", "until": "2099-01-01"}, "not both"),
        ({"repeats": "", "count": "3"}, "Say how often it repeats"),
        ({"until": "2020-01-01"}, "before the first day"),
        ({"starts_at": "2099-01-29T03:00", "ends_at": "2099-01-29T06:00", "repeats": "date"}, "Not every month"),
        ({"starts_at": "2099-01-28T03:00", "ends_at": "2099-01-29T03:00"}, "less than a day"),
        ({"starts_at": "2020-01-28T03:00", "ends_at": "2020-01-28T06:00", "count": "3"}, "still to come"),
        ({"repeats": "hourly"}, "valid choice"),
    ],
)
def test_what_cannot_be_planned_is_said(manager: Client, cast: Cast, changes: dict[str, str], words: str) -> None:
    answer = manager.post(reverse("console-window-new", args=[cast.a.slug]), typed(**changes))

    assert words in answer.content.decode()
    assert not WindowSeries.objects.exists()


@pytest.mark.parametrize(
    ("repeats", "rule"),
    [
        ("daily", "FREQ=DAILY"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("nth", "FREQ=MONTHLY;BYDAY=2TU"),
        ("last", "FREQ=MONTHLY;BYDAY=-1TU"),
        ("date", "FREQ=MONTHLY;BYMONTHDAY=13"),
    ],
)
def test_each_choice_is_a_rule(manager: Client, cast: Cast, repeats: str, rule: str) -> None:
    given = typed(starts_at="2099-01-13T03:00", ends_at="2099-01-13T06:00", repeats=repeats)
    manager.post(reverse("console-window-new", args=[cast.a.slug]), given)

    series = WindowSeries.objects.get()
    assert series.rule == rule
    again = manager.get(reverse("console-series-edit", args=[series.pk])).content.decode()
    assert f'<option value="{repeats}" selected>' in again


def test_saving_the_form_unchanged_announces_nothing_anew(manager: Client, cast: Cast) -> None:
    series = cast.series(cast.a)
    address = reverse("console-series-edit", args=[series.pk])
    form = manager.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    sent = {
        name: value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
        for name, value in shown.items()
        if value not in (None, "")
    }

    manager.post(address, {**sent, "reason": "Security updates"})

    new = WindowSeries.objects.get(valid_until__isnull=True)
    assert (new.reason, new.announced_at) == ("Security updates", series.announced_at)


def test_an_occurrence_is_called_off_and_a_series_ended_in_the_console(manager: Client, cast: Cast) -> None:
    series = cast.series(cast.a)
    coming = queries.coming_windows(cast.a, timezone.now(), 2)[1]

    manager.post(reverse("console-series-skipping", args=[series.pk]), {"starts_at": coming.starts_at.isoformat()})
    assert SkippedWindow.objects.get().starts_at == coming.starts_at
    assert manager.post(reverse("console-series-skipping", args=[series.pk]), {"starts_at": "x"}).status_code == 404

    manager.post(reverse("console-series-ending", args=[series.pk]))
    assert not queries.coming_windows(cast.a, timezone.now(), 2)
    assert "This is past" in manager.get(reverse("console-series-edit", args=[series.pk])).content.decode()


def test_the_portal_shows_what_comes(client: Client, cast: Cast) -> None:
    cast.series(cast.a)
    client.force_login(cast.a_viewer)

    assert "Updates" in client.get(reverse("portal-home", args=[cast.a.slug])).content.decode()
