"""How long the portfolio takes: 1,000 websites of 100 clients, a page of them and a search, and one batch of forecasts.

Runs on a database of its own, of the kind that MAINSTAY_DATABASE_URL names, and takes it away afterwards. The target:
below 300 ms a request. The batch is of websites without checks: it measures the writing and the chances, not ledgers.
"""

import json
from datetime import timedelta
from time import perf_counter

from _database import in_a_database_of_its_own

WEBSITES, CLIENTS, OUTAGES, ROUNDS = 1_000, 100, 50, 15


def main() -> None:
    in_a_database_of_its_own(measure)


def measure(database: str) -> None:
    """Make the world, ask for the page, and print how long it took."""
    from django.conf import settings  # late: Django had to be set up first
    from django.test import Client
    from django.utils import timezone

    from mainstay.access.facts import Role
    from mainstay.access.models import User
    from mainstay.clients.facts import OrganisationKind
    from mainstay.clients.models import Organisation, Website
    from mainstay.policy.forecast import Prior, Record, chance_of_breaking
    from mainstay.promises.models import WebsiteForecast

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.SECURE_SSL_REDIRECT = False
    now = timezone.now()
    person = User.objects.create_user("ada@example.org", name="Ada", agency_role=Role.ADMINISTRATOR)
    clients = Organisation.objects.bulk_create(
        Organisation(name=f"Client {n}", slug=f"client-{n}", kind=OrganisationKind.CLIENT, created_at=now)
        for n in range(CLIENTS)
    )
    websites = Website.objects.bulk_create(
        Website(
            client=clients[n % CLIENTS],
            name=f"Site {n}",
            slug=f"site-{n}",
            url=f"https://s{n}.example.org/",
            created_at=now,
        )
        for n in range(WEBSITES)
    )
    lengths = [60 + 37 * n for n in range(OUTAGES)]
    began = perf_counter()
    found = []
    for n in range(WEBSITES):
        record = Record(left_s=1_000 + 100 * n, to_come_s=1e7, observed_s=2e7, lengths_s=tuple(map(float, lengths)))
        found.append(chance_of_breaking(record, Prior()))
    chances_s = perf_counter() - began
    WebsiteForecast.objects.bulk_create(
        WebsiteForecast(
            website=website, client_id=website.client_id, limit_s=144_000, charged_s=40_000, left_s=104_000,
            observed_s=20_000_000, used_percent=27, forecast_s=60_000, chance_bp=chance.bp, low_bp=chance.low_bp,
            high_bp=chance.high_bp, lengths_s=lengths, cause="Name server", cause_s=9_000,
            year_start=now - timedelta(days=200), year_end=now + timedelta(days=165), as_of=now,
        )
        for website, chance in zip(websites, found, strict=True)
    )  # fmt: skip
    browser = Client()
    browser.force_login(person)
    asked = {"clients": "", "websites": "?by=websites", "search": "?by=websites&q=site+9&page=2"}
    took = {name: _slowest_ms(browser, query) for name, query in asked.items()}
    print(f"{WEBSITES} websites on {database}, {ROUNDS} requests of each kind")
    shown = {"database": database, "worst_ms": took, "chances_per_s": round(WEBSITES / chances_s)}
    print(json.dumps(shown))
    assert max(took.values()) < 300, "a request took longer than 300 ms"


def _slowest_ms(browser: object, query: str) -> float:
    from django.urls import reverse  # late: Django had to be set up first

    times = []
    for _ in range(ROUNDS + 1):
        began = perf_counter()
        assert browser.get(reverse("console-portfolio") + query).status_code == 200  # type: ignore[attr-defined]
        times.append(perf_counter() - began)
    return round(max(times[1:]) * 1000, 1)  # the first one compiles templates


if __name__ == "__main__":
    main()
