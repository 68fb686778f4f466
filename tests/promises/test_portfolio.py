"""The portfolio: forecasts that are kept, ranked, searched, and never sure after minutes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.clients.models import Organisation, Website
from mainstay.promises import forecasts
from mainstay.promises.models import WebsiteForecast
from mainstay.promises.queries import portfolio
from mainstay.watch import actions as watch
from mainstay.watch.facts import Attributed
from tests.cast import Cast
from tests.watch.world import START, attributed, dependency_of, ended_outage, failed, live

pytestmark = pytest.mark.django_db
AT = datetime(2025, 2, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_what_was_hardly_watched_is_not_known(cast: Cast) -> None:
    site = cast.website(cast.a)

    assert forecasts.refresh(websites=[site], at=AT) == 1

    kept = WebsiteForecast.objects.get()
    assert (kept.chance_bp, kept.forecast_s, kept.chance) == (None, None, "Too little observed to say")


def test_working_it_out_again_replaces_it(cast: Cast) -> None:
    cast.website(cast.a)
    sites = list(Website.objects.order_by("pk"))
    forecasts.refresh(websites=sites, at=AT)
    assert forecasts.stale(AT + timedelta(minutes=59), 10) == []
    assert set(forecasts.stale(AT + timedelta(minutes=61), 10)) == set(sites)
    forecasts.refresh(websites=sites, at=AT + timedelta(hours=2))
    assert {each.as_of for each in WebsiteForecast.objects.all()} == {AT + timedelta(hours=2)}


def test_the_page_ranks_and_searches(cast: Cast, client: Client) -> None:
    calm, risky = cast.website(cast.a, name="Calm"), cast.website(cast.b, name="Risky")
    forecasts.refresh(websites=[calm, risky], at=AT)
    WebsiteForecast.objects.filter(website=calm).update(chance_bp=200, low_bp=100, high_bp=400)
    WebsiteForecast.objects.filter(website=risky).update(chance_bp=6100, low_bp=4000, high_bp=8000)
    client.force_login(cast.account_manager)

    shown = client.get(reverse("console-portfolio"), {"by": "websites"}).content.decode()
    assert shown.index("Risky") < shown.index("Calm")
    assert "61 %" in shown
    assert "40–80 %" in shown
    found = client.get(reverse("console-portfolio"), {"q": "calm", "by": "websites"}).content.decode()
    assert "Risky" not in found
    assert client.get(reverse("console-portfolio"), {"sort": "nothing", "page": "x"}).status_code == 200


def test_a_client_does_not_see_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.a_administrator)
    assert client.get(reverse("console-portfolio")).status_code in (403, 404)


def kept(cast: Cast, name: str, owner: Organisation, chance_bp: int | None, **fields: object) -> WebsiteForecast:
    site = cast.website(owner, name=name)
    forecasts.refresh(websites=[site], at=AT)
    WebsiteForecast.objects.filter(website=site).update(
        chance_bp=chance_bp, low_bp=chance_bp, high_bp=chance_bp, **fields
    )
    return WebsiteForecast.objects.get(website=site)


def test_clients_are_ranked_by_the_chance_that_any_of_their_websites_breaks(cast: Cast, client: Client) -> None:
    kept(cast, "One", cast.a, 5_000, cause="Name server", cause_s=900)
    kept(cast, "Two", cast.a, 5_000, cause="Name server", cause_s=900)
    kept(cast, "Other", cast.b, 6_000, cause="Broken disk", cause_s=60)
    rows = portfolio.client_rows([cast.a.pk, cast.b.pk])
    assert [(row.chance, row.cause, row.cause_s) for row in rows] == [
        ("75 %", "Name server", 1_800),
        ("60 %", "Broken disk", 60),
    ]
    client.force_login(cast.account_manager)
    page = client.get(reverse("console-portfolio")).content.decode()
    assert page.index(cast.b.name) < page.index("75 %")  # the worst website decides the order


@pytest.mark.parametrize(
    ("chances", "any_of"),
    [
        ((), None),
        ((None, None), None),
        ((0,), 0),
        ((None, 300), 300),
        ((5_000, 5_000), 7_500),
        ((10_000, 1), 10_000),
        ((9_999, 9_999), 9_999),
        ((1, 0), 1),
    ],
)
def test_the_chance_that_any_breaks(chances: tuple[int | None, ...], any_of: int | None) -> None:
    assert portfolio.chance_of_any(chances) == any_of


def test_only_what_was_asked_for_is_shown(cast: Cast, client: Client) -> None:
    kept(cast, "Calm", cast.a, 10)
    kept(cast, "Likely", cast.a, 2_000)
    kept(cast, "Gone", cast.b, 10_000)
    kept(cast, "New", cast.b, None)
    client.force_login(cast.account_manager)

    def names(show: str) -> set[str]:
        page = client.get(reverse("console-portfolio"), {"by": "websites", "show": show}).content.decode()
        return {name for name in ("Calm", "Likely", "Gone", "New") if f">{name}</a>" in page}

    assert names("all") == {"Calm", "Likely", "Gone", "New"}
    assert names("likely") == {"Likely", "Gone"}
    assert names("broken") == {"Gone"}
    assert names("unknown") == {"New"}


def test_what_hit_several_is_there_once_with_all_that_it_cost(cast: Cast) -> None:
    cast.signed_otherwise(cast.a, terms={"downtime": {"excluded": ["third_party"]}})
    first, second, host = cast.a.websites.get(), cast.b.websites.get(), dependency_of()
    for website in (first, second):
        watch.place_behind(dependency=host, environments=[live(website)], by=cast.administrator, at=START)
    failed(host)
    outages = [ended_outage(each) for each in (first, second)]
    attributed(outages[0], Attributed.THIRD_PARTY, cast.administrator)
    exclusion = watch.ask_exclusion(outage=outages[0], reason="x", by=cast.administrator, at=START + HOUR)
    watch.grant_exclusion(exclusion=exclusion, by=cast.a_administrator, at=START + HOUR)

    (shared,) = portfolio.shared_failures(Organisation.objects.all(), START + HOUR)
    assert (shared["websites"], shared["clients"], shared["down_s"], shared["excluded_s"]) == (2, 2, 600, 300)
    assert portfolio.shared_failures(Organisation.objects.filter(pk=cast.a.pk), START + HOUR) == []
