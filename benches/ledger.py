"""How long the year's ledgers of 1,000 websites take that had 50 outages each, from the database.

Runs on a database of its own, of the kind that MAINSTAY_DATABASE_URL names, and takes it away afterwards. Measured in
one run, in turns: the ledgers from closed books and the facts since; the budgets made of them; and the same ledgers
from the facts alone, as the floor that books are compared with. Also how long one website's books take to close.
The target: below 1 s for all ledgers.
"""

import json
from datetime import timedelta
from time import perf_counter

from _database import in_a_database_of_its_own

WEBSITES, CLIENTS, OUTAGES, ROUNDS = 1_000, 100, 50, 5
TARGET_S = 1.0
INSERTED_AT_ONCE = 5_000


def main() -> None:
    in_a_database_of_its_own(measure)


def measure(database: str) -> None:
    """Make the world, close its books, and print how long the ledgers take."""
    from mainstay.watch import actions, queries  # late: Django had to be set up first
    from mainstay.watch.queries.ledgers import closed_ledgers

    websites, now = _world()
    began = perf_counter()
    while actions.close_books(at=now):
        pass
    closing_s = perf_counter() - began
    kept = queries.year_ledgers(websites, now)
    plain = closed_ledgers(websites, now, now)
    for website in websites:
        one, other = kept[website.pk], plain[website.pk]
        assert one is not None and other is not None and one.totals == other.totals  # noqa: PT018
        assert len(one.charged_stretches) == OUTAGES
    took: dict[str, list[float]] = {"books": [], "budgets": [], "facts": []}
    for _ in range(ROUNDS):
        for name, work in (
            ("books", lambda: queries.year_ledgers(websites, now)),
            ("budgets", lambda: queries.budgets(websites, now)),
            ("facts", lambda: closed_ledgers(websites, now, now)),
        ):
            began = perf_counter()
            work()
            took[name].append(perf_counter() - began)
    best = {name: round(min(times), 3) for name, times in took.items()}
    worst = {name: round(max(times), 3) for name, times in took.items()}
    print(f"{WEBSITES} websites with {OUTAGES} outages each on {database}, {ROUNDS} rounds in turns")
    shown = {
        "database": database,
        "best_s": best,
        "worst_s": worst,
        "books_to_facts": round(best["books"] / best["facts"], 3),
        "closing_ms_a_website": round(closing_s / WEBSITES * 1000, 1),
    }
    print(json.dumps(shown))
    assert best["books"] < TARGET_S, "the ledgers took longer than a second"


def _world():  # type: ignore[no-untyped-def]
    """A year watched every minute, with an hour's blindness a month and an outage each week or so."""
    from django.utils import timezone  # late: Django had to be set up first

    from mainstay.clients.facts import EnvironmentKind, OrganisationKind
    from mainstay.clients.models import Agreement, Environment, Organisation, Website
    from mainstay.watch.models import Monitor, Outage, Spell

    now = timezone.now().replace(microsecond=0)
    start = now - timedelta(days=360)
    clients = Organisation.objects.bulk_create(
        Organisation(name=f"Client {n}", slug=f"client-{n}", kind=OrganisationKind.CLIENT, created_at=start)
        for n in range(CLIENTS)
    )
    Agreement.objects.bulk_create(
        Agreement(
            client=client, version=1, starts_on=start.date(), effective_from=start.date(), effective_at=start,
            terms={}, holidays=[], signed_at=start, time_zone="UTC",
        )
        for client in clients
    )  # fmt: skip
    websites = Website.objects.bulk_create(
        Website(
            client=clients[n % CLIENTS], name=f"Site {n}", slug=f"site-{n}", url=f"https://s{n}.example.org/",
            created_at=start,
        )
        for n in range(WEBSITES)
    )  # fmt: skip
    environments = Environment.objects.bulk_create(
        Environment(client=each.client, website=each, kind=EnvironmentKind.LIVE, url=each.url) for each in websites
    )
    monitors = Monitor.objects.bulk_create(
        Monitor(client=each.client, environment=each, kind="http", url=each.url, watched_from=start)
        for each in environments
    )
    spells, outages = [], []
    for monitor in monitors:
        given = {"client": monitor.client, "monitor": monitor, "place": "here"}
        at = start
        for n in range(OUTAGES):
            down = start + timedelta(days=7 * n, minutes=37 * (n + 1 + monitor.pk % 90))
            up = down + timedelta(minutes=5 + n % 11)
            spells.append(Spell(**given, state="up", code="ok", from_at=at, to_at=down, last_at=down, checks=9_000))
            spells.append(Spell(**given, state="down", code="timeout", from_at=down, to_at=up, last_at=up, checks=6))
            outages.append(
                Outage(
                    client=monitor.client, website=monitor.environment.website, environment=monitor.environment,
                    started_at=down, started_after=down - timedelta(minutes=1), confirmed_at=down,
                    ended_at=up, ended_after=up - timedelta(minutes=1), code="timeout",
                )
            )  # fmt: skip
            at = up + (timedelta(hours=1) if n % 4 == 0 else timedelta())
        spells.append(Spell(**given, state="up", code="ok", from_at=at, to_at=now, last_at=now, checks=9_000))
    Spell.objects.bulk_create(spells, batch_size=INSERTED_AT_ONCE)
    Outage.objects.bulk_create(outages, batch_size=INSERTED_AT_ONCE)
    return list(Website.objects.select_related("client").order_by("pk")), now


if __name__ == "__main__":
    main()
