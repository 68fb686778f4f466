"""How many bytes a check takes in a day file, and how fast one is written and sealed.

A realistic day: a check a minute, five phases that differ from monitor to monitor and jitter from check to check, begun
up to 100 ms late; one check in a thousand fails. `python benches/evidence.py [MONITORS]`.
"""

import json
import math
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

MONITORS = 1_000
DAY = date(2026, 11, 25)
CHECKS_A_DAY = 1_440
FAILS = 0.001
WANTED_BYTES = 4.0
SHOWN = 8


def rows(monitors: int) -> Iterator[tuple]:
    """The checks of a day, as they come from the database."""
    chance = random.Random(7)
    start = datetime.combine(DAY, datetime.min.time(), UTC)
    for monitor in range(1, monitors + 1):
        name = chance.choice((1.0, 2.0, 5.0))
        connect, tls = chance.uniform(8, 50), chance.uniform(10, 60)
        first_byte = chance.lognormvariate(4.7, 0.6)
        phase = timedelta(seconds=chance.uniform(0, 59))
        for minute in range(CHECKS_A_DAY):
            at = start + phase + timedelta(minutes=minute, microseconds=1000 * chance.randrange(100))
            parts = (
                chance.expovariate(1 / name),
                connect + abs(chance.gauss(0, 1.5)),
                tls + abs(chance.gauss(0, 3)),
                first_byte * math.exp(chance.gauss(0, 0.2)),
                1 + chance.expovariate(1 / 1.5),
            )
            phases = [round(1000 * each) for each in parts]
            code, status = ("timeout", 0) if chance.random() < FAILS else ("ok", 200)
            begun, address = f"{at:%Y-%m-%d %H:%M:%S.%f}", f"192.0.2.{monitor % 250}"
            whole = sum(phases) + chance.randrange(2000)
            yield (monitor, monitor, "", begun, code, status, *phases, whole, address, "", "", "")


def main(monitors: int = MONITORS) -> None:
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as name:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "mainstay.config.settings", "MAINSTAY_DATA": name}
        import django  # late: the data folder had to be named first

        django.setup()
        figures = measure(Path(name) / "day.parquet", list(rows(monitors)))
    print(json.dumps({"bench": "evidence", "monitors": monitors, **figures}))


def measure(path: Path, made: list[tuple]) -> dict[str, float]:
    """Write the file and seal it; print what it came to."""
    from mainstay.watch.evidence import dayfiles  # late: Django had to be set up first

    began, cpu = perf_counter(), process_time()
    written = dayfiles.write(path, made)
    write_s, write_cpu_s = perf_counter() - began, process_time() - cpu
    began = perf_counter()
    sealed = sum(1 for _ in dayfiles.entries(path, "local", DAY, 0))
    seal_s = perf_counter() - began
    with dayfiles.reading(path) as database:
        question = f"SELECT path_in_schema, sum(total_compressed_size) FROM parquet_metadata('{path}') GROUP BY 1"
        sizes = sorted(database.execute(question).fetchall(), key=lambda each: -each[1])
    a_check = written.bytes / written.rows
    print(f"{written.rows:,} checks, instants exact, durations in milliseconds")
    for column, size in sizes[:SHOWN]:
        print(f"  {column:<18}{size / written.rows:6.3f} bytes a check")
    print(f"{a_check:.3f} bytes a check", "" if a_check <= WANTED_BYTES else f"(MISSED: {WANTED_BYTES} wanted)")
    print(f"written in {write_s:.1f} s ({write_cpu_s:.1f} s of processor), {sealed} leaves in {seal_s:.1f} s")
    figures = {"bytes_a_check": a_check, "written_per_s": written.rows / write_s, "sealed_per_s": written.rows / seal_s}
    return {name: round(each, 3) for name, each in figures.items()}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main(*map(int, sys.argv[1:]))
