"""Finding tickets and changing many, in Chromium and by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest

from mainstay.desk import actions
from mainstay.desk.models import Ticket
from tests.cast import Cast
from tests.desk.words import changed_together
from tests.journeys.keyboard import press
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_found_ticked_changed_and_set_back_by_keyboard(cast: Cast, signed_in: Callable[..., Any]) -> None:
    first, _ = cast.ticket(cast.a), cast.ticket(cast.a)
    actions.note(ticket=first, text="The certificate of the shop expired.", by=cast.helper, at=first.opened_at)
    actions.index_some()
    page = signed_in(cast.helper, "/console/desk/")
    page.keyboard.press("/")
    page.keyboard.type("certif")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("mark").all_text_contents() == ["certificate"]
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("x")
    press(page, "Change those ticked…")
    page.get_by_label("Add the tag").check()
    page.locator("#id_tag").fill("renewal")
    press(page, "Change 1 ticket")
    page.get_by_text("It can be undone until").wait_for()
    assert Ticket.objects.get(tickettags__word="renewal") == first
    press(page, "Undo")
    page.get_by_role("heading", name="Undo: Add the tag “renewal”").wait_for()
    assert not Ticket.objects.filter(tickettags__word="renewal").exists()


@pytest.mark.one_database
def test_the_pages_are_sound_in_every_light(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket = cast.ticket(cast.a)
    actions.index_some()
    bulk = changed_together(ticket, cast.helper)
    actions.save_view(name="Kept", query="state=any", is_shared=True, by=cast.helper)
    page = signed_in(cast.helper, f"/console/desk/?words={ticket.subject.split()[0]}&category=other", **AT_REST)
    found = troubles(page)
    for address in ("/console/desk/?state=any", "/console/desk/bulk/new/?scope=all", f"/console/desk/bulk/{bulk.pk}/"):
        page.goto(address)
        found += troubles(page)
    assert found == []
