"""A forgotten password, from the question to the new one."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from mainstay.access.models import User
from mainstay.common.facts import FactRecord
from mainstay.common.jobs import run_due
from mainstay.common.mail import OutgoingMail

ASK = "/accounts/password/reset/"
NEW = "brisk otter lantern"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    from django.core.cache import cache

    cache.clear()


def ask(client: Client, email: str):
    return client.post(ASK, {"email": email}, follow=True)


def mailed_link(at) -> str:
    run_due(at, queue="mail")
    return re.search(r"http://\S+", OutgoingMail.objects.get(key__startswith="recovery:").text)[0].removeprefix(
        "http://127.0.0.1:8000"
    )


def set_password(client: Client, link: str, password: str = NEW):
    form = client.get(link, follow=True)
    return client.post(form.redirect_chain[-1][0], {"password1": password, "password2": password}, follow=True)


@pytest.fixture
def world(cast, now):
    with time_machine.travel(now, tick=False):
        yield cast


def test_the_mailed_link_sets_a_new_password(world, client, now) -> None:
    ask(client, "Hal.Helper@example.org ")
    link = mailed_link(now)
    assert set_password(client, link).status_code == 200
    assert User.objects.get(pk=world.helper.pk).check_password(NEW)
    assert FactRecord.objects.filter(kind="access.password_changed").latest("id").body["how"] == "recovered"
    assert OutgoingMail.objects.filter(subject="Your password was changed", recipient=world.helper.email).count() == 1


def test_a_second_factor_is_still_asked_for(world, client, now) -> None:
    Authenticator.objects.create(user=world.helper, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    ask(client, world.helper.email)
    set_password(client, mailed_link(now))
    assert "_auth_user_id" not in client.session
    answer = client.post("/accounts/login/", {"login": world.helper.email, "password": NEW})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    assert Authenticator.objects.filter(user=world.helper).exists()


def test_a_known_and_an_unknown_address_get_the_same_answer(world, client) -> None:
    answers = [ask(Client(), email) for email in (world.helper.email, "nobody@example.org")]
    bodies = [re.sub(r'csrfmiddlewaretoken" value="[^"]+', "", answer.content.decode()) for answer in answers]
    assert bodies[0] == bodies[1]
    assert [answer.redirect_chain for answer in answers] == [[("/accounts/password/reset/done/", 302)]] * 2


def test_an_unknown_address_gets_no_mail(world, client, now) -> None:
    ask(client, "nobody@example.org")
    User.objects.filter(pk=world.helper.pk).update(is_active=False)
    ask(client, world.helper.email)
    run_due(now, queue="mail")
    assert not OutgoingMail.objects.exists()


def test_the_link_works_once(world, now) -> None:
    ask(Client(), world.helper.email)
    link = mailed_link(now)
    set_password(Client(), link)
    again = Client().get(link, follow=True)
    assert "no longer works" in again.content.decode()
    set_again = Client()
    set_again.get(link, follow=True)
    assert User.objects.get(pk=world.helper.pk).check_password(NEW)


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (61, False)])
def test_the_link_works_for_an_hour(world, now, minutes, works) -> None:
    ask(Client(), world.helper.email)
    link = mailed_link(now)
    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        answer = Client().get(link, follow=True)
    assert ("no longer works" not in answer.content.decode()) is works


def test_looking_at_the_link_changes_nothing(world, now) -> None:
    ask(Client(), world.helper.email)
    link = mailed_link(now)
    for _ in range(3):
        Client().get(link, follow=True)
    assert set_password(Client(), link).status_code == 200
    assert User.objects.get(pk=world.helper.pk).check_password(NEW)


@pytest.mark.parametrize("change", ["upper", "cut", "swap"])
def test_a_changed_link_opens_nothing(world, now, change) -> None:
    ask(Client(), world.helper.email)
    link = mailed_link(now)
    head, _, key = link.rstrip("/").rpartition("/")
    other = {"upper": key.upper(), "cut": key[:-1], "swap": key[:-1] + ("a" if key[-1] != "a" else "b")}[change]
    assert "no longer works" in Client().get(f"{head}/{other}/", follow=True).content.decode()


def test_the_link_goes_to_the_configured_address(world, now) -> None:
    Client().post(ASK, {"email": world.helper.email}, headers={"host": "localhost"})
    run_due(now, queue="mail")
    assert "http://127.0.0.1:8000/accounts/password/reset/key/" in OutgoingMail.objects.get().text


def test_a_weak_password_is_refused(world, now) -> None:
    ask(Client(), world.helper.email)
    client = Client()
    answer = set_password(client, mailed_link(now), "password1234567")
    assert "easy to guess" in answer.content.decode()
    assert not User.objects.get(pk=world.helper.pk).has_usable_password()


def test_other_sessions_end(world, now) -> None:
    elsewhere = Client()
    elsewhere.force_login(world.helper)
    assert elsewhere.get("/account/").status_code == 200
    ask(Client(), world.helper.email)
    set_password(Client(), mailed_link(now))
    assert elsewhere.get("/account/").status_code == 302


def test_questions_are_limited(world, client) -> None:
    answers = [ask(client, "nobody@example.org").status_code for _ in range(6)]
    assert answers[:5] == [200] * 5
    assert answers[5] == 429
