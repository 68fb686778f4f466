"""What it costs to take checks in: judged, stored and counted, on SQLite, for 10,000 monitors in batches of 500.

Each round lets every monitor be looked at once, one interval after the round before. The first rounds warm up. The
floor is what SQLite needs to take in the same rows of checks by itself, without any judge. Prints processor seconds per
1,000 checks.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

MONITORS = 10_000
INTERVAL_S = 60
WARM_ROUNDS = 2
ROUNDS = 5
BATCH = 500
FAILING_EVERY = 1_000
"""One monitor of so many fails in each second round, as a blip: what the judge has to think about is there too."""


def checks_of(round_at: datetime, monitors: int, number: int) -> list[Any]:
    """One check of each monitor, spread over the interval."""
    from mainstay.watch.codes import Code
    from mainstay.watch.facts import Check, Finding, Phases

    found = []
    for n in range(monitors):
        at = round_at + timedelta(seconds=INTERVAL_S * n / monitors)
        phases = Phases(200, 900 + n % 97, 2_400 + n % 31, 31_000 + 17 * (n % 1_009), 80)
        is_bad = number % 2 == 1 and n % FAILING_EVERY == 0
        finding = Finding(Code.TIMEOUT if is_bad else Code.OK, "", 200, phases, "127.0.0.1")
        found.append(Check(n + 1, "local", at, finding, phases.total_us))
    return found


def spent_s(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def take_all(checks: list[Any]) -> None:
    from mainstay.watch import actions

    for n in range(0, len(checks), BATCH):
        batch = checks[n : n + BATCH]
        taken = actions.take_in(checks=batch, at=batch[-1].at)
        if taken != len(batch):
            raise SystemExit(f"{taken} of {len(batch)} checks were taken in")


def insert_all(checks: list[Any]) -> None:
    """The floor: the rows of the checks alone, by the driver, in the same batches."""
    from django.db import connection, transaction

    sql = (
        "INSERT INTO bench_floor (monitor_id, place, at, state, code, detail, status, name_us, connect_us, tls_us,"
        " first_byte_us, body_us, duration_us, address) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    )
    rows = [
        (c.monitor_id, c.place, str(c.at), "up", "ok", "", 200, 200, 900, 2400, 31000, 80, c.duration_us, "127.0.0.1")
        for c in checks
    ]
    for n in range(0, len(rows), BATCH):
        with transaction.atomic():
            connection.connection.executemany(sql, rows[n : n + BATCH])


def measure() -> dict[str, float]:
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_floor (id INTEGER PRIMARY KEY, monitor_id, place, at, state, code, detail, status,"
            " name_us, connect_us, tls_us, first_byte_us, body_us, duration_us, address,"
            " UNIQUE (monitor_id, place, at))"
        )
        cursor.execute("CREATE INDEX bench_floor_at ON bench_floor (at)")
    start, ours, floors = timezone.now(), [], []
    for number in range(WARM_ROUNDS + ROUNDS):
        checks = checks_of(start + timedelta(seconds=INTERVAL_S * number), MONITORS, number)
        floor, cost = spent_s(lambda: insert_all(checks)), spent_s(lambda: take_all(checks))  # noqa: B023
        if number >= WARM_ROUNDS:
            floors.append(floor)
            ours.append(cost)
    ratios = sorted(mine / floor for mine, floor in zip(ours, floors, strict=True))
    return {
        "cpu_s_per_1000": round(statistics.median(ours) / MONITORS * 1000, 4),
        "floor_cpu_s_per_1000": round(statistics.median(floors) / MONITORS * 1000, 4),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_spread": round(ratios[-1] - ratios[0], 2),
    }


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as name:
        os.environ["MAINSTAY_DATA"] = f"{name}/data"
        os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.config.settings"
        program = Path(__file__).with_name("_monitors.py")
        given = ["http://127.0.0.1:9/", str(MONITORS), str(INTERVAL_S)]
        subprocess.run([sys.executable, str(program), *given], check=True)
        found = measure()
    print(f"{MONITORS} monitors, batches of {BATCH}, {ROUNDS} rounds")
    print(json.dumps({"bench": "taking", "rounds": ROUNDS, **found}))


if __name__ == "__main__":
    main()
