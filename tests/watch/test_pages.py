"""The watch's pages in the console: what is on them, and who is kept out."""

import html

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mainstay.common.sealed import unseal
from mainstay.watch.models import Monitor, Outage
from mainstay.watch.probes import KINDS
from tests.cast import CANARY, Cast
from tests.watch.world import OK, REFUSED, minutes, monitor_of, take

pytestmark = pytest.mark.django_db


def outage_of(cast: Cast, client=None) -> Outage:
    website = cast.website(client or cast.a)
    take(minutes(monitor_of(website), [OK, REFUSED, REFUSED, REFUSED]))
    return Outage.objects.get(website=website)


def test_the_list_shows_outages_of_all_clients(client: Client, cast: Cast) -> None:
    one, other = outage_of(cast), outage_of(cast, cast.b)
    client.force_login(cast.helper)

    page = client.get(reverse("console-outages")).content.decode()

    assert one.website.name in page
    assert other.website.name in page
    assert "The server refused the connection." in page
    assert "nobody yet" in page


def test_the_list_costs_the_same_queries_for_one_row_and_three(client: Client, cast: Cast) -> None:
    client.force_login(cast.helper)
    outage_of(cast)
    client.get(reverse("console-outages"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("console-outages"))
    outage_of(cast), outage_of(cast)
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("console-outages"))

    assert len(one) == len(three)


def test_the_list_can_be_searched(client: Client, cast: Cast) -> None:
    one, other = outage_of(cast), outage_of(cast)
    client.force_login(cast.helper)

    page = client.get(reverse("console-outages"), {"q": one.website.name, "show": "open"}).content.decode()

    assert reverse("console-outage", args=[one.pk]) in page
    assert reverse("console-outage", args=[other.pk]) not in page


def test_an_outage_tells_its_story(client: Client, cast: Cast) -> None:
    outage = outage_of(cast)
    client.force_login(cast.auditor)

    page = client.get(reverse("console-outage", args=[outage.pk])).content.decode()

    for words in ("Last good check", "First failed check", "Confirmed", "Single checks"):
        assert words in page
    assert "Take it on" not in page


def test_taking_an_outage_on(client: Client, cast: Cast) -> None:
    outage = outage_of(cast)
    client.force_login(cast.helper)
    address = reverse("console-outage-acknowledgement", args=[outage.pk])

    assert client.get(address).status_code == 200
    answer = client.post(address, {"note": "Restarting it."}, follow=True)
    again = client.post(address, {})

    outage.refresh_from_db()
    assert outage.acknowledged_by == cast.helper
    assert "Restarting it." in answer.content.decode()
    assert again.status_code == 422


@pytest.mark.parametrize("name", ["console-outage", "console-outage-acknowledgement", "console-monitor"])
def test_what_does_not_exist_is_not_found(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.administrator)

    assert client.get(reverse(name, args=[987_654])).status_code == 404


def test_people_of_clients_are_kept_out_of_the_console(client: Client, cast: Cast) -> None:
    outage = outage_of(cast)
    client.force_login(cast.a_administrator)

    assert client.get(reverse("console-outages")).status_code == 403
    assert client.get(reverse("console-outage", args=[outage.pk])).status_code == 403


def test_a_monitor_is_added_paused_resumed_and_ended(client: Client, cast: Cast) -> None:
    website = cast.a.websites.get()
    client.force_login(cast.administrator)
    live = website.environments.get(kind="live")
    sent = {
        "environment": live.pk,
        "url": "https://www.example.org/shop",
        "name": "Shop",
        "interval_seconds": 30,
        "timeout_seconds": 10,
        "counts": "on",
    }

    added = client.post(reverse("console-monitor-new", args=[website.pk]), sent, follow=True)
    monitor = Monitor.objects.get(name="Shop")
    assert "Shop" in added.content.decode()
    assert (monitor.interval_seconds, monitor.counts, monitor.client) == (30, True, cast.a)

    client.post(reverse("console-monitor-pause", args=[monitor.pk]))
    monitor.refresh_from_db()
    assert not monitor.is_enabled
    client.post(reverse("console-monitor-resumption", args=[monitor.pk]))
    monitor.refresh_from_db()
    assert monitor.is_enabled
    client.post(reverse("console-monitor-retirement", args=[monitor.pk]))
    monitor.refresh_from_db()
    assert monitor.is_retired
    assert client.get(reverse("console-monitor", args=[monitor.pk])).status_code == 200


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_has_its_form(client: Client, cast: Cast, kind: str) -> None:
    client.force_login(cast.administrator)

    page = client.get(reverse("console-monitor-new", args=[cast.a.websites.get().pk]), {"kind": kind})

    assert KINDS[kind].explanation in html.unescape(page.content.decode())
    for name in KINDS[kind].settings.model_fields:
        assert f'name="settings.{name}"' in page.content.decode()


