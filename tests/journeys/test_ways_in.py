"""Signing in, a forgotten password, an invitation, the theme: in Chromium, by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from mainstay.access import actions as access
from tests.cast import SINCE, TESTS, Cast
from tests.journeys.conftest import PASSWORD, link_in
from tests.journeys.keyboard import enter, fill, press, reach
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_PASSWORD = "brisk otter lantern"
OPEN_TO_ALL = (
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-nonsense/",
    "/accounts/signup/",
    "/invitations/nonsense/",
    "/nowhere/",
)


def sign_in(page: Any, email: str, password: str = PASSWORD) -> None:
    fill(page, "E-mail address", email)
    fill(page, "Password", password)
    enter(page)


def test_sign_in_and_out(cast: Cast, with_password: Callable[..., Any], open_page: Callable[..., Any]) -> None:
    page = open_page("/console/")
    sign_in(page, with_password(cast.helper).email)
    page.get_by_role("heading", name="Today").wait_for()
    page.locator("details.menu summary").focus()
    page.keyboard.press("Enter")
    press(page, "Sign out")
    page.get_by_role("heading", name="Sign in").wait_for()


def test_a_wrong_password_keeps_the_address_and_says_so(
    cast: Cast, with_password: Callable[..., Any], open_page: Callable[..., Any]
) -> None:
    page = open_page("/accounts/login/", **AT_REST)
    sign_in(page, with_password(cast.helper).email, "not this one at all")
    summary = page.locator("[role=alert]").first
    summary.wait_for()
    assert page.get_by_label("E-mail").input_value() == cast.helper.email
    assert page.get_by_label("Password", exact=True).input_value() == ""
    assert not troubles(page)


def test_a_forgotten_password_is_recovered_by_the_mailed_link(
    cast: Cast, with_password: Callable[..., Any], open_page: Callable[..., Any], mail_to: Callable[..., Any]
) -> None:
    user = with_password(cast.a_administrator)
    page = open_page("/accounts/login/")
    press(page, "Forgotten your password?")
    fill(page, "E-mail address", user.email)
    enter(page)
    page.wait_for_url("**/password/reset/done/")

    (letter,) = mail_to(user.email)
    page.goto(link_in(letter))
    fill(page, "New password", NEW_PASSWORD)
    fill(page, "New password again", NEW_PASSWORD)
    enter(page)

    page.goto("/accounts/login/")
    sign_in(page, user.email, NEW_PASSWORD)
    page.wait_for_url(f"**/portal/{cast.a.slug}/")
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert [each.subject for each in mail_to(user.email)][-1] == "Your password was changed"


def test_an_invitation_opens_an_account(cast: Cast, open_page: Callable[..., Any]) -> None:
    user = access.create_user(email="new@example.org", name="Nora New", agency_role="helper", by=TESTS, at=SINCE)
    link = access.first_invitation(user=user, at=timezone.now())
    page = open_page(link[link.index("/invitations/") :], **AT_REST)
    assert not troubles(page)
    fill(page, "Password", NEW_PASSWORD)
    fill(page, "Password again", NEW_PASSWORD)
    enter(page)
    page.get_by_role("heading", name="Today").wait_for()


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_what_everybody_can_open_can_be_read(db: None, open_page: Callable[..., Any], path: str) -> None:
    page = open_page(path, **AT_REST)
    assert page.title()
    assert not troubles(page)


def test_the_theme_is_chosen_and_kept(db: None, open_page: Callable[..., Any]) -> None:
    page = open_page("/accounts/login/", color_scheme="light", reduced_motion="reduce")
    light = background(page)
    press(page, "Use the dark theme")
    assert background(page) != light
    page.reload()
    reach(page, "Use the light theme")
    enter(page)
    assert background(page) == light


def test_where_the_system_is_dark_the_light_theme_is_one_press_away(db: None, open_page: Callable[..., Any]) -> None:
    page = open_page("/accounts/login/", color_scheme="dark", reduced_motion="reduce")
    dark = background(page)
    press(page, "Use the light theme")
    assert background(page) != dark
    page.get_by_role("button", name="Use the dark theme").wait_for()


def background(page: Any) -> str:
    return str(page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor"))
