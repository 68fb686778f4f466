"""How fast the promises of 1,000 websites are shown: the overview of all clients, and one client's board.

Runs on a database of its own, of the kind that MAINSTAY_DATABASE_URL names, and takes it away afterwards. It makes
1,000 clients with a website, a contract year under way and 20 outages in it each, lets the worker judge them all as it
does every five minutes, and then asks for each page as a browser does, signed in. The target: 19 of 20 requests of
each page below 300 ms; the longest is printed too.
"""

import json
import os
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

CLIENTS, OUTAGES, TIMES = 1_000, 20, 20
TARGET_MS = 300
NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
BEGAN = date(2026, 1, 1)
HOUR = timedelta(hours=1)
PAGES = {
    "overview": "/console/promises/",
    "overview, last page": f"/console/promises/?page={CLIENTS // 50}",
    "overview, only at risk": "/console/promises/?only=grave",
    "overview, by clause": "/console/promises/?clause=S2",
    "overview, by clause, only at risk": "/console/promises/?clause=S2&only=grave",
    "board, console": "/console/promises/client-0500/",
    "board, portal": "/portal/client-0500/promises/",
    "one promise": "/portal/client-0500/promises/S2/",
}


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        os.environ["MAINSTAY_DATA"] = folder
        os.environ["MAINSTAY_MAIL_URL"] = f"file:{folder}/mail"
        os.environ["MAINSTAY_ALLOWED_HOSTS"] = "testserver"
        os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.config.settings"
        import django  # late: the data folder had to be named first

        django.setup()
        from django.core.management import call_command  # late: as above
        from django.db import connection

        call_command("collectstatic", interactive=False, verbosity=0)
        sqlite = connection.vendor == "sqlite"
        connection.settings_dict["TEST"]["NAME"] = f"{folder}/bench.sqlite3" if sqlite else f"bench_{os.getpid()}"
        connection.creation.create_test_db(verbosity=0)
        try:
            measure(connection.display_name)
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["TEST"]["NAME"], verbosity=0)


def measure(database: str) -> None:
    """Make the world, judge it, ask for the pages, and print what each took."""
    began = perf_counter()
    staff = world()
    made_s = perf_counter() - began
    print(f"{database}: {CLIENTS} clients with a website and {OUTAGES} outages each, {made_s:.0f} s to make")
    took_s = judged(NOW)
    again_s = judged(NOW + 5 * HOUR / 60)
    print(
        f"judging all of them: {took_s:.1f} s at first, when each verdict is kept; {again_s:.1f} s five minutes later"
    )
    found = {name: asked(staff, address) for name, address in PAGES.items()}
    for name, (times, queries, kb) in found.items():
        said = f"{_of(times, 50):6.1f} ms, 19 of 20 below {_of(times, 95):6.1f} ms, longest {times[-1]:6.1f} ms"
        print(f"{name:34} {said}, {queries:2} queries, {kb:3} kB")
    p95_ms = max(_of(times, 95) for times, _, _ in found.values())
    assert p95_ms < TARGET_MS, f"one request in 20 of a page took {p95_ms:.0f} ms or more"
    print(
        json.dumps(
            {
                "database": database,
                "websites": CLIENTS,
                "judge_all_s": round(again_s, 1),
                **{f"{_key(name)}_ms": round(_of(times, 50), 1) for name, (times, _, _) in found.items()},
                "p95_ms": round(p95_ms, 1),
                "longest_ms": round(max(times[-1] for times, _, _ in found.values()), 1),
            }
        )
    )


def _of(times: list[float], percent: int) -> float:
    """The time that `percent` of the sorted times do not exceed."""
    return times[max(0, -(-len(times) * percent // 100) - 1)]


def _key(name: str) -> str:
    return name.replace(",", "").replace(" ", "_")


def world() -> Any:
    """1,000 clients; the member of staff who looks at them."""
    from mainstay.access import actions as access  # late: Django had to be set up first
    from mainstay.access.facts import Role
    from mainstay.clients import actions as clients
    from mainstay.common.facts import Process
    from mainstay.watch.models import Monitor, Outage, Spell

    by, since = Process("bench"), datetime(2026, 1, 1, tzinfo=UTC)
    clients.create_agency(name="Harbour", starts_on=BEGAN, by=by, at=since)
    staff = access.create_user(email="ada@example.org", name="Ada", agency_role=Role.ADMINISTRATOR, by=by, at=since)
    for number in range(CLIENTS):
        slug = f"client-{number:04}"
        client = clients.create_client(name=f"Client {number:04}", slug=slug, starts_on=BEGAN, by=by, at=since)
        clients.create_website(client=client, name="Shop", url=f"https://{slug}.example.org/", by=by, at=since)
    watched(Monitor, Spell, Outage, since)
    return staff


def watched(monitors: Any, spells: Any, outages: Any, since: datetime) -> None:
    """Each website watched all year, with its outages: some promises broken, some at risk, most kept."""
    from mainstay.clients.models import Environment  # late: as above

    environments = Environment.objects.select_related("website__client").order_by("pk")
    made = monitors.objects.bulk_create(
        monitors(client=each.website.client, environment=each, url=each.url, watched_from=since)
        for each in environments
    )
    runs = {"place": "local", "state": "up", "code": "ok", "from_at": since, "to_at": NOW, "last_at": NOW - HOUR / 60}
    spells.objects.bulk_create(spells(client_id=each.client_id, monitor=each, **runs) for each in made)
    rows = (
        _outage(outages, each, since + timedelta(days=14 * number), length(place))
        for place, each in enumerate(made)
        for number in range(OUTAGES)
    )
    outages.objects.bulk_create(rows, batch_size=500)


def _outage(outages: Any, monitor: Any, started_at: datetime, lasted: timedelta) -> Any:
    return outages(
        client_id=monitor.client_id,
        website=monitor.environment.website,
        environment=monitor.environment,
        started_at=started_at,
        started_after=started_at - HOUR / 60,
        confirmed_at=started_at + HOUR / 60,
        ended_at=started_at + lasted,
        ended_after=started_at + lasted - HOUR / 60,
        code="connection_refused",
    )


def length(place: int) -> timedelta:
    """How long each outage of the website at `place` lasted."""
    return HOUR * (3 if place % 20 == 0 else 1.7 if place % 7 == 0 else 0.2)


def judged(at: datetime) -> float:
    """Seconds that the worker takes for all clients."""
    from mainstay.promises.worker import take_verdicts  # late: as above

    began = perf_counter()
    take_verdicts.function(at)
    return perf_counter() - began


def asked(staff: Any, address: str) -> tuple[list[float], int, int]:
    """The sorted times of requests in milliseconds, the queries of one, and the size of the page in kB."""
    import time_machine  # late: as above
    from django.db import connection
    from django.test import Client

    browser = Client()
    with time_machine.travel(NOW + 10 * HOUR / 60, tick=False):
        browser.force_login(staff)
        counted: list[str] = []
        with connection.execute_wrapper(lambda execute, sql, *rest: counted.append(sql) or execute(sql, *rest)):
            answer = browser.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        times = sorted(timed(browser, address) for _ in range(TIMES))
    return times, len(counted), len(answer.content) // 1024


def timed(browser: Any, address: str) -> float:
    began = perf_counter()
    browser.get(address)
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