def test_there_is_no_form_for_a_kind_that_there_is_not(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)

    assert client.get(reverse("console-monitor-new", args=[cast.a.websites.get().pk]), {"kind": "x"}).status_code == 404


def test_settings_are_kept_and_a_secret_is_never_shown_again(client: Client, cast: Cast) -> None:
    website = cast.a.websites.get()
    client.force_login(cast.administrator)
    sent = {
        "environment": website.environments.get(kind="live").pk,
        "url": "https://www.example.org/",
        "interval_seconds": 60,
        "timeout_seconds": 10,
        "settings.expect_status": "200, 300-302",
        "settings.headers": "Accept: text/html\nX-Check: yes",
        "settings.bearer": "very-secret-token",
    }

    client.post(reverse("console-monitor-new", args=[website.pk]), sent)
    monitor = Monitor.objects.get()
    address = reverse("console-monitor", args=[monitor.pk])
    page = client.get(address).content.decode()
    client.post(address, {**sent, "settings.bearer": "", "interval_seconds": 30})
    monitor.refresh_from_db()

    assert monitor.settings["expect_status"] == [[200, 200], [300, 302]]
    assert monitor.settings["headers"] == ["Accept: text/html", "X-Check: yes"]
    assert "very-secret-token" not in str(monitor.settings)
    assert "very-secret-token" not in page
    assert monitor.settings["bearer"] not in page
    assert (monitor.interval_seconds, unseal(monitor.settings["bearer"])) == (30, "very-secret-token")


def test_a_kept_secret_goes_to_no_other_host(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    monitor = monitor_of(cast.a.websites.get(), settings={"bearer": "very-secret-token"})
    address = reverse("console-monitor", args=[monitor.pk])
    sent = {"url": "https://elsewhere.example/", "interval_seconds": 60, "timeout_seconds": 10, "counts": "on"}
    sent |= {"settings.expect_status": "200-399", "settings.method": "GET", "settings.redirects": "follow"}
    sent |= {"settings.family": "any"}

    for way in ({}, {"try": "1"}):
        answer = client.post(address, {**sent, **way})
        assert "Enter it again: the address leads to another host." in answer.content.decode()
    assert not Monitor.objects.filter(url=sent["url"]).exists()
    client.post(address, {**sent, "settings.bearer": "another-token"})
    anew = Monitor.objects.get(retired_at__isnull=True)
    assert (anew.url, unseal(anew.settings["bearer"])) == (sent["url"], "another-token")


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        ("http", {"settings.expect_status": "two hundred"}, "is no number and no range"),
        ("http", {"settings.expect_status": "700"}, "A status is from 100 to 599"),
        ("http", {"settings.headers": "no colon here"}, "is no header"),
        ("http", {"settings.method": "HEAD", "settings.contains": "x"}, "there is no page to read"),
        ("dns", {"url": "https://example.org/"}, "the name alone is wanted"),
        ("dns", {"url": "example.org", "settings.expects": "nowhere"}, "is no value of a record"),
        ("tls", {"url": "example.org:99999"}, "The port is a number"),
    ],
)
def test_settings_that_cannot_be_are_told_and_nothing_is_saved(
    client: Client, cast: Cast, kind: str, changed: dict[str, str], words: str
) -> None:
    website = cast.a.websites.get()
    client.force_login(cast.administrator)
    live = website.environments.get(kind="live").pk
    sent = {"environment": live, "url": "https://a.example.org/", "interval_seconds": 60, "timeout_seconds": 10}

    address = reverse("console-monitor-new", args=[website.pk])
    answer = client.post(f"{address}?kind={kind}", {**sent, **changed})

    assert answer.status_code == 422
    assert words in html.unescape(answer.content.decode())
    assert not Monitor.objects.exists()


def test_a_wrong_address_is_refused_and_what_was_typed_is_kept(client: Client, cast: Cast) -> None:
    website = cast.a.websites.get()
    client.force_login(cast.administrator)
    sent = {"environment": "", "url": "ftp://files.example.org/", "interval_seconds": 60, "timeout_seconds": 10}

    answer = client.post(reverse("console-monitor-new", args=[website.pk]), sent)

    assert answer.status_code == 422
    assert "ftp://files.example.org/" in answer.content.decode()
    assert not Monitor.objects.exists()


