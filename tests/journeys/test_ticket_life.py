"""The whole life of a ticket in Chromium: for a contact, a helper and a team lead, by keyboard, and on a phone."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from mainstay.desk import actions as desk
from mainstay.desk.actions.opening import Origin
from mainstay.desk.letters.clean import clean
from mainstay.desk.letters.parsed import Part
from mainstay.desk.models import Draft, Ticket, TimeEntry
from tests.cast import Cast
from tests.journeys.keyboard import enter, fill, press, reach
from tests.journeys.looking import AT_REST, NARROW, OVERFLOW, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_question_to_the_end(cast: Cast, signed_in: Callable[..., Any]) -> None:
    contact = signed_in(cast.a_requester, f"/portal/{cast.a.slug}/tickets/new/?about=layout")
    fill(contact, "In one line", "The map covers the text")
    fill(contact, "What looks wrong", "Since Monday, on every page.")
    press(contact, "Send")
    ticket = Ticket.objects.get(subject="The map covers the text")

    lead = signed_in(cast.administrator, ticket.url)
    lead.get_by_label("Assigned to").select_option(label=cast.helper.name)
    lead.get_by_role("button", name="Assign", exact=True).click()
    lead.get_by_text(f"gave it to {cast.helper.name}.").wait_for()

    helper = signed_in(cast.helper, ticket.url)
    helper.get_by_label("Your note").fill("The theme was changed on Monday.")
    helper.get_by_role("button", name="Keep as note for the team").click()
    helper.get_by_text("Note kept.").first.wait_for()
    helper.get_by_label("Your answer").fill("The map is in its place again.")
    helper.get_by_label("Then").select_option(label="It is resolved")
    helper.get_by_role("button", name=f"Send to {ticket.asked_by}").click()
    helper.get_by_text("ticket resolved").first.wait_for()

    contact.goto(ticket.portal_url)
    contact.get_by_text("The map is in its place again.").wait_for()
    assert "The theme was changed" not in contact.content()
    contact.get_by_label("Your message").fill("It is back!")
    contact.get_by_role("button", name="Open it again").click()
    contact.get_by_text("It is back!").first.wait_for()
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_by_keyboard_alone(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket = cast.ticket(cast.a)
    page = signed_in(cast.helper, ticket.url)
    page.keyboard.press("?")
    page.get_by_text("Write a note for the team").first.wait_for()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("a")
    ticket.refresh_from_db()
    assert ticket.assignee == cast.helper
    page.keyboard.press("n")
    page.keyboard.type("Known since Monday.")
    press(page, "Keep as note for the team")
    page.keyboard.press("r")
    page.keyboard.type("We look at it.")
    fill(page, "Minutes worked", "4")
    press(page, f"Send to {ticket.asked_by}")
    assert list(ticket.messages.values_list("kind", flat=True)) == ["inbound", "note", "reply"]
    assert TimeEntry.objects.get().minutes == 4
    page.keyboard.press("t")
    page.keyboard.type("9")
    enter(page)
    assert TimeEntry.objects.count() == 2


def test_what_is_typed_is_there_on_another_device(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket = cast.ticket(cast.a)
    page = signed_in(cast.helper, ticket.url)
    with page.expect_response(lambda answer: answer.url.endswith("/draft/")):
        page.get_by_label("Your answer").type("Half an ans")
    assert Draft.objects.get().text == "Half an ans"
    other = signed_in(cast.helper, ticket.url, viewport=NARROW)
    assert other.get_by_label("Your answer").input_value() == "Half an ans"


def test_two_people_on_one_ticket(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket = cast.ticket(cast.a)
    first, second = signed_in(cast.administrator, ticket.url), signed_in(cast.helper, ticket.url)
    second.get_by_label("Your answer").type("I am slow")
    first.get_by_label("Your answer").type("I am fast")
    second.get_by_text(f"{cast.administrator.name} is writing an answer.").wait_for(timeout=20_000)
    first.get_by_role("button", name=f"Send to {ticket.asked_by}").click()
    first.get_by_text("Answer sent.").first.wait_for()
    second.get_by_role("button", name=f"Send to {ticket.asked_by}").click()
    second.get_by_text("Not sent yet: something was said while you wrote").wait_for()
    assert second.get_by_label("Your answer").input_value() == "I am slow"
    assert ticket.messages.filter(kind="reply").count() == 1


def test_on_a_phone(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket, target = cast.ticket(cast.a), cast.ticket(cast.a)
    page = signed_in(cast.helper, ticket.url, viewport=NARROW)
    assert page.evaluate(OVERFLOW) <= 0
    page.get_by_text("Merge it into another").click()
    page.locator("#merge_reference").fill(target.reference)
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_role("button", name="Undo the merge").wait_for()
    assert page.evaluate(OVERFLOW) <= 0
    page.get_by_role("button", name="Undo the merge").click()
    page.get_by_text("The merge is undone.").first.wait_for()


def test_the_page_is_sound_in_every_light(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket = cast.ticket(cast.a)
    page = signed_in(cast.helper, ticket.url, **AT_REST)
    reach(page, f"Send to {ticket.asked_by}")
    assert troubles(page) == []


def test_a_mail_is_seen_as_it_was_laid_out(cast: Cast, signed_in: Callable[..., Any]) -> None:
    ticket = cast.ticket(cast.a)
    said = (
        "<p>Hello,</p><table><tr><th>Page</th><th>State</th></tr><tr><td>Home</td><td><b>broken</b></td></tr></table>"
        '<p>So it looks:</p><p><img src="cid:shot@mail" alt="The page"></p><script>document.title = "acted"</script>'
    )
    shot = Part(name="shot.png", content_type="image/png", content=picture(), content_id="shot@mail")
    origin = Origin(html_clean=clean(said), parts=(shot,))
    desk.add_message(
        ticket=ticket, text="Hello, Page State Home broken So it looks:", channel="mail", at=timezone.now(),
        origin=origin,
    )  # fmt: skip
    for person, address in ((cast.helper, ticket.url), (cast.a_requester, ticket.portal_url)):
        page = signed_in(person, address, **AT_REST)
        thumbnail = page.get_by_role("img", name="Picture shot.png")
        thumbnail.scroll_into_view_if_needed()
        page.get_by_text("As it was laid out").click()
        frame = page.frame_locator("iframe.layout")
        frame.get_by_role("img", name="The page").wait_for()
        page.wait_for_function(
            "() => document.querySelector('iframe.layout').contentDocument.images[0].naturalWidth === 480"
        )
        assert page.locator(".pictures img").evaluate("image => image.naturalWidth") == 480
        assert page.locator("iframe.layout").bounding_box()["height"] > 300
        assert frame.get_by_role("cell", name="broken").count() == 1
        assert not troubles(page)


def picture() -> bytes:
    """A screenshot, as it were."""
    dots = Image.effect_noise((480, 300), 90).convert("RGB")
    out = BytesIO()
    dots.save(out, "PNG")
    return out.getvalue()
