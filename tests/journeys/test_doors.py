"""Ways in without an account and without a mouse: the help page in German, and a caller found by keyboard alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from mainstay.desk.models import Ticket
from mainstay.desk.web import stranger_form
from tests.cast import Cast
from tests.desk.words import article_of, help_page_of
from tests.journeys.keyboard import fill, press
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_stranger_asks_in_german(cast: Cast, open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(stranger_form, "LEAST", timedelta())
    page_of_a = help_page_of(cast.a, cast.helper, cast.a.websites.get())
    article_of(None, cast.helper, is_public=True, title="Warum ist die Karte grau?", text="Die Karte ist grau, wenn …")
    page = open_page(page_of_a.path, locale="de-DE", **AT_REST)
    assert troubles(page) == []
    page.get_by_role("link", name="Etwas sieht falsch aus").click()
    assert page.locator(".kept-empty").bounding_box()["width"] <= 1
    fill(page, "In einer Zeile", "Die Karte ist grau")
    page.get_by_role("link", name="Warum ist die Karte grau?").wait_for()
    press(page, "Senden")
    page.locator("[role=alert]").first.wait_for()
    assert troubles(page) == []
    fill(page, "Was sieht falsch aus", "Seit heute früh ein graues Feld.")
    fill(page, "Ihr Name", "Nora Nachbar")
    fill(page, "Ihre E-Mail-Adresse", "nora@elsewhere.example")
    press(page, "Senden")
    ticket = Ticket.objects.get(subject="Die Karte ist grau")
    page.get_by_text(f"Ihre Anfrage ist aufgenommen als {ticket.reference}").wait_for()
    assert (ticket.language, ticket.requester) == ("de", None)


def test_a_caller_is_found_and_logged_by_keyboard_alone(cast: Cast, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.helper, "/console/desk/new/")
    keys = page.keyboard
    keys.type("alder")
    page.locator("#caller-list [role=option]").nth(1).wait_for()
    name = page.locator("#caller-list [role=option]").nth(1).get_attribute("data-caller")
    keys.press("ArrowDown")
    keys.press("Enter")
    assert page.get_by_label("Who is calling").input_value() == name
    assert page.evaluate("() => document.activeElement.id") == "id_subject"
    keys.type("No pictures since noon")
    keys.press("Tab")
    keys.type("They are gone.")
    keys.press("Enter")
    press(page, "Log the call")
    page.get_by_text("Call logged as").first.wait_for()
    ticket = Ticket.objects.get(subject="No pictures since noon")
    assert (ticket.requester.name, ticket.client) == (name, cast.a)
