"""How many checks a second one judge takes in over NATS, from publishing to the commit, beside a prober that sends.

`python tools/bench.py fabric` needs the program nats-server; the database is MAINSTAY_DATABASE_URL's, SQLite without.
"""

from __future__ import annotations

import json
import os
import resource
import tempfile
import time
from datetime import timedelta
from pathlib import Path

MONITORS = 10_000
ROUNDS = 3
"""How often each monitor is looked at; the first round is not counted: it begins every run."""

EVERY_S = 60


def main() -> None:
    """Print one line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("MAINSTAY_DATA", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        old = setup_databases(verbosity=0, interactive=False)
        try:
            print(json.dumps(measure(Path(folder))))
        finally:
            teardown_databases(old, verbosity=0)


def measure(folder: Path) -> dict[str, float | int | str]:
    """One judge against results that wait already, so that nothing but the judge is waited for."""
    from django.db import connection

    from mainstay.watch.bus import streams
    from tests.watch.fabric import fabric

    ids = monitors()
    with fabric(folder) as world:
        world.add("london-1")
        world.link(world.centre).call(streams.ready)
        warm_up_s, _ = taken_in(world, ids, 1)
        took_s, cpu_s = taken_in(world, ids, ROUNDS - 1)
    checks = MONITORS * (ROUNDS - 1)
    return {
        "bench": "fabric",
        "database": connection.vendor,
        "checks": checks,
        "checks_a_second": round(checks / took_s),
        "first_checks_a_second": round(MONITORS / warm_up_s),
        "cpu_ms_a_check": round(cpu_s / checks * 1000, 3),
        "monitors_at_60_s": round(checks / took_s) * EVERY_S,
    }


def monitors() -> list[int]:
    """Ten thousand monitors of one website."""
    from mainstay.watch.models import Monitor
    from tests.cast import cast
    from tests.watch.world import live, monitor_of

    website = cast.__wrapped__(None).a.websites.get()  # type: ignore[attr-defined]
    first = monitor_of(website)
    made = [
        Monitor(
            client=first.client, environment=live(website), url=f"{first.url}{number}", watched_from=first.watched_from
        )
        for number in range(MONITORS)
    ]
    return [each.pk for each in Monitor.objects.bulk_create(made)]


def taken_in(world, ids: list[int], rounds: int) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Seconds, and seconds of this process's CPU, from the judge's start to the last commit."""
    from mainstay.watch.models import CheckRow
    from tests.watch.fabric import deliver

    prober = world.prober("london-1")
    for checks in seen(ids, rounds):
        deliver(prober, checks)
    began, spent = time.monotonic(), cpu_s()
    wanted = CheckRow.objects.count() + len(ids) * rounds
    with world.judging():
        while CheckRow.objects.count() < wanted:
            time.sleep(0.05)
        return time.monotonic() - began, cpu_s() - spent


def seen(ids: list[int], rounds: int):  # type: ignore[no-untyped-def]
    """What a prober sends in a second: 500 checks, spread over all monitors."""
    from django.utils import timezone

    from mainstay.watch.codes import Code
    from mainstay.watch.facts import Check, Finding
    from mainstay.watch.models import CheckRow

    latest = CheckRow.objects.order_by("-at").values_list("at", flat=True).first()
    start = latest + timedelta(seconds=1) if latest else timezone.now() - timedelta(minutes=30)
    for turn in range(rounds):
        for first in range(0, len(ids), 500):
            at = start + timedelta(seconds=turn * EVERY_S + first / len(ids) * EVERY_S)
            finding = Finding(Code.OK, status=200, address="192.0.2.7")
            yield [Check(pk, "london", at, finding, 90_000) for pk in ids[first : first + 500]]


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
