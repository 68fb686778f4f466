"""Getting in without the agency: register, verify, ask for access, and be let in by the client's administrator."""

from collections.abc import Callable
from typing import Any

import pytest

from mainstay.access.models import User
from mainstay.clients import actions
from mainstay.clients.models import Contact
from tests.cast import SINCE, Cast
from tests.clients.people import access_request_of, administrator_grant_of
from tests.journeys.conftest import link_in
from tests.journeys.keyboard import enter, fill, press
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "nora@elsewhere.example"
PASSWORD = "brisk otter lantern"
NARROW = {"viewport": {"width": 390, "height": 800}}


def register(page: Any, mail_to: Callable[..., Any]) -> None:
    press(page, "Register")
    fill(page, "E-mail address", ADDRESS)
    enter(page)
    page.get_by_role("heading", name="Look into your mailbox").wait_for()
    assert troubles(page) == []
    (letter,) = mail_to(ADDRESS)
    page.goto(link_in(letter))
    assert troubles(page) == []
    fill(page, "Your name", "Nora New")
    fill(page, "Password", PASSWORD)
    fill(page, "Password again", PASSWORD)
    enter(page)


@pytest.mark.parametrize("extra", [{}, {"java_script_enabled": False}], ids=["script", "no script"])
def test_a_stranger_registers_asks_and_is_let_in(
    cast: Cast, open_page: Callable[..., Any], signed_in: Callable[..., Any], mail_to: Callable[..., Any], extra: Any
) -> None:
    page = open_page("/accounts/login/", **{**AT_REST, **NARROW})
    register(page, mail_to)

    page.get_by_role("heading", name="Ask for access").wait_for()
    assert troubles(page) == []
    fill(page, "Website or organisation", "https://site-1-alder.example.org/")
    fill(page, "What you need it for", "I write the news.")
    press(page, "Ask for access")
    page.get_by_text("waits for an answer since").wait_for()
    assert troubles(page) == []
    asked = [each for each in mail_to(cast.a_administrator.email) if "asks for access" in each.subject]
    assert len(asked) == 1

    theirs = signed_in(cast.a_administrator, link_in(asked[0]), **{**AT_REST, **extra})
    theirs.get_by_text("I write the news.").wait_for()
    if not extra:
        assert troubles(theirs) == []
    theirs.get_by_label("May").select_option("requester")
    theirs.get_by_role("button", name="Give access").click()
    theirs.get_by_text("Nora New has access now.").wait_for()

    answer = mail_to(ADDRESS)[-1]
    assert answer.subject == "Your access to Alder Books"
    page.goto(link_in(answer))
    page.wait_for_url(f"**/portal/{cast.a.slug}/")
    contact = Contact.objects.get(email=ADDRESS)
    assert (contact.client, contact.role) == (cast.a, "requester")
    assert "canary" not in page.content()


def test_an_administrator_sees_what_a_domain_needs(cast: Cast, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.a_administrator, f"/portal/{cast.a.slug}/people/", **AT_REST)
    assert troubles(page) == []
    press(page, "Let people in by their address")
    fill(page, "Domain", "alder.example")
    press(page, "Add the domain")
    page.get_by_text("_mainstay.alder.example").wait_for()
    assert troubles(page) == []


def test_the_pages_about_people_can_be_read(cast: Cast, signed_in: Callable[..., Any]) -> None:
    people = f"/portal/{cast.a.slug}/people/"
    access_request_of(cast.a)
    administrator_grant_of(cast.a, cast.deputy)
    gone = cast.contact(cast.a)
    actions.change_contact(contact=gone, is_active=False, by=cast.administrator, at=SINCE)
    viewer = Contact.objects.get(user=cast.a_viewer)
    page = signed_in(cast.a_administrator, people, **AT_REST)
    for path in ("", "roles/", "review/", "new/", f"{viewer.pk}/", f"{gone.pk}/", f"{gone.pk}/departure/"):
        page.goto(people + path)
        assert troubles(page) == [], path
    console = signed_in(cast.administrator, "/console/people/", **{**AT_REST, **NARROW})
    for path in ("", "roles/", "review/", "requests/", f"{cast.helper.pk}/"):
        console.goto(f"/console/people/{path}")
        assert troubles(console) == [], path


def test_everybody_is_confirmed_or_removed_by_keyboard(cast: Cast, signed_in: Callable[..., Any]) -> None:
    page = signed_in(cast.a_administrator, f"/portal/{cast.a.slug}/people/review/", **AT_REST)
    press(page, "Put the review on record")
    page.locator("[role=alert]").first.wait_for()
    assert troubles(page) == []
    for person, choice in (("Anna Alder", "Still"), ("Rita Alder", "Still"), ("Vera Alder", "Remove")):
        page.get_by_role("group", name=person).get_by_label(choice).press(" ")
    press(page, "Put the review on record")
    page.get_by_text("The review is on record").wait_for()
    assert not User.objects.get(pk=cast.a_viewer.pk).is_active
