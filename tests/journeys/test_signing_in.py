"""Signing in as people do: with a passkey, an app, a mailed code; a password recovered; a device that was lost."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from mainstay.access.models import KnownDevice
from tests.cast import Cast
from tests.journeys.conftest import PASSWORD, link_in
from tests.journeys.devices import Device
from tests.journeys.keyboard import enter, fill, press
from tests.journeys.looking import AT_REST, troubles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"viewport": {"width": 390, "height": 800}}
WITHOUT_SCRIPT = {"java_script_enabled": False}


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, second_factor=True)


def signs_in(page: Any, email: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def signs_out(page: Any) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def code_of_app(secret: str) -> str:
    """What an authenticator app shows now for the key `secret`."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_whoever_must_have_a_second_factor_sets_a_passkey_up_in_three_pages(
    cast: Cast, open_page: Callable[..., Any], with_password: Callable[..., Any], mail_to: Callable[..., Any]
) -> None:
    email = with_password(cast.a_administrator).email
    page = open_page("/accounts/login/", **AT_REST)
    device = Device(page)
    assert troubles(page) == []
    signs_in(page, email)
    page.get_by_role("heading", name="Make your account safe").wait_for()
    assert troubles(page) == []
    page.goto(f"/portal/{cast.a.slug}/")
    page.wait_for_url("**/account/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("heading", name="Add a passkey").wait_for()
    assert troubles(page) == []
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert troubles(page) == []
    assert page.locator(".access-codes li").count() == 10
    assert len(device.keys()) == 1
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(f"**/portal/{cast.a.slug}/")
    assert [each.subject for each in mail_to(email)] == ["A passkey was added"]

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"**/portal/{cast.a.slug}/")  # the browser offers the passkey, and its owner says yes
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    signs_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"**/portal/{cast.a.slug}/")
    page.goto("/accounts/2fa/")
    assert "Two-step sign-in is on" in page.locator("main").inner_text()
    assert troubles(page) == []
    signs_out(page)
    signs_in(page, email)
    page.get_by_role("heading", name="Two-step sign-in").wait_for()
    assert troubles(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"**/portal/{cast.a.slug}/")


@pytest.mark.parametrize("extra", [{}, WITHOUT_SCRIPT], ids=["script", "no script"])
def test_an_app_is_set_up_lost_and_recovered_from(
    cast: Cast,
    open_page: Callable[..., Any],
    with_password: Callable[..., Any],
    mail_to: Callable[..., Any],
    extra: Any,
) -> None:
    email = with_password(cast.a_administrator).email
    looks = troubles if not extra else lambda page: []
    page = open_page("/accounts/login/", **{**AT_REST, **NARROW, **extra})
    signs_in(page, email)
    page.get_by_role("link", name="Set up an app").click()
    assert looks(page) == []
    page.get_by_text("Type the key instead").click()
    secret = page.locator(".access-key").inner_text()
    page.get_by_label("Code that your app shows").fill(code_of_app(secret))
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    codes = page.locator(".access-codes li").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(f"**/portal/{cast.a.slug}/")

    signs_out(page)
    signs_in(page, email)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**/portal/{cast.a.slug}/")
    said = [each.subject for each in mail_to(email)]
    assert said == ["Two-step sign-in is on", "A recovery code was used"]