def test_another_address_is_another_monitor(client: Client, cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    client.force_login(cast.administrator)
    sent = {"url": "https://new.example.org/", "interval_seconds": 60, "timeout_seconds": 10, "counts": "on"}

    client.post(reverse("console-monitor", args=[monitor.pk]), sent)

    monitor.refresh_from_db()
    assert monitor.is_retired
    assert Monitor.objects.get(retired_at__isnull=True).url == "https://new.example.org/"


def test_a_helper_changes_no_monitor(client: Client, cast: Cast) -> None:
    monitor = monitor_of(cast.a.websites.get())
    client.force_login(cast.helper)

    assert client.get(reverse("console-monitors", args=[cast.a.websites.get().pk])).status_code == 200
    assert client.post(reverse("console-monitor-pause", args=[monitor.pk])).status_code == 403


def test_only_administrators_may_allow_private_addresses(client: Client, cast: Cast) -> None:
    address = reverse("console-monitor-new", args=[cast.a.websites.get().pk])

    client.force_login(cast.administrator)
    assert "allow_private" in client.get(address).content.decode()
    client.force_login(cast.account_manager)
    assert "allow_private" not in client.get(address).content.decode()


def api(cast: Cast, user) -> dict[str, str]:
    return {"authorization": f"Bearer {cast.token(user)}"}


def test_the_api_lists_what_its_caller_may_see(client: Client, cast: Cast) -> None:
    mine, other = outage_of(cast), outage_of(cast, cast.b)

    answer = client.get(reverse("api-v1:outages"), headers=api(cast, cast.a_administrator))
    hidden = client.get(reverse("api-v1:outage", args=[other.pk]), headers=api(cast, cast.a_administrator))

    assert [each["id"] for each in answer.json()] == [mine.pk]
    assert CANARY not in answer.content.decode()
    assert hidden.status_code == 404


def test_the_api_gives_the_ledger_of_a_period(client: Client, cast: Cast) -> None:
    outage = outage_of(cast)
    address = reverse("api-v1:website-ledger", args=[outage.website_id])
    period = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T09:00:00Z"}

    answer = client.get(address, period, headers=api(cast, cast.helper))
    backwards = client.get(address, {"start": period["end"], "end": period["start"]}, headers=api(cast, cast.helper))

    assert sum(answer.json()["seconds"].values()) == 3600
    assert backwards.status_code == 422


def test_the_api_adds_a_monitor(client: Client, cast: Cast) -> None:
    website = cast.a.websites.get()
    address = reverse("api-v1:monitors", args=[website.pk])
    headers = api(cast, cast.administrator)

    made = client.post(address, {"url": "https://a.example.org/"}, "application/json", headers=headers)
    refused = client.post(address, {"url": "gopher://a.example.org/"}, "application/json", headers=headers)
    listed = client.get(address, headers=headers)

    assert made.status_code == 201
    assert refused.status_code == 422
    assert [each["url"] for each in listed.json()] == ["https://a.example.org/"]
    assert listed.json()[0]["state"] == "unknown"


def test_the_api_adds_a_monitor_of_any_kind(client: Client, cast: Cast) -> None:
    address = reverse("api-v1:monitors", args=[cast.a.websites.get().pk])
    headers = api(cast, cast.administrator)

    def add(**data: object):
        return client.post(address, data, "application/json", headers=headers)

    made = add(kind="dns", url="example.org", settings={"record": "MX"})
    wrong = add(kind="dns", url="example.org", settings={"record": "ANY"})
    unknown = add(kind="telepathy", url="example.org")

    assert (made.status_code, made.json()["kind"]) == (201, "dns")
    assert wrong.status_code == 422
    assert "settings.record" in wrong.content.decode()
    assert unknown.status_code == 422
    assert Monitor.objects.get().settings == {"record": "MX"}


def test_several_hidden_values_can_be_entered_and_are_never_shown_again(client: Client, cast: Cast) -> None:
    website = cast.a.websites.get()
    client.force_login(cast.administrator)
    sent = {
        "environment": website.environments.get(kind="live").pk,
        "url": "https://www.example.org/",
        "interval_seconds": 300,
        "timeout_seconds": 10,
        "settings.steps": "open /login\nfill user = {user}\nfill password = {password}\npress Sign in",
        "settings.values": "user = ada\npassword = hidden-word",
    }
    address = reverse("console-monitor-new", args=[website.pk]) + "?kind=journey"

    form = client.get(address).content.decode()
    client.post(address, sent)
    monitor = Monitor.objects.get()
    page = client.get(reverse("console-monitor", args=[monitor.pk])).content.decode()

    assert '<textarea name="settings.values"' in form
    assert unseal(monitor.settings["values"]).splitlines() == ["user = ada", "password = hidden-word"]
    assert "hidden-word" not in page
