"""The machine: disk, clock, data folder."""

import shutil
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from mainstay.common.health.findings import Finding, check
from mainstay.common.models import FactRecord

GB = 1024**3
DISK_FAIL_BYTES = GB // 2
DISK_WARN_BYTES = 2 * GB
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
DRIFT_WARN_S = 2.0


@check("disk")
def disk() -> Finding:
    """Whether there is room for what comes in."""
    free_bytes = shutil.disk_usage(_existing(settings.MAINSTAY.data)).free
    sentence = f"{free_bytes / GB:.1f} GB free for {settings.MAINSTAY.data}"
    if free_bytes < DISK_FAIL_BYTES:
        return Finding.fail(sentence, "Make room: below 0.5 GB observations and mail may be lost")
    if free_bytes < DISK_WARN_BYTES:
        return Finding.warn(sentence, "Make room or move the data folder")
    return Finding.ok(sentence)


@check("clock")
def clock() -> Finding:
    """Whether this machine's clock can be true, and goes with the database server's."""
    now = datetime.now(UTC)
    if now < EARLIEST:
        return Finding.fail(f"the clock says {now:%Y-%m-%d %H:%M} UTC", "Set the clock; run a time service (chrony)")
    newest_at = FactRecord.objects.order_by("-pk").values_list("recorded_at", flat=True).first()
    if newest_at and newest_at > now + timedelta(seconds=DRIFT_WARN_S):
        return Finding.fail(
            f"the clock says {now:%Y-%m-%d %H:%M:%S} UTC, but something was recorded at {newest_at:%Y-%m-%d %H:%M:%S}",
            "The clock was or is wrong: set it; run a time service (chrony)",
        )
    drift_s = _drift_from_database_s()
    if abs(drift_s) > DRIFT_WARN_S:
        return Finding.warn(
            f"this machine's clock and the database server's are {abs(drift_s):.1f} s apart",
            "Run a time service (chrony) on both",
        )
    return Finding.ok(f"{now:%Y-%m-%d %H:%M:%S} UTC")


@check("data folder")
def data_folder() -> Finding:
    """Whether Mainstay can write there, and other people of this machine cannot read it."""
    data: Path = settings.MAINSTAY.data
    if not data.is_dir():
        return Finding.fail(f"{data} is missing", "Run mainstay init, or set MAINSTAY_DATA")
    probe = data / f".doctor-{time.monotonic_ns()}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        return Finding.fail(f"{data} cannot be written: {problem.strerror}", "Give it to the user who runs Mainstay")
    if data.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        return Finding.warn(f"others on this machine may look into {data}", f"chmod 700 {data}")
    return Finding.ok(f"{data} is writable and closed to others")


def _existing(path: Path) -> Path:
    """The nearest folder that exists."""
    return path if path.exists() else _existing(path.parent)


def _drift_from_database_s() -> float:
    """Seconds that PostgreSQL's clock is ahead of ours; 0 on SQLite, which has none of its own."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::double precision")
        (theirs,) = cursor.fetchone()
        return float(theirs) - (before + time.time()) / 2
