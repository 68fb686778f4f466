"""Mainstay as identity provider of a real website: signed in there, seen, and out everywhere at once."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from mainstay.clients import actions as clients
from mainstay.common import facts
from mainstay.common.jobs import run_due
from mainstay.idp.models import RelyingParty, Visit
from tests.cast import Cast
from tests.idp.parties import registered
from tests.journeys.conftest import PASSWORD
from tests.journeys.keyboard import enter, fill, press
from tests.journeys.looking import AT_REST, troubles
from tests.mailbox import free_port
from tests.walk.repository import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@contextmanager
def website(port: int, issuer: str, party: RelyingParty, secret: str) -> Iterator[str]:
    """The relying party as a process of its own: its address."""
    words = [sys.executable, "-m", "tests.relying_party", str(port), issuer, party.application_id, secret]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline(), "the website did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def all_is_done() -> None:
    """Deliver what was recorded, and do the jobs of it."""
    now = timezone.now()
    while facts.deliver_due(now):
        pass
    run_due(timezone.now(), queue="notify")


@pytest.fixture
def site(cast: Cast, live_server: Any, settings: Any) -> Iterator[tuple[str, RelyingParty]]:
    settings.MAINSTAY = replace(settings.MAINSTAY, url=live_server.url)
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    party, secret = registered(
        cast.a, cast.administrator, redirects=[f"{home}/callback"], start_url=f"{home}/login",
        logout_url=f"{home}/back-channel", is_private=True,
    )  # fmt: skip
    with website(port, live_server.url, party, secret) as address:
        yield address, party


def test_signed_in_elsewhere_and_out_everywhere_at_once(
    cast: Cast, open_page: Callable[..., Any], with_password: Callable[..., Any], site: tuple[str, RelyingParty]
) -> None:
    home, party = site
    person = with_password(cast.a_administrator)
    page = open_page("/accounts/login/", **AT_REST)

    page.goto(f"{home}/")
    page.get_by_role("link", name="Sign in with Mainstay").click()
    fill(page, "E-mail address", person.email)
    fill(page, "Password", PASSWORD)
    enter(page)
    page.get_by_role("heading", name=f"Go on to {party.name}").wait_for()
    assert troubles(page) == []
    press(page, "Go on")
    page.get_by_text(f"Signed in as {person.name} ({person.email}): client_administrator").wait_for()

    page.goto(f"{home}/refresh")
    page.get_by_text("Refreshed.").wait_for()
    page.goto(f"{home}/userinfo")
    page.get_by_text("200").wait_for()
    page.goto(f"{home}/login")  # the second time nothing is asked
    page.get_by_text("Signed in as").wait_for()

    contact = cast.a.contacts.get(user=person)
    clients.change_contact(contact=contact, is_active=False, by=cast.account_manager, at=timezone.now())
    page.goto(f"{home}/userinfo")
    page.get_by_text("401").wait_for()
    page.goto(f"{home}/refresh")
    page.get_by_text("Refused: invalid_grant").wait_for()
    all_is_done()
    visit = Visit.objects.get(user=person, party=party)
    assert (visit.problem, visit.told_at is not None) == ("", True)
    page.goto(f"{home}/")
    page.get_by_text("Not signed in.").wait_for()
    page.goto(f"{home}/login")
    page.get_by_label("E-mail address").wait_for()
    departure = contact.departures.get()
    assert ["signed_in_elsewhere", 1] in departure.removed


def test_signing_in_on_the_way_leads_back_the_second_time_too(
    cast: Cast, open_page: Callable[..., Any], with_password: Callable[..., Any], site: tuple[str, RelyingParty]
) -> None:
    home, _party = site
    person = with_password(cast.a_administrator)
    for is_first in (True, False):
        page = open_page("/accounts/login/", **AT_REST)
        page.goto(f"{home}/login")
        fill(page, "E-mail address", person.email)
        fill(page, "Password", PASSWORD)
        enter(page)
        if is_first:
            press(page, "Go on")
        page.wait_for_url(f"{home}/")
        page.get_by_text("Signed in as").wait_for()


def test_a_viewer_is_told_that_there_is_no_way_in(
    cast: Cast, signed_in: Callable[..., Any], site: tuple[str, RelyingParty]
) -> None:
    home, _party = site
    page = signed_in(cast.a_viewer, "/account/elsewhere/", **AT_REST)
    page.get_by_text("Nowhere yet").wait_for()
    assert troubles(page) == []
    page.goto(f"{home}/login")
    page.get_by_role("heading", name="You do not get in there").wait_for()
    assert troubles(page) == []


def test_signing_out_of_mainstay_signs_out_there(
    cast: Cast, signed_in: Callable[..., Any], site: tuple[str, RelyingParty]
) -> None:
    home, party = site
    page = signed_in(cast.a_administrator, f"{home}/login", **AT_REST)
    press(page, "Go on")
    page.get_by_text("Signed in as").wait_for()
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("heading", name="Sign out here as well?").wait_for()
    assert troubles(page) == []
    press(page, "Sign out")
    page.get_by_role("heading", name="Sign in").wait_for()
    all_is_done()
    assert Visit.objects.get(party=party).told_at is not None
    page.goto(f"{home}/")
    page.get_by_text("Not signed in.").wait_for()
