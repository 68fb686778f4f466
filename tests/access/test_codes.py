"""Signing in by a mailed code: once, in the browser that asked, for ten minutes, and with few tries."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from mainstay.access.models import SignInCode, User
from mainstay.common.jobs import run_due
from mainstay.common.mail import OutgoingMail
from tests.cast import Cast

ASK, ENTER = "/accounts/code/", "/accounts/code/entry/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def world(cast: Cast, now: Any) -> Any:
    with time_machine.travel(now, tick=False):
        yield cast


def ask(client: Client, email: str, **more: str) -> Any:
    return client.post(ASK, {"email": email, **more})


def mailed_code(at: Any) -> str:
    run_due(at, queue="mail")
    return re.search(r"\b\d{4} \d{4}\b", OutgoingMail.objects.filter(key__startswith="code:").latest("id").text)[0]


def test_the_code_opens_the_door_and_leads_on(world: Cast, client: Client, now: Any) -> None:
    asked = ask(client, " Vera.Alder@example.org", next="/account/")
    assert asked["Location"] == f"{ENTER}?next=%2Faccount%2F"
    answer = client.post(asked["Location"], {"code": mailed_code(now), "next": "/account/"})
    assert answer["Location"] == "/account/"
    assert client.session["_auth_user_id"] == str(world.a_viewer.pk)
    assert client.session.get_expire_at_browser_close()


def test_it_works_once(world: Cast, client: Client, now: Any) -> None:
    ask(client, world.a_viewer.email)
    code = mailed_code(now)
    question = client.session["sign_in_code"]
    client.post(ENTER, {"code": code})
    again = Client()
    session = again.session
    session["sign_in_code"] = question
    session.save()
    again.cookies["sessionid"] = session.session_key
    assert "is not right" in again.post(ENTER, {"code": code}).text


def test_it_opens_nothing_in_another_browser(world: Cast, now: Any) -> None:
    mine, theirs = Client(), Client()
    ask(theirs, world.a_viewer.email)
    stranger = mailed_code(now)
    ask(mine, world.a_requester.email)
    assert "is not right" in mine.post(ENTER, {"code": stranger}).text
    assert Client().post(ENTER, {"code": stranger})["Location"] == ASK


def test_a_newer_one_ends_the_one_before(world: Cast, client: Client, now: Any) -> None:
    ask(client, world.a_viewer.email)
    code, elsewhere = mailed_code(now), Client()
    ask(elsewhere, world.a_viewer.email)
    run_due(now, queue="mail")
    assert "is not right" in client.post(ENTER, {"code": code}).text


@pytest.mark.parametrize(("minutes", "opens"), [(9, True), (11, False)])
def test_it_works_for_ten_minutes(world: Cast, client: Client, now: Any, minutes: int, opens: bool) -> None:
    ask(client, world.a_viewer.email)
    code = mailed_code(now)
    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        client.post(ENTER, {"code": code})
    assert ("_auth_user_id" in client.session) is opens


def test_five_wrong_ones_end_it(world: Cast, client: Client, now: Any) -> None:
    ask(client, world.a_viewer.email)
    code = mailed_code(now)
    wrong = "0000 0000" if code != "0000 0000" else "0000 0001"
    for _ in range(5):
        assert client.post(ENTER, {"code": wrong}).status_code == 422
    assert "is not right" in client.post(ENTER, {"code": code}).text
    assert SignInCode.objects.get().tries == 5


@pytest.mark.parametrize("code", ["", "1234567", "abcdefgh", "１２３４５６７８", "\x00" * 8])
def test_what_is_no_code_is_told(world: Cast, client: Client, code: str) -> None:
    ask(client, world.a_viewer.email)
    assert client.post(ENTER, {"code": code}).status_code == 422


def test_a_second_factor_is_asked_for_after_it(world: Cast, client: Client, now: Any) -> None:
    Authenticator.objects.create(user=world.a_viewer, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    ask(client, world.a_viewer.email)
    answer = client.post(ENTER, {"code": mailed_code(now)})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_somebody_suspended_gets_none(world: Cast, client: Client, now: Any) -> None:
    User.objects.filter(pk=world.a_viewer.pk).update(is_active=False)
    ask(client, world.a_viewer.email)
    run_due(now, queue="mail")
    assert not OutgoingMail.objects.exists()
    assert not SignInCode.objects.exists()


def test_one_is_not_sent_elsewhere(world: Cast, client: Client, now: Any) -> None:
    asked = ask(client, world.a_viewer.email, next="//evil.example/")
    assert asked["Location"] == ENTER
    assert client.post(ENTER, {"code": mailed_code(now), "next": "//evil.example/"})["Location"] == "/"


def test_asking_is_limited(world: Cast) -> None:
    answers = [ask(Client(), "nobody@example.org").status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
