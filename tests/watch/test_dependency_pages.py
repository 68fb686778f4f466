"""The console's pages about what websites depend on, and where outages say why."""

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.watch import actions
from mainstay.watch.models import Dependency, Monitor, Outage
from tests.cast import CANARY, Cast
from tests.watch.test_dependencies import down
from tests.watch.world import START, TESTS, check, dependency_of, failed, live, monitor_of, take


@pytest.fixture
def host(cast: Cast) -> Dependency:
    return dependency_of()


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    client.force_login(cast.account_manager)
    return client


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def outage_of(cast: Cast, host: Dependency) -> Outage:
    monitor: Monitor = monitor_of(cast.a.websites.get())
    actions.place_behind(dependency=host, environments=[monitor.environment], by=TESTS, at=START)
    failed(host)
    down(monitor, 2)
    return Outage.objects.get()


def test_without_any_the_list_says_how_to_begin(manager: Client) -> None:
    assert "Watch the first" in page(manager, "console-dependencies")


def test_the_list_shows_how_each_stands_and_shared_addresses(manager: Client, cast: Cast, host: Dependency) -> None:
    take([check(monitor_of(cast.website(cast.a)), 0), check(monitor_of(cast.website(cast.b)), 0)])

    shown = page(manager, "console-dependencies")

    assert "web-3" in shown
    assert "?address=192.0.2.7" in shown
    assert "unknown" in shown  # nobody has looked at it yet


def test_one_is_added_and_its_page_asks_for_websites(manager: Client, cast: Cast) -> None:
    answer = manager.post(
        reverse("console-dependency-new"), {"name": "web-1", "kind": "host", "address": "web-1.example.net:443"}
    )

    added = Dependency.objects.get()
    assert answer.url == reverse("console-dependency", args=[added.pk])
    assert added.monitor.kind == "tcp"
    assert "No website is known to stand behind it" in page(manager, "console-dependency", added.pk)


def test_what_is_wrong_is_said_at_its_field_and_kept(manager: Client, host: Dependency) -> None:
    answer = manager.post(reverse("console-dependency-new"), {"name": "web-3", "kind": "host", "address": "x.example"})
    shown = answer.content.decode()

    assert "There is one of this name." in shown
    assert 'value="x.example"' in shown


def test_a_private_address_is_offered_to_administrators_where_the_setting_lets_them(
    manager: Client, client: Client, cast: Cast
) -> None:
    assert "private address" not in page(manager, "console-dependency-new")


def test_it_is_changed(manager: Client, host: Dependency) -> None:
    edge = dependency_of("edge", "edge.example.net")
    address = reverse("console-dependency-edit", args=[host.pk])
    manager.post(address, {"name": "web-33", "address": "web-3.example.net", "behind": edge.pk})

    host.refresh_from_db()
    assert (host.name, host.behind) == ("web-33", edge)
    refused = manager.post(
        reverse("console-dependency-edit", args=[edge.pk]),
        {"name": "edge", "address": "edge.example.net", "behind": host.pk},
    )
    assert "It would stand behind itself." in refused.content.decode()


def test_websites_are_placed_and_taken_away_in_bulk(manager: Client, cast: Cast, host: Dependency) -> None:
    address = reverse("console-dependency-websites", args=[host.pk])
    chosen = [live(site).pk for site in (cast.a.websites.get(), cast.b.websites.get())]

    manager.post(address, {"environments": chosen})
    assert host.reliances.count() == 2
    assert cast.a.name in page(manager, "console-dependency", host.pk)

    manager.post(address, {"environments": chosen[:1], "away": "1"})
    assert host.reliances.count() == 1
    manager.post(address, {})
    assert "Choose at least one website." in page(manager, "console-dependency", host.pk)


def test_websites_are_found_by_words(manager: Client, cast: Cast, host: Dependency) -> None:
    assert cast.a.websites.get().url in page(manager, "console-dependency", host.pk, q=cast.a.name)
    assert "No other website fits" in page(manager, "console-dependency", host.pk, q="nothing like it")


def test_a_helper_sees_it_and_cannot_change_it(client: Client, cast: Cast, host: Dependency) -> None:
    client.force_login(cast.helper)

    assert "Place other websites" not in page(client, "console-dependency", host.pk)
    assert client.post(reverse("console-dependency-websites", args=[host.pk])).status_code == 403


def test_one_that_there_is_not_answers_404(manager: Client) -> None:
    for name in ("console-dependency", "console-dependency-edit", "console-failure"):
        assert manager.get(reverse(name, args=[99])).status_code == 404


def test_the_failures_page_lists_the_outages_it_made(manager: Client, cast: Cast, host: Dependency) -> None:
    outage = outage_of(cast, host)

    shown = page(manager, "console-failure", outage.cause_id)

    assert reverse("console-outage", args=[outage.pk]) in shown
    assert "Counted once" in shown


def test_an_outage_says_why_in_console_and_portal(manager: Client, cast: Cast, host: Dependency) -> None:
    outage = outage_of(cast, host)
    assert "because the host web-3 is down" in page(manager, "console-outage", outage.pk)
    assert reverse("console-failure", args=[outage.cause_id]) in page(manager, "console-outages")

    manager.force_login(cast.a_viewer)
    shown = page(manager, "portal-website", cast.a.slug, cast.a.websites.get().pk)

    assert "Because the host web-3 is down." in shown
    assert "web-3.example.net" not in shown
    assert CANARY not in shown
