"""A website added in one step in the console."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.clients.models import Website
from mainstay.watch.models import Monitor
from tests.cast import Cast
from tests.watch.servers import page, serving

pytestmark = pytest.mark.django_db

ADDRESS = "/console/websites/adding/"
BODY = page(head="Content-Type: text/html\n", body="<title>Corner shop</title><h1>Corner shop</h1>")


@pytest.fixture
def inside(settings) -> None:
    """Administrators may look at private addresses, where the tests' servers are."""
    settings.MAINSTAY = replace(settings.MAINSTAY, watch_allow_private=True)


def sent(cast: Cast, **fields: str) -> dict[str, str]:
    """The second form as it comes back, with one monitor."""
    return {
        "name": "Corner shop",
        "url": "https://shop.example.org/",
        "client": cast.a.slug,
        "many": "1",
        "save": "1",
        "m0-tick": "on",
        "m0-kind": "http",
        "m0-url": "https://shop.example.org/",
        "m0-counts": "on",
        "m0-interval_seconds": "60",
        "m0-settings.contains": "Corner",
        **fields,
    }


def test_what_answers_is_shown_with_reasons_and_added_with_one_press(client: Client, cast: Cast, inside: None) -> None:
    client.force_login(cast.administrator)
    with serving(BODY) as port:
        first = {"url": f"http://127.0.0.1:{port}/", "client": cast.a.slug, "allow_private": "on"}
        seen = client.post(ADDRESS, first)
        text = seen.content.decode()
    assert "It answers" in text
    assert "its absence is noticed too" in text
    assert not Monitor.objects.exists(), "nothing is saved before it is confirmed"

    url = f"http://127.0.0.1:{port}/"
    answer = client.post(ADDRESS, sent(cast, url=url, allow_private="True", **{"m0-url": url}))
    monitor = Monitor.objects.get()
    assert answer.headers["Location"] == reverse("console-website", args=[monitor.environment.website_id])
    assert (monitor.url, monitor.counts, monitor.allow_private) == (url, True, True)
    assert monitor.settings == {"contains": "Corner"}
    assert monitor.environment.website.name == "Corner shop"


def test_what_is_not_ticked_is_not_added(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    given = sent(cast)
    del given["m0-tick"]
    client.post(ADDRESS, given)

    assert Website.objects.filter(name="Corner shop").exists()
    assert not Monitor.objects.exists()


def test_a_monitor_that_cannot_be_leaves_nothing_behind_and_says_where(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    answer = client.post(ADDRESS, sent(cast, **{"m0-url": "http://10.0.0.1/"}))

    assert answer.status_code == 422
    assert "Please put this right" in answer.content.decode()
    assert not Website.objects.filter(name="Corner shop").exists()


def test_a_private_address_is_refused_and_only_an_administrator_may_allow_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.account_manager)
    given = {"url": "http://127.0.0.1/", "client": cast.a.slug, "allow_private": "on"}

    answer = client.post(ADDRESS, given)
    assert answer.status_code == 422
    assert "It may look at private addresses" not in answer.content.decode()
    refused = client.post(ADDRESS, sent(cast, allow_private="True", **{"m0-url": "http://127.0.0.1/"}))
    assert refused.status_code == 422
    assert not Monitor.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"client": "nobody"},
        {"client": "a\x00"},
        {"many": "x"},
        {"many": "999"},
        {"name": ""},
        {"url": "javascript:alert(1)"},
        {"m0-kind": "heartbeat"},
        {"m0-kind": "nonsense"},
        {"m0-interval_seconds": "-5"},
        {"m0-url": ""},
    ],
)
def test_a_form_that_was_tampered_with_adds_no_monitor(client: Client, cast: Cast, wrong: dict[str, str]) -> None:
    client.force_login(cast.administrator)

    assert client.post(ADDRESS, sent(cast, **wrong)).status_code in (302, 422)
    assert not Monitor.objects.exists()


def test_a_secret_setting_cannot_be_sent_along(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    client.post(ADDRESS, sent(cast, **{"m0-settings.bearer": "open", "m0-settings.bogus": "1"}))

    assert Monitor.objects.get().settings == {"contains": "Corner"}


def test_people_of_clients_and_helpers_add_none(client: Client, cast: Cast) -> None:
    for person in (cast.a_administrator, cast.helper):
        client.force_login(person)
        assert client.get(ADDRESS).status_code == 403
        assert client.post(ADDRESS, sent(cast)).status_code == 403
    assert not Monitor.objects.exists()


def test_no_two_things_on_the_page_have_one_id(client: Client, cast: Cast, inside: None) -> None:
    client.force_login(cast.administrator)
    with serving(BODY) as port:
        seen = client.post(ADDRESS, {"url": f"http://127.0.0.1:{port}/", "client": cast.a.slug, "allow_private": "on"})
    ids = re.findall(r' id="([^"]+)"', seen.content.decode())
    assert "website_name" in ids
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("url", ["ftp://shop.example.org/", "https://", "https://user:secret@shop.example.org/"])
def test_an_address_that_is_none_is_refused(client: Client, cast: Cast, url: str) -> None:
    client.force_login(cast.administrator)
    assert client.post(ADDRESS, sent(cast, url=url)).status_code == 422
    assert not Monitor.objects.exists()


def test_a_name_stands_in_one_line(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    client.post(ADDRESS, sent(cast, name="Corner\nshop"))
    assert Website.objects.filter(name="Corner shop").exists()
