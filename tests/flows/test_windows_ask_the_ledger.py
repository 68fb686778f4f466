"""Planned work that the downtime budget cannot pay: refused with its figure, or approved by name."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.clients import actions, queries
from mainstay.clients.actions import WindowUnaffordable
from mainstay.clients.models import MaintenanceWindow, WindowSeries
from mainstay.clients.rules.recurrence import parsed
from mainstay.common.facts import FactRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AT = datetime(2025, 2, 1, 2, tzinfo=UTC)
"""The contract year has just begun: nothing is unknown yet that would be charged."""
HOUR = timedelta(hours=1)


def plan(cast: Cast, hours: float, days: int = 1, by=None, **given) -> MaintenanceWindow:
    start = AT + timedelta(days=days)
    return actions.add_window(
        client=cast.a,
        starts_at=start,
        ends_at=start + hours * HOUR,
        reason="Move to another host",
        by=by or cast.account_manager,
        at=AT,
        **given,
    )


@pytest.fixture(autouse=True)
def site(cast: Cast):
    return cast.website(cast.a)


def test_what_the_budget_pays_for_is_planned(cast: Cast) -> None:
    assert plan(cast, 3).approved_by is None


def test_windows_add_up_and_the_one_too_many_is_refused_with_the_figure(cast: Cast, site) -> None:
    plan(cast, 30)
    with pytest.raises(WindowUnaffordable) as refused:
        plan(cast, 11, days=5, website=site)
    assert "41 h planned, " in str(refused.value)
    assert site.name in str(refused.value)
    assert MaintenanceWindow.objects.count() == 1
    assert not FactRecord.objects.filter(kind="clients.window_approved").exists()


def test_only_the_downtime_that_is_expected_counts(cast: Cast) -> None:
    plan(cast, 100, down_minutes=20)
    with pytest.raises(WindowUnaffordable):
        plan(cast, 100)


def test_work_that_does_not_fall_on_a_website_that_is_short_is_planned(cast: Cast, site) -> None:
    other = cast.website(cast.a)
    plan(cast, 39, website=site)
    plan(cast, 39, website=other)
    with pytest.raises(WindowUnaffordable, match=other.name):
        plan(cast, 39, days=9, website=other)


def test_somebody_who_may_approves_it_by_name(cast: Cast) -> None:
    window = plan(cast, 60, approval="The client asked for it in writing")

    assert window.approved_by == cast.account_manager
    fact = FactRecord.objects.get(kind="clients.window_approved")
    assert fact.body["window_id"] == window.pk
    assert fact.body["planned_s"] == 60 * 3600
    shown = queries.coming_windows(cast.a, AT, 1)[0]
    assert (shown.approved_by, shown.approval) == (cast.account_manager, "The client asked for it in writing")


def test_who_may_not_cannot_approve_it(cast: Cast) -> None:
    with pytest.raises(WindowUnaffordable, match="You cannot approve it"):
        plan(cast, 60, by=cast.helper, approval="I want to")
    assert not MaintenanceWindow.objects.exists()


def test_an_approval_that_was_not_needed_is_not_kept(cast: Cast) -> None:
    assert plan(cast, 1, approval="To be safe").approval == ""


def test_a_series_counts_with_every_occurrence(cast: Cast) -> None:
    given = {
        "client": cast.a,
        "recurrence": parsed("FREQ=WEEKLY;BYDAY=TU"),
        "starts_on": date(2025, 2, 4),
        "from_time": time(3),
        "until_time": time(6),
        "time_zone": "Europe/London",
        "reason": "Updates",
        "by": cast.account_manager,
        "at": AT,
    }
    with pytest.raises(WindowUnaffordable):
        actions.plan_series(**given)
    assert not WindowSeries.objects.exists()
    series = actions.plan_series(**given, down_minutes=10)
    with pytest.raises(WindowUnaffordable):
        actions.change_series(series=series, down_minutes=170, by=cast.account_manager, at=AT + HOUR)
    assert WindowSeries.objects.get().valid_until is None


def test_the_page_refuses_with_the_figure_and_takes_an_approval(cast: Cast, client: Client) -> None:
    client.force_login(cast.account_manager)
    address = reverse("console-window-new", args=[cast.a.slug])
    given = {"starts_at": "2099-06-01T09:00", "ends_at": "2099-06-03T09:00", "reason": "Move"}

    refused = client.post(address, given)
    text = refused.content.decode()
    assert " planned, " in text
    assert " left in the year until " in text
    assert 'name="approval"' in text
    assert client.post(address, {**given, "approval": "Agreed by phone"}).status_code == 302
    assert MaintenanceWindow.objects.get().approved_by == cast.account_manager
