"""Response times over a day up to a year, how things stood, and where the time went."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.watch import actions, queries
from mainstay.watch.codes import State
from mainstay.watch.facts import Check, Finding, Phases
from mainstay.watch.models import Monitor
from mainstay.watch.web import times
from tests.cast import Cast
from tests.watch.world import MINUTE, OK, REFUSED, START, minutes, monitor_of, take

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def answered(monitor: Monitor, at, *phases_ms: int) -> Check:
    """A good check whose phases took so many milliseconds each."""
    phases = Phases(*(each * 1000 for each in phases_ms))
    return Check(monitor.pk, "here", at, Finding(OK, phases=phases), phases.total_us)


def test_where_the_time_went_is_the_mean_of_each_hour(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    take([answered(monitor, START, 10, 20, 30, 40, 50), answered(monitor, START + MINUTE, 20, 30, 40, 50, 60)])
    take([answered(monitor, START + HOUR, 1, 2, 3, 4, 5)])

    first, second, third = queries.phase_times(monitor, START, START + 3 * HOUR)
    assert (first.count, first.spent_ms) == (2, (15.0, 25.0, 35.0, 45.0, 55.0))
    assert second.spent_ms == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert (third.count, third.spent_ms) == (0, (None,) * 5)


def test_failed_checks_are_no_answers(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    take(minutes(monitor, [REFUSED, REFUSED]))

    assert queries.phase_times(monitor, START, START + HOUR)[0].count == 0
    assert queries.response_times(monitor, START, START + HOUR)[0].p99_ms is None


def test_a_website_answers_as_fast_as_the_monitors_that_count(cast: Cast) -> None:
    website = cast.website(cast.a)
    page, registry = monitor_of(website), monitor_of(website, name="slow", counts=False)
    take([answered(page, START, 0, 0, 0, 100, 0), answered(registry, START, 0, 0, 0, 9000, 0)])

    assert queries.response_times(website, START, START + HOUR)[0].count == 1
    assert queries.response_times(registry, START, START + HOUR)[0].p50_ms == pytest.approx(9000, rel=0.05)


def test_a_monitor_stood_as_its_own_checks_say(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    take(minutes(monitor, [OK, OK, REFUSED, REFUSED, OK, OK]))

    found = queries.seen_by(monitor, START - HOUR, START + 6 * MINUTE)
    assert [each.state for each in found] == [State.UNKNOWN, State.UP, State.DOWN, State.UP]
    assert found[2].start == START + 2 * MINUTE
    assert (found[0].start, found[-1].end) == (START - HOUR, START + 6 * MINUTE)


def test_a_retired_monitor_is_unknown_from_its_end_on(cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    take(minutes(monitor, [OK, OK]))
    actions.retire(monitor=monitor, by=cast.helper, at=START + MINUTE)

    assert queries.seen_by(monitor, START, START + HOUR)[-1].state is State.UNKNOWN


@pytest.mark.parametrize("key", times.RANGES)
def test_each_range_has_its_chart_with_figures_in_a_table(client: Client, cast: Cast, key: str) -> None:
    monitor = monitor_of(cast.website(cast.a), at=timezone.now())
    take([answered(monitor, timezone.now() - timedelta(minutes=5), 1, 2, 3, 80, 5)])
    client.force_login(cast.auditor)
    page = client.get(reverse("console-monitor-times", args=[monitor.pk]), {"range": key}).content.decode()

    assert f"Response times, {times.RANGES[key].words}" in page
    assert "99 of 100 within" in page
    assert ("Where the time goes, as a table" in page) == (key == "24h")
    assert "chart-stay-unknown" in page


def test_no_other_range_can_be_asked_for(client: Client, cast: Cast) -> None:
    monitor = monitor_of(cast.website(cast.a))
    client.force_login(cast.auditor)
    page = client.get(reverse("console-monitor-times", args=[monitor.pk]), {"range": "900y"}).content.decode()

    assert "Response times, 7 days" in page


def test_a_client_sees_the_same_of_its_own_website(client: Client, cast: Cast) -> None:
    website = cast.website(cast.a)
    monitor = monitor_of(website, at=timezone.now())
    take([answered(monitor, timezone.now() - timedelta(minutes=5), 1, 2, 3, 80, 5)])
    client.force_login(cast.a_viewer)
    page = client.get(reverse("portal-website", args=[cast.a.slug, website.pk]), {"range": "24h"}).content.decode()

    assert "Response times, 24 hours" in page
    assert "waiting for the first byte" in page


def test_the_chart_of_a_year_costs_no_more_queries_than_that_of_a_day(
    cast: Cast, django_assert_max_num_queries
) -> None:
    website = cast.website(cast.a)
    monitor_of(website)
    with django_assert_max_num_queries(9):
        times.shown(website, times.RANGES["12m"], timezone.now(), cast.helper.zone)
