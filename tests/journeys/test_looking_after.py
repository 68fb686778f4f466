"""A week is rostered and copied by keyboard; somebody stands in and ticks what there is to do: in Chromium."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mainstay.clients import actions
from mainstay.clients.facts import Duty
from mainstay.clients.models import ClientNote, Shift
from tests.cast import SINCE, TESTS, Cast
from tests.journeys.keyboard import fill, press
from tests.journeys.looking import AT_REST, troubles
from tests.promises.reminding import note_of, reminder_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def desk() -> None:
    actions.make_roster(name="Desk", time_zone="Europe/London", duty=Duty.DESK, by=TESTS, at=SINCE)


def test_a_week_is_rostered_and_copied_by_keyboard(cast: Cast, signed_in: Callable[..., Any]) -> None:
    desk()
    page = signed_in(cast.administrator, "/console/roster/?week=2099-06-01")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("Person").select_option(label="Hal Helper")
    page.get_by_label("Tuesday 2 June").check()
    press(page, "Plan these shifts")
    page.get_by_text("2 shifts planned.").wait_for()
    assert page.get_by_text("09:00–17:30").count() >= 2
    press(page, "Copy")
    page.get_by_text("2 shifts planned.").wait_for()
    assert "week=2099-06-08" in page.url
    assert Shift.objects.count() == 4


def test_somebody_stands_in_and_ticks_what_there_is_to_do(cast: Cast, signed_in: Callable[..., Any]) -> None:
    now = timezone.now()
    given = {"starts_at": now, "ends_at": now + timedelta(days=1), "by": TESTS, "at": now}
    actions.note_absence(user=cast.account_manager, **given)
    reminder = reminder_of(cast.a)
    page = signed_in(cast.deputy, "/console/my-clients/")
    page.get_by_role("link", name="Alder Books").last.click()
    page.get_by_text("You stand in today").wait_for()
    fill(page, "Note", "Rang Anna: all is well again.")
    press(page, "Keep this note")
    page.get_by_text("The note was kept.").wait_for()
    assert ClientNote.objects.get().written_by == cast.deputy
    page.get_by_role("button", name="Done").click()
    page.get_by_text("Ticked: it is done.").wait_for()
    reminder.refresh_from_db()
    assert reminder.over_by == cast.deputy
    portal = signed_in(cast.a_viewer, f"/portal/{cast.a.slug}/")
    portal.get_by_text("Today Dora Deputy stands in.").wait_for()


@pytest.mark.one_database
def test_the_pages_are_fit_for_every_eye_and_screen(cast: Cast, signed_in: Callable[..., Any]) -> None:
    desk()
    note_of(cast.a, cast.helper)
    reminder_of(cast.a)
    page = signed_in(cast.administrator, "/console/roster/", **AT_REST)
    found = {"roster": troubles(page)}
    for path in (f"/console/clients/{cast.a.slug}/account/", f"/console/clients/{cast.a.slug}/notes/"):
        page.goto(page.url.split("/console/")[0] + path)
        found[path] = troubles(page)
    manager = signed_in(cast.account_manager, "/console/my-clients/", **AT_REST)
    found["mine"] = troubles(manager)
    assert [each for those in found.values() for each in those] == []
