"""The portfolio: forecasts that are kept, ranked, searched, and never sure after minutes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mainstay.clients.models import Website
from mainstay.promises import forecasts
from mainstay.promises.models import WebsiteForecast
from tests.cast import Cast

pytestmark = pytest.mark.django_db
AT = datetime(2025, 2, 1, 2, tzinfo=UTC)


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

    shown = client.get(reverse("console-portfolio")).content.decode()
    assert shown.index("Risky") < shown.index("Calm")
    assert "61 %" in shown
    assert "40–80 %" in shown
    found = client.get(reverse("console-portfolio"), {"q": "calm"}).content.decode()
    assert "Risky" not in found
    assert client.get(reverse("console-portfolio"), {"sort": "nothing", "page": "x"}).status_code == 200


def test_a_client_does_not_see_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.a_administrator)
    assert client.get(reverse("console-portfolio")).status_code in (403, 404)
