"""A client's people are signed in by the client's own provider: a second Mainstay that runs, asked by this one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mainstay.access.models import User
from mainstay.clients.models import ProviderConnection
from tests.cast import Cast
from tests.clients.identity import provider_of
from tests.journeys.conftest import PASSWORD
from tests.journeys.keyboard import enter, fill, press
from tests.journeys.looking import AT_REST, troubles
from tests.real.installation import Installation, installed

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.timeout(600), pytest.mark.django_db(transaction=True)]

REGISTER = """
from datetime import date
from mainstay.access import actions as access
from mainstay.clients import actions as clients
from mainstay.common.facts import Process
from mainstay.idp import actions
by = Process("tests")
clients.create_agency(name="Other Agency", starts_on=date(2025, 1, 1), by=by, at=now)
client = clients.create_client(name="Alder", slug="alder", starts_on=date(2025, 1, 1), by=by, at=now)
admin = access.create_user(
    email="ada@other.example", name="Ada", agency_role="administrator", password=given["password"], by=by, at=now
)
user = access.create_user(email=given["email"], name="Nina Alder", password=given["password"], by=by, at=now)
clients.add_contact(client=client, name=user.name, email=user.email, role="editor", user=user, by=by, at=now)
party, secret = actions.register_party(
    name="Mainstay", client_id=client.pk, redirects=[given["callback"]], lets_in=["editor"], is_private=True,
    by=admin, at=now,
)
answer = [party.application_id, secret]
"""
EMAIL = "nina@alder.example"


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, "console:") as installation:
        installation.environ["MAINSTAY_URL"] = installation.url
        installation.make_tables()
        yield installation


def test_signed_in_by_a_provider_that_runs(
    cast: Cast, live_server: Any, settings: Any, open_page: Callable[..., Any], provider: Installation
) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, url=live_server.url)
    callback = f"{live_server.url}/accounts/organisation/return/"
    application, secret = provider.ask(REGISTER, email=EMAIL, password=PASSWORD, callback=callback)
    provider.start("web")
    connection = provider_of(
        cast.a, cast.administrator, issuer=provider.url, application=application, secret=secret, is_private=True,
        makes_accounts=True,
    )  # fmt: skip

    page = open_page("/accounts/login/", **AT_REST)
    press(page, "Sign in with your organisation")
    fill(page, "Your e-mail address at work", EMAIL)
    assert troubles(page) == []
    enter(page)
    page.wait_for_url(f"{provider.url}/accounts/login/**")
    fill(page, "E-mail address", EMAIL)
    fill(page, "Password", PASSWORD)
    enter(page)
    press(page, "Go on")
    page.wait_for_url(f"{live_server.url}/portal/{cast.a.slug}/")

    user = User.objects.get(email=EMAIL)
    assert (user.name, cast.a.contacts.get(user=user).role) == ("Nina Alder", "viewer")
    assert ProviderConnection.objects.get().links.get().user == user

    mine = open_page("/accounts/organisation/", **AT_REST)
    provider.ask("from mainstay.clients.models import Contact\nContact.objects.update(is_active=False)\nanswer = None")
    fill(mine, "Your e-mail address at work", EMAIL)
    enter(mine)
    mine.wait_for_url(f"{provider.url}/accounts/login/**")
    fill(mine, "E-mail address", EMAIL)
    fill(mine, "Password", PASSWORD)
    enter(mine)
    mine.get_by_role("heading", name="You do not get in there").wait_for()
    assert connection.links.count() == 1
