"""Planned work that the downtime budget cannot pay is refused with the figure, and approved by name: in Chromium."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mainstay.clients.models import MaintenanceWindow
from mainstay.promises import forecasts
from tests.cast import Cast
from tests.journeys.keyboard import fill, press
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_window_that_the_budget_cannot_pay_is_approved_by_name(cast: Cast, signed_in: Callable[..., Any]) -> None:
    cast.signed_otherwise(cast.a, terms={"downtime": {"unknown_excess": "shown"}})
    page = signed_in(cast.account_manager, f"/console/clients/{cast.a.slug}/")
    page.get_by_role("link", name="Plan", exact=True).click()
    start = (timezone.localtime() + timedelta(days=3)).replace(hour=9, minute=0)
    page.get_by_label("From").fill(f"{start:%Y-%m-%dT%H:%M}")
    page.get_by_label("Until", exact=True).fill(f"{start + timedelta(days=2):%Y-%m-%dT%H:%M}")
    fill(page, "What is done", "Move to another host")
    press(page, "Plan this window")
    page.get_by_text("48 h planned").first.wait_for()
    assert MaintenanceWindow.objects.count() == 0

    fill(page, "Why it is approved all the same", "Agreed with Anna Alder by phone.")
    press(page, "Plan this window")
    page.get_by_text("Move to another host").first.wait_for()
    assert MaintenanceWindow.objects.get().approved_by == cast.account_manager
    portal = signed_in(cast.a_viewer, f"/portal/{cast.a.slug}/")
    portal.get_by_text("approved by Max Manager: Agreed with Anna Alder by phone.").wait_for()


@pytest.mark.parametrize("query", ["", "?by=websites", "?show=broken&q=nothing"])
def test_the_portfolio_is_fit_for_every_eye_and_screen(cast: Cast, signed_in: Callable[..., Any], query: str) -> None:
    websites = [cast.a.websites.get(), cast.b.websites.get()]
    forecasts.refresh(websites=websites, at=timezone.now())
    page = signed_in(cast.account_manager, f"/console/portfolio/{query}", **AT_REST)
    assert troubles(page) == []
