"""Whoever must have a second factor sets it up before anything of a client is shown."""

from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mainstay.access import second_factors
from mainstay.access.facts import Role
from mainstay.access.models import User
from tests.cast import SINCE, Cast
from tests.conftest import NOW

NEEDED = "/account/second-factor/"


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, second_factor=True)


def with_factor(user: User, kind: str = "totp") -> Authenticator:
    return Authenticator.objects.create(user=user, type=kind, data={"secret": "JBSWY3DPEHPK3PXP"})


def test_staff_and_client_administrators_must_and_others_need_not(cast: Cast) -> None:
    must = {name for name in ("administrator", "helper", "auditor", "a_administrator", "a_requester", "a_viewer")
            if second_factors.must_have(getattr(cast, name), SINCE)}  # fmt: skip
    assert must == {"administrator", "helper", "auditor", "a_administrator"}


@pytest.mark.parametrize(("wanted", "must"), [(["everybody"], True), (["staff"], False), ([], False)])
def test_the_agreement_says_who(cast: Cast, wanted: list[str], must: bool) -> None:
    cast.signed_otherwise(cast.a, terms={"access": {"mfa_for": wanted}})
    assert second_factors.must_have(cast.a_viewer, NOW) is must
    assert second_factors.must_have(cast.a_administrator, NOW) is must


def test_access_that_has_ended_asks_for_nothing(cast: Cast) -> None:
    cast.a.contacts.filter(user=cast.a_administrator).update(is_active=False)
    assert not second_factors.must_have(cast.a_administrator, SINCE)


@pytest.mark.parametrize("path", ["/portal/alder/", "/portal/alder/tickets/", "/account/tokens/new/", "/access/", "/"])
def test_nothing_is_shown_before(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.a_administrator)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, NEEDED)
    assert "alder" not in client.get(NEEDED).text.casefold().replace(cast.a_administrator.name.casefold(), "")


def test_a_part_of_a_page_takes_the_whole_page_there(cast: Cast, client: Client) -> None:
    client.force_login(cast.helper)
    answer = client.get("/console/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, NEEDED)


@pytest.mark.parametrize("path", ["/account/", "/account/sessions/", "/accounts/2fa/", "/accounts/2fa/totp/activate/"])
def test_the_own_account_is_open(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.helper)
    assert client.get(path).status_code == 200


def test_it_opens_with_the_factor_and_shuts_without_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.helper)
    assert client.get("/console/").status_code == 302
    with_factor(cast.helper)
    assert client.get("/console/").status_code == 200
    client.post("/accounts/2fa/totp/deactivate/")
    assert client.get("/console/")["Location"] == NEEDED


def test_recovery_codes_alone_are_no_factor(cast: Cast, client: Client) -> None:
    with_factor(cast.helper, "recovery_codes")
    client.force_login(cast.helper)
    assert client.get("/console/")["Location"] == NEEDED


def test_whoever_becomes_an_administrator_is_asked_with_the_next_request(cast: Cast, client: Client) -> None:
    client.force_login(cast.a_viewer)
    assert client.get("/portal/alder/").status_code == 200
    cast.a.contacts.filter(user=cast.a_viewer).update(role=Role.CLIENT_ADMINISTRATOR)
    assert client.get("/portal/alder/")["Location"] == NEEDED


def test_once_it_is_known_it_costs_no_query(cast: Cast, client: Client) -> None:
    with_factor(cast.helper)
    client.force_login(cast.helper)
    client.get(NEEDED)
    client.get("/console/people/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/console/people/")
    assert not [each["sql"] for each in asked if "mfa_authenticator" in each["sql"]]


def test_the_setting_turns_it_off(cast: Cast, client: Client, settings: Any) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, second_factor=False)
    client.force_login(cast.helper)
    assert client.get("/console/").status_code == 200
