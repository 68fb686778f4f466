"""An installation for a bench: `python benches/_monitors.py URL MONITORS INTERVAL_S [URL …]` fills the data folder.

One website a monitor, all of one client, at the URLs in turn. The empty database is made once and copied after.
"""

import os
import shutil
import sys
from pathlib import Path


def make(urls: tuple[str, ...], monitors: int, interval_s: int) -> None:
    """Fill the empty database with the client, its websites and their monitors."""
    from django.db import transaction
    from django.utils import timezone

    from mainstay.clients.facts import EnvironmentKind, OrganisationKind
    from mainstay.clients.models import Environment, Organisation, Website
    from mainstay.watch.models import Monitor

    now = timezone.now()
    with transaction.atomic():
        client = Organisation.objects.create(name="Bench", slug="bench", kind=OrganisationKind.CLIENT, created_at=now)
        each = range(monitors)
        Website.objects.bulk_create(
            Website(client=client, name=f"Site {n}", slug=f"site-{n}", url=urls[n % len(urls)], created_at=now)
            for n in each
        )
        Environment.objects.bulk_create(
            Environment(website=website, client=client, kind=EnvironmentKind.LIVE, url=website.url)
            for website in Website.objects.order_by("pk")
        )
        Monitor.objects.bulk_create(
            Monitor(
                client=client,
                environment=environment,
                url=environment.url,
                interval_seconds=interval_s,
                allow_private=True,
                watched_from=now,
            )
            for environment in Environment.objects.order_by("pk")
        )


def main(url: str, monitors: str, interval_s: str, *more: str) -> None:
    folder = Path(os.environ["MAINSTAY_DATA"])
    empty = folder.with_name("empty.sqlite3")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if empty.exists():
        shutil.copy(empty, folder / "mainstay.sqlite3")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if not empty.exists():
        call_command("migrate", verbosity=0)
        connection.close()
        shutil.copy(folder / "mainstay.sqlite3", empty)
    make((url, *more), int(monitors), int(interval_s))


if __name__ == "__main__":
    main(*sys.argv[1:])
