"""Risky acts ask once more who is there."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from mainstay.access.models import ApiToken, User
from mainstay.access.web.step_up import RISKY
from tests.cast import Cast

PASSWORD = "brisk otter lantern"
TOKEN = {"name": "Screen", "scopes": ["clients.view"], "lifetime": "30"}
NEW_TOKEN = "/account/tokens/new/"


@pytest.fixture
def later(cast: Cast, client: Client, now: Any) -> Any:
    """The helper, who signed in twenty minutes ago."""
    cache.clear()
    cast.helper.set_password(PASSWORD)
    cast.helper.save()
    with time_machine.travel(now, tick=False) as clock:
        client.force_login(cast.helper)
        clock.shift(timedelta(minutes=20))
        yield client


def test_every_risky_act_exists() -> None:
    known = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    assert set(RISKY) <= known, sorted(set(RISKY) - known)


def test_what_is_sent_soon_after_signing_in_goes_through(cast: Cast, client: Client) -> None:
    client.force_login(cast.helper)
    assert client.post(NEW_TOKEN, TOKEN).status_code == 200
    assert ApiToken.objects.count() == 1


def test_later_one_shows_who_one_is_and_then_it_goes_on(later: Client) -> None:
    asked = later.post(NEW_TOKEN, TOKEN)
    assert (asked.status_code, ApiToken.objects.count()) == (302, 0)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert "enter your password once more" in later.get(asked["Location"]).text
    assert "Successfully" not in later.get(asked["Location"]).text
    wrong = later.post(asked["Location"], {"password": "not mine at all", "next": NEW_TOKEN})
    assert (wrong.status_code, ApiToken.objects.count()) == (200, 0)
    done = later.post(asked["Location"], {"password": PASSWORD, "next": NEW_TOKEN})
    assert (done.status_code, ApiToken.objects.count()) == (200, 1)
    assert later.post(NEW_TOKEN, TOKEN).status_code == 200


def test_it_holds_for_a_quarter_of_an_hour(later: Client, now: Any) -> None:
    later.post("/accounts/reauthenticate/?next=/account/", {"password": PASSWORD})
    for minutes, status in ((34, 200), (36, 302)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert later.get(NEW_TOKEN).status_code == status


@pytest.mark.parametrize(
    ("role", "path", "given"),
    [
        ("administrator", "/console/people/new/", {"name": "Nina", "email": "n@example.org", "role": "engineer"}),
        ("administrator", "/console/people/{helper}/departure/", {}),
        ("administrator", "/console/people/{helper}/factor-reset/", {}),
        ("a_administrator", "/portal/alder/people/new/", {"name": "Nina", "email": "n@example.org", "role": "viewer"}),
    ],
)
def test_whoever_does_it_is_asked(cast: Cast, client: Client, now: Any, role: str, path: str, given: Any) -> None:
    person = getattr(cast, role)
    person.set_password(PASSWORD)
    person.save()
    before = User.objects.count()
    with time_machine.travel(now, tick=False) as clock:
        client.force_login(person)
        clock.shift(timedelta(minutes=16))
        answer = client.post(path.format(helper=cast.helper.pk), given)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert (User.objects.count(), User.objects.get(pk=cast.helper.pk).is_active) == (before, True)


def test_looking_asks_for_nothing(later: Client) -> None:
    assert later.get("/console/people/").status_code == 200
    assert later.get("/account/").status_code == 200


def test_whoever_may_not_is_refused_before_anything_is_asked(cast: Cast, client: Client, now: Any) -> None:
    with time_machine.travel(now, tick=False) as clock:
        client.force_login(cast.a_viewer)
        clock.shift(timedelta(minutes=20))
        assert client.post("/console/people/new/", {}).status_code == 403


def test_somebody_without_a_password_signs_in_once_more(cast: Cast, client: Client, now: Any) -> None:
    with time_machine.travel(now, tick=False) as clock:
        client.force_login(cast.helper)
        clock.shift(timedelta(minutes=20))
        asked = client.get(NEW_TOKEN)
        assert asked["Location"] == "/account/sign-in-again/?next=%2Faccount%2Ftokens%2Fnew%2F"
        page = client.get(asked["Location"]).text
        assert "/accounts/login/?next=%2Faccount%2Ftokens%2Fnew%2F" in page
        elsewhere = client.get("/account/sign-in-again/?next=//evil.example/").text
        assert 'name="next" value="/accounts/login/?next=%2F"' in elsewhere


def test_a_new_password_is_not_kept_while_one_shows_who_one_is(cast: Cast, client: Client, now: Any) -> None:
    with time_machine.travel(now, tick=False) as clock:
        client.force_login(cast.helper)
        clock.shift(timedelta(minutes=20))
        answer = client.post("/accounts/password/set/", {"password1": "quiet harbour seventeen", "password2": "x"})
        assert answer["Location"].startswith("/account/sign-in-again/")
    assert "quiet harbour" not in str(dict(client.session))
