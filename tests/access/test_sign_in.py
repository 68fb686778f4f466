"""Signing in, out, and changing the password."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from mainstay.access.models import User
from mainstay.common.facts import FactRecord
from mainstay.common.mail import OutgoingMail

SIGN_IN = "/accounts/login/"
PASSWORD = "brisk otter lantern"
OTHER = "quiet harbour seventeen"


def comparable(answer) -> str:
    """The page without the token against forged requests, which differs each time."""
    return re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", answer.content.decode())


@pytest.fixture
def helper(cast) -> User:
    cache.clear()
    cast.helper.set_password(PASSWORD)
    cast.helper.save()
    return cast.helper


def sign_in(client: Client, email: str, password: str = PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def test_address_and_password_open_the_door(helper, client) -> None:
    answer = sign_in(client, "HAL.helper@Example.org")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(helper.pk)


def test_one_comes_back_to_the_page_one_wanted(helper, client) -> None:
    wanted = client.get("/account/")
    answer = client.post(wanted["Location"], {"login": helper.email, "password": PASSWORD, "next": "/account/"})
    assert answer["Location"] == "/account/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_one_is_not_sent_elsewhere(helper, client, elsewhere) -> None:
    assert sign_in(client, helper.email, next=elsewhere)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(helper) -> None:
    answers = [
        comparable(sign_in(Client(), email, "not the right one")).replace(email, "ADDRESS")
        for email in (helper.email, "nobody@example.org")
    ]
    assert "do not belong together" in answers[0]
    assert answers[0] == answers[1]


def test_the_typed_address_is_kept_and_the_password_is_not(helper, client) -> None:
    page = sign_in(client, helper.email, "not the right one").content.decode()
    assert helper.email in page
    assert "not the right one" not in page


def test_guessing_is_limited(helper) -> None:
    for _ in range(5):
        assert sign_in(Client(), helper.email, "not the right one").status_code == 200
    answer = sign_in(Client(), helper.email)
    assert "Too many attempts" in answer.content.decode()
    assert "_auth_user_id" not in answer.client.session


def test_a_suspended_person_stays_out(helper, client) -> None:
    User.objects.filter(pk=helper.pk).update(is_active=False)
    assert sign_in(client, helper.email)["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_the_session_ends_with_the_browser_unless_asked(helper) -> None:
    plain, kept = Client(), Client()
    sign_in(plain, helper.email)
    sign_in(kept, helper.email, remember="on")
    assert plain.session.get_expire_at_browser_close()
    assert kept.session.get_expiry_age() == 14 * 24 * 60 * 60


def test_looking_does_not_sign_out(helper, client) -> None:
    sign_in(client, helper.email)
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/")["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session


def test_a_changed_password_ends_other_sessions_only(helper) -> None:
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        sign_in(browser, helper.email)
    given = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    answer = here.post("/accounts/password/change/", given)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert FactRecord.objects.latest("id").body == {"user_id": helper.pk, "how": "changed"}
    assert OutgoingMail.objects.latest("id").subject == "Your password was changed"


def test_the_old_password_is_asked_for(helper, client) -> None:
    sign_in(client, helper.email)
    given = {"oldpassword": "wrong", "password1": OTHER, "password2": OTHER}
    assert "Enter the password you have now." in client.post("/accounts/password/change/", given).content.decode()
    assert User.objects.get(pk=helper.pk).check_password(PASSWORD)


def test_password_managers_find_the_way(helper, client) -> None:
    sign_in(client, helper.email)
    assert client.get("/.well-known/change-password")["Location"] == "/accounts/password/change/"


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_the_visitors_address_is_taken_from_trusted_proxies_only(rf, settings, proxies) -> None:
    from dataclasses import replace

    from mainstay.access.web.adapter import AccountAdapter

    settings.MAINSTAY = replace(settings.MAINSTAY, trusted_proxies=proxies)
    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7, 192.0.2.1"}, REMOTE_ADDR="10.0.0.1")
    assert AccountAdapter(request).get_client_ip(request) == ["10.0.0.1", "192.0.2.1", "203.0.113.7"][proxies]