@pytest.mark.parametrize("extra", [{}, WITHOUT_SCRIPT], ids=["script", "no script"])
def test_a_mailed_code_opens_the_door(
    cast: Cast, open_page: Callable[..., Any], mail_to: Callable[..., Any], extra: Any
) -> None:
    email = cast.a_viewer.email
    looks = troubles if not extra else lambda page: []
    page = open_page(f"/portal/{cast.a.slug}/tickets/", **{**AT_REST, **extra})
    page.get_by_role("link", name="Sign in with a mailed code").click()
    assert looks(page) == []
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_role("heading", name="Enter the code").wait_for()
    assert looks(page) == []
    (letter,) = mail_to(email)
    page.get_by_label("Code").fill(re.search(r"\b\d{4} \d{4}\b", letter.text)[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**/portal/{cast.a.slug}/tickets/")
    assert KnownDevice.objects.filter(user=cast.a_viewer).count() == 1


def test_a_lost_device_is_left_behind_with_an_administrators_help(
    cast: Cast, open_page: Callable[..., Any], with_password: Callable[..., Any], mail_to: Callable[..., Any],
    signed_in: Callable[..., Any],
) -> None:  # fmt: skip
    viewer = with_password(cast.a_viewer)
    page = open_page("/accounts/login/", **AT_REST)
    device = Device(page)
    signs_in(page, viewer.email)
    page.wait_for_url(f"**/portal/{cast.a.slug}/")
    page.goto("/accounts/2fa/passkeys/add/")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    signs_out(page)
    device.lose()

    admin = open_page("/accounts/login/", **AT_REST)
    Device(admin)
    signs_in(admin, with_password(cast.a_administrator).email)
    admin.get_by_role("link", name="Add a passkey").click()
    admin.get_by_role("button", name="Make the passkey").click()
    admin.get_by_role("heading", name="Recovery codes").wait_for()
    contact = cast.a.contacts.get(user=viewer)
    admin.goto(f"/portal/{cast.a.slug}/people/{contact.pk}/")
    assert troubles(admin) == []
    admin.get_by_text("Lost the device…").click()
    admin.get_by_role("button", name="Mail the link").click()
    admin.get_by_text("was mailed a link").wait_for()

    letter = mail_to(viewer.email)[-1]
    page.goto(link_in(letter))
    page.get_by_role("heading", name="Sign in without your lost device").wait_for()
    assert troubles(page) == []
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Remove them").click()
    page.get_by_role("heading", name="Your lost device opens nothing any more").wait_for()
    signs_in(page, viewer.email)
    page.wait_for_url(f"**/portal/{cast.a.slug}/")
    assert mail_to(viewer.email)[-1].subject == "Your second factor was reset"


@pytest.mark.parametrize("extra", [{}, WITHOUT_SCRIPT], ids=["script", "no script"])
def test_a_password_is_recovered_and_other_devices_are_signed_out(
    cast: Cast,
    open_page: Callable[..., Any],
    with_password: Callable[..., Any],
    mail_to: Callable[..., Any],
    extra: Any,
) -> None:
    email, new = with_password(cast.a_viewer).email, "quiet harbour seventeen"
    looks = troubles if not extra else lambda page: []
    elsewhere = open_page("/accounts/login/", **extra)
    signs_in(elsewhere, email)
    page = open_page("/accounts/login/", **{**AT_REST, **extra})
    page.get_by_role("link", name="Forgotten your password?").click()
    assert looks(page) == []
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send the link").click()
    page.get_by_role("heading", name="Look into your mailbox").wait_for()
    assert looks(page) == []
    page.goto(link_in(mail_to(email)[-1]))
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password again").fill(new)
    assert looks(page) == []
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("heading", name="Your password is set").wait_for()
    elsewhere.goto("/account/")
    elsewhere.wait_for_url("**/accounts/login/**")
    signs_in(page, email, new)
    page.wait_for_url(f"**/portal/{cast.a.slug}/")


def test_a_device_is_signed_out_from_another_one(
    cast: Cast, open_page: Callable[..., Any], with_password: Callable[..., Any]
) -> None:
    email = with_password(cast.a_viewer).email
    here, there = open_page("/accounts/login/", **AT_REST), open_page("/accounts/login/")
    for page in (here, there):
        signs_in(page, email)
        page.wait_for_url(f"**/portal/{cast.a.slug}/")
    here.goto("/account/sessions/")
    here.get_by_text("this one").wait_for()
    assert troubles(here) == []
    press(here, "End it Chrome, Linux")
    here.get_by_text("That device is signed out.").wait_for()
    there.goto("/account/")
    there.wait_for_url("**/accounts/login/**")


def test_a_passkey_that_is_refused_is_told(
    cast: Cast, open_page: Callable[..., Any], with_password: Callable[..., Any]
) -> None:
    with_password(cast.a_viewer)
    page = open_page("/accounts/login/")
    Device(page)
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("Nothing was changed").wait_for()
    fill(page, "E-mail address", cast.a_viewer.email)
    fill(page, "Password", PASSWORD)
    enter(page)
    page.wait_for_url(f"**/portal/{cast.a.slug}/")
