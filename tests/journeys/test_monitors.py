"""The list of monitors in Chromium: it keeps itself up to date, and is used with the keyboard and without scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mainstay.watch.models import BulkEdit, Monitor, Standing
from tests.cast import Cast
from tests.journeys.keyboard import enter
from tests.watch.world import monitor_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(cast: Cast) -> Monitor:
    """A monitor that is up."""
    monitor, now = monitor_of(cast.website(cast.a), name="Shop"), timezone.now()
    Standing.objects.create(
        monitor=monitor, client=cast.a, state="up", code="ok", seen_at=now, vouched_until=now + timedelta(hours=1)
    )
    return monitor


def test_a_row_that_changes_is_told_and_ticks_and_focus_stay(
    cast: Cast, shop: Monitor, signed_in: Callable[..., Any]
) -> None:
    page = signed_in(cast.administrator, "/console/monitors/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    Standing.objects.filter(monitor=shop).update(state="down", code="connection_refused")
    page.evaluate("htmx.trigger('#fleet', 'live')")
    page.locator("#told", has_text="The server refused the connection.").wait_for(state="attached")

    assert page.locator(f"#tick-{shop.pk}").is_checked()
    assert page.evaluate("document.activeElement.id") == f"monitor-{shop.pk}"
    assert page.locator(f"#monitor-{shop.pk} .state-bad").is_visible()


def test_what_is_the_same_is_not_sent_again(cast: Cast, shop: Monitor, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.administrator, "/console/monitors/")
    for _ in range(2):
        with page.expect_response(lambda answer: "/console/monitors/" in answer.url) as found:
            page.evaluate("htmx.trigger('#fleet', 'live')")
        last = found.value

    assert last.request.all_headers()["if-none-match"] == last.all_headers()["etag"]


def test_nothing_is_asked_for_while_nobody_looks(cast: Cast, shop: Monitor, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.administrator, "/console/monitors/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.evaluate("htmx.trigger('#fleet', 'live')")
    page.evaluate("new Promise((done) => setTimeout(done, 0))")

    assert [url for url in asked if "/console/" in url] == []


def test_many_are_changed_without_scripts(cast: Cast, shop: Monitor, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.administrator, "/console/monitors/", java_script_enabled=False)
    page.get_by_label("Tick Shop").check()
    page.get_by_role("button", name="Change those ticked").focus()
    enter(page)
    page.get_by_label("Pause", exact=True).check()
    page.get_by_role("button", name="Show what would change").focus()
    enter(page)
    page.get_by_role("button", name="Change 1 monitor").focus()
    enter(page)

    assert BulkEdit.objects.get().confirmed_at is not None
