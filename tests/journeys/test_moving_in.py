"""An export taken in and taken away again, and clocks counted anew: in Chromium, light and dark, wide and narrow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from mainstay.common.jobs import run_due
from mainstay.desk.models import Recomputation, Ticket
from tests.cast import Cast
from tests.desk.kit import Stage
from tests.desk.test_exchange import ZAMMAD, dumped
from tests.desk.test_frozen_results import at, other_calendar
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_export_is_taken_in_and_away(cast: Cast, signed_in: Callable[..., Any], tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    export.write_bytes(dumped(ZAMMAD))
    page = signed_in(cast.administrator, "/console/desk/imports/", **AT_REST)
    assert not troubles(page)
    page.get_by_label("Files of the export").set_input_files(export)
    page.get_by_label("All of it belongs to").select_option(cast.a.slug)
    page.get_by_role("button", name="See what it holds").click()
    page.get_by_role("heading", name="Import from Zammad").wait_for()

    run_due(timezone.now(), "bulk")
    page.get_by_text("2 tickets can be taken in").wait_for()  # the page looks by itself
    assert not troubles(page)
    page.get_by_role("button", name="Take 2 tickets in").click()
    run_due(timezone.now(), "bulk")
    page.get_by_text("2 tickets taken in").wait_for()
    assert Ticket.objects.count() == 2
    page.get_by_text("Undo the import").click()
    page.get_by_role("button", name="Take 2 away").click()
    run_due(timezone.now(), "bulk")
    page.get_by_text("It was undone").wait_for()
    assert Ticket.objects.count() == 0


def test_clocks_are_counted_anew(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket = Stage(cast, at(4, 10)).ticket()
    other_calendar(cast.a)
    page = signed_in(cast.administrator, "/console/desk/clocks/", **AT_REST)
    assert not troubles(page)
    page.get_by_role("button", name="See what would change").click()
    run_due(timezone.now(), "bulk")
    page.get_by_text("2 due dates on 1 ticket would move").wait_for()
    assert not troubles(page)
    page.get_by_label("Why").fill("5 March is a holiday.")
    page.get_by_role("button", name="Move 2 due dates").click()
    run_due(timezone.now(), "bulk")
    page.get_by_text("2 of 2 clocks").wait_for()
    assert Recomputation.objects.get().state == "done"
    page.goto(f"{ticket.url}clocks/")
    page.get_by_role("heading", name="Counted anew").first.wait_for()
    assert not troubles(page)
