"""The record in the console and in the portal, and a person's own data: usable and whole on a desk and on a phone."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from mainstay.access.facts import Role
from mainstay.clients import actions
from mainstay.common import trail
from tests.cast import Cast
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("MAINSTAY_TEST_PICTURES", "")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.mark.parametrize(("who", "path"), [
    ("auditor", "/console/record/"),
    ("a_administrator", "/portal/alder/people/record/"),
    ("a_viewer", "/account/data/"),
])  # fmt: skip
def test_pages_of_the_record(cast: Cast, signed_in: Callable[..., Any], now: Any, who: str, path: str) -> None:
    with trail.during(trail.Origin("page", address="198.51.100.7", session="0123456789abcdef")):
        contact = cast.a.contacts.get(user=cast.a_requester)
        actions.change_contact(contact=contact, role=Role.EDITOR, by=cast.a_administrator, at=now)
    page = signed_in(getattr(cast, who), path, **AT_REST)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{who}-{size['width']}-{scheme}.png", full_page=True)
            assert troubles(page) == []
    page.set_viewport_size(DESK)
    if who != "a_viewer":
        page.get_by_text("1 field changed").first.click()
        page.locator("ins", has_text="editor").first.wait_for()
