"""How many jobs a second a lane takes in and works off, on the database of MAINSTAY_DATABASE_URL or on SQLite."""

import json
import os
import tempfile
from time import perf_counter

COUNT = 2_000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as folder:
        os.environ["MAINSTAY_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "mainstay.config.settings"
        import django  # late: the data folder had to be named first

        django.setup()
        measure()


def name_of_database(vendor: str) -> str:
    """A database of our own; on SQLite a file, since memory would not show what durability costs."""
    return os.path.join(os.environ["MAINSTAY_DATA"], "bench.sqlite3") if vendor == "sqlite" else f"bench_{os.getpid()}"


def measure() -> None:
    """Migrate an empty test database, fill a lane and work it off."""
    from django.db import connection  # late: Django had to be set up first
    from django.utils import timezone

    from mainstay.common.jobs import run_due, task

    done: list[int] = []

    @task(queue="bulk")
    def note(number: int) -> None:
        done.append(number)

    connection.settings_dict["TEST"]["NAME"] = name_of_database(connection.vendor)
    connection.creation.create_test_db(verbosity=0)
    try:
        began = perf_counter()
        for number in range(COUNT):
            note.enqueue(number=number)
        enqueue_s = perf_counter() - began
        began = perf_counter()
        run_due(timezone.now(), "bulk")
        run_s = perf_counter() - began
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    assert sorted(done) == list(range(COUNT))
    figures = {"enqueued_per_s": round(COUNT / enqueue_s), "worked_off_per_s": round(COUNT / run_s)}
    print(f"{COUNT} jobs on {connection.vendor}, one lane, each in a transaction of its own")
    print(json.dumps({"database": connection.vendor, **figures}))


if __name__ == "__main__":
    main()
