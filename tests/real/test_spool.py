"""`kill -9` of the watch while the database is away: what it had seen is on disk, and is taken in once it is back."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.real.installation import Installation, until
from tests.real.stage import INTERVAL_S, Stage
from tests.real.test_kill import ledger, zero

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

SEEN = """
from mainstay.watch.models import CheckRow
answer = [[each.monitor_id, each.at.timestamp(), each.state] for each in CheckRow.objects.order_by("at")]
"""


def test_what_was_seen_while_the_database_was_away_survives_a_kill(stage: Stage) -> None:
    installation = stage.installation
    spool = installation.folder / "data" / "spool"
    with locked(installation):
        away_at = time.time()
        until("three looks are on disk", lambda: looks_in(spool) >= 3, timeout_s=40)
        safe = looks_in(spool)
        os.kill(installation.children()["watch"], signal.SIGKILL)
        killed_at = time.time()
    until("the spool is taken in", lambda: not looks_in(spool), timeout_s=60)

    seen = [at for _, at, _ in installation.ask(SEEN)]
    assert len(set(seen)) == len(seen)
    assert len([at for at in seen if away_at - INTERVAL_S <= at <= killed_at]) >= safe
    meanwhile = ledger(stage, away_at, killed_at - INTERVAL_S)
    assert set(meanwhile) - zero(meanwhile) == {"up"}


def looks_in(spool: Path) -> int:
    """How many looks the files of the spool hold."""
    return sum(path.read_bytes().count(b'["check",') for path in spool.rglob("*.spool"))


@contextmanager
def locked(installation: Installation) -> Iterator[None]:
    """Nobody can write to the table of looks, or to anything where the database has one lock for all."""
    url = installation.environ.get("MAINSTAY_DATABASE_URL", "")
    if urlsplit(url).scheme.startswith("postgres"):
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as held:
            held.execute("LOCK TABLE watch_checkrow IN ACCESS EXCLUSIVE MODE")
            yield
    else:
        held = sqlite3.connect(installation.folder / "data" / "mainstay.sqlite3", isolation_level=None, timeout=20)
        held.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            held.execute("ROLLBACK")
            held.close()
