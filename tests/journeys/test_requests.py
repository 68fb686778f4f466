"""A client asks for help and is answered: in Chromium, by keyboard, and without scripts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mainstay.desk.models import Ticket
from tests.cast import Cast
from tests.journeys.keyboard import enter, fill, press, reach
from tests.journeys.looking import NARROW, OVERFLOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbaugesellschaft"


def test_a_request_is_made_and_answered(
    cast: Cast, signed_in: Callable[..., Any], mail_to: Callable[..., Any], tmp_path: Path
) -> None:
    picture = tmp_path / "failed.png"
    Image.new("RGB", (40, 30), "red").save(picture)
    page = signed_in(cast.a_administrator, f"/portal/{cast.a.slug}/")
    press(page, "Ask for help")
    page.get_by_role("link", name="I can’t upload an image").focus()
    enter(page)
    fill(page, "In one line", "The gallery refuses my pictures")
    fill(page, "What happened", "The bar goes to the end and then says failed.")
    page.get_by_label("The picture, and a screenshot").set_input_files(picture)
    press(page, "Send")
    ticket = Ticket.objects.get(subject="The gallery refuses my pictures")
    page.get_by_text(ticket.reference).first.wait_for()
    page.get_by_text("failed.png").first.wait_for()

    console = signed_in(cast.helper, f"/console/desk/{ticket.reference}/")
    fill(console, "Your answer", "The limit is raised to 25 MB. Please try again.")
    press(console, f"Send to {ticket.asked_by}")
    console.get_by_text("Answer sent.").first.wait_for()

    page.reload()
    page.get_by_text("The limit is raised to 25 MB.").first.wait_for()
    letters = mail_to(cast.a_administrator.email)
    assert any("The limit is raised to 25 MB." in each.text for each in letters)


def test_what_was_typed_is_kept_when_something_is_missing(cast: Cast, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.a_administrator, f"/portal/{cast.a.slug}/tickets/new/?what=layout")
    if page.get_by_role("link", name="Something looks wrong").count():
        page.get_by_role("link", name="Something looks wrong").click()
    fill(page, "In one line", "The map covers the text")
    press(page, "Send")
    summary = page.locator("[role=alert]").first
    summary.wait_for()
    assert "What looks wrong" in summary.inner_text()
    assert page.get_by_label("In one line").input_value() == "The map covers the text"
    assert page.evaluate("() => document.activeElement.closest('[role=alert], [data-focus]') !== null")
    assert not Ticket.objects.filter(subject="The map covers the text").exists()


def test_everything_works_without_scripts(cast: Cast, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.helper, "/console/", java_script_enabled=False)
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("searchbox").fill(cast.a.name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=cast.a.name).first.click()
    page.get_by_role("heading", name=cast.a.name).wait_for()
    page.goto(f"/console/websites/{cast.a.websites.get().pk}/")
    page.get_by_role("heading", name="Response times").wait_for()


def test_keys_lead_to_search_help_and_every_page(cast: Cast, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.helper, "/console/")
    page.keyboard.press("/")
    page.keyboard.type(cast.a.name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=cast.a.name).first.wait_for()
    page.locator("main").focus()
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#palette[open]").wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.textContent") == "Today"
    page.keyboard.press("ArrowUp")
    page.keyboard.type("report")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Reports").wait_for()


def test_the_first_tab_skips_to_the_content(cast: Cast, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.helper, "/console/")
    reach(page, "Skip to the content")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "content"


def test_very_long_names_stay_on_a_narrow_screen(cast: Cast, signed_in: Callable[..., Any]) -> None:
    website = cast.a.websites.get()
    type(cast.a).objects.filter(pk=cast.a.pk).update(name=f"{LONG_WORD} mit beschränkter Haftung")
    type(website).objects.filter(pk=website.pk).update(name=LONG_WORD, url=f"https://{LONG_WORD.lower()}.example/")
    console = (f"clients/{cast.a.slug}/", f"websites/{website.pk}/", f"clients/{cast.a.slug}/agreement/", "")
    portal = ("", "promises/", f"websites/{website.pk}/", "tickets/new/")
    pages = [f"/console/{each}" for each in console] + [f"/portal/{cast.a.slug}/{each}" for each in portal]
    page = signed_in(cast.administrator, pages[0], viewport=NARROW)
    for path in pages:
        page.goto(path)
        assert page.evaluate(OVERFLOW) <= 0, path
