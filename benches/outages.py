"""From the first failing check to the alert: 500 of 10,000 websites really fail at once, and somebody is told.

`mainstay watch` and `mainstay work` run as they do, on SQLite, 10,000 monitors at 60 s. The 500 stand on a host of
their own, which stops answering. For each outage it is printed how long the confirmation took from the first failing
check, and how long after the confirmation a letter about it was handed over; then the same host answers again. The
target: 99 of 100 within the confirmation time and two seconds.

`python benches/outages.py [MONITORS [FAILING]]`. Needs nginx.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from _website import LOOPBACK, website

MONITORS, FAILING, INTERVAL_S = 10_000, 500, 60
OTHER_LOOPBACK = "127.0.0.2"
LASTS_S = 60.0
SETTLES_S = 20.0
WANTED_S = 2.0
ROOT = Path(__file__).resolve().parents[1]


class Page(BaseHTTPRequestHandler):
    """Answers every request with a short page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


class Host:
    """The host that is to fail: it answers from `start` to `stop`, always at the same port."""

    def __init__(self) -> None:
        self.port = 0
        self._server: Server | None = None

    def start(self) -> None:
        self._server = Server((OTHER_LOOPBACK, self.port), Page)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running(folder: Path, *roles: str) -> Iterator[None]:
    """Mainstay's processes; they end with the block."""
    processes = []
    for role in roles:
        with (folder / f"{role}.log").open("wb") as log:
            words = [sys.executable, "-m", "mainstay", role]
            processes.append(subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log))
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def main(monitors: int = MONITORS, failing: int = FAILING) -> None:
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as name, website(Path(name)) as site:
        folder = Path(name)
        for key in [key for key in os.environ if key.startswith("MAINSTAY_")]:
            del os.environ[key]
        os.environ |= {
            "MAINSTAY_DATA": str(folder / "data"),
            "MAINSTAY_MAIL_URL": f"file:{folder}/mail",
            "MAINSTAY_WATCH_CANARIES": f"{LOOPBACK}:{site.http}",
            "DJANGO_SETTINGS_MODULE": "mainstay.config.settings",
            "PYTHONPATH": str(ROOT),
        }
        (folder / "data").mkdir()
        figures = measure(folder, site.url("http"), monitors, failing)
    print(json.dumps({"bench": "outages", "monitors": monitors, "failing": failing, **figures}))


def measure(folder: Path, url: str, monitors: int, failing: int) -> dict[str, float]:
    """Let the host fail and answer again; the figures in seconds."""
    import django  # late: the data folder had to be named first

    django.setup()
    from django.core.management import call_command  # late: as above

    call_command("migrate", verbosity=0)
    host = Host()
    host.start()
    make(url, monitors - failing, f"http://{OTHER_LOOPBACK}:{host.port}/", failing)
    with running(folder, "watch", "work"):
        wait_until_seen(monitors)
        host.stop()
        began = datetime.now(UTC)
        time.sleep(LASTS_S)
        host.start()
        time.sleep(LASTS_S)
    host.stop()
    return told(began, failing)


def make(url: str, healthy: int, other: str, failing: int) -> None:
    """The websites, of one client with an account manager."""
    from _monitors import make as make_monitors  # late: Django had to be set up first

    from mainstay.access.facts import Role
    from mainstay.access.models import User
    from mainstay.clients.facts import Part
    from mainstay.clients.models import Assignment, Organisation
    from mainstay.watch.models import Monitor

    make_monitors((url,), healthy + failing, INTERVAL_S)
    chosen = Monitor.objects.order_by("?").values_list("pk", flat=True)[:failing]
    Monitor.objects.filter(pk__in=list(chosen)).update(url=other)
    manager = User.objects.create_user("ada@agency.example", name="Ada", agency_role=Role.ACCOUNT_MANAGER)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    Assignment.objects.create(client=Organisation.objects.get(), user=manager, part=Part.MANAGER, starts_at=since)


def wait_until_seen(monitors: int) -> None:
    from mainstay.watch.models import Standing  # late: Django had to be set up first

    deadline = time.monotonic() + 300
    while Standing.objects.filter(seen_at__isnull=False).count() < monitors:
        if time.monotonic() > deadline:
            raise SystemExit("the watch is too slow: see its log")
        time.sleep(2)
    time.sleep(SETTLES_S)


def told(began: datetime, failing: int) -> dict[str, float]:
    """Print what came of it. Raises `SystemExit` where an outage is missing, was not told of, or did not end."""
    from django.db.models import Count, Min  # late: Django had to be set up first

    from mainstay.watch.models import Alert, Outage

    outages = list(Outage.objects.annotate(sent_at=Min("alert_case__told__alert__notification__mail__sent_at")))
    untold = sum(each.sent_at is None for each in outages)
    if len(outages) != failing or untold or any(each.ended_at is None for each in outages):
        raise SystemExit(f"{len(outages)} outages of {failing}, {untold} of them not told of, or not ended")
    found = {
        "first_check_s": [(each.started_at - began).total_seconds() for each in outages],
        "confirmation_s": [(each.confirmed_at - each.started_at).total_seconds() for each in outages],
        "told_s": [(each.sent_at - each.confirmed_at).total_seconds() for each in outages],
        "lasted_s": [(each.ended_at - each.started_at).total_seconds() for each in outages],
    }
    figures = {name: spread(values) for name, values in found.items()}
    for name, (middle, late, last) in figures.items():
        print(f"{name:<16} median {middle:7.2f}   99 of 100 {late:7.2f}   all {last:7.2f}")
    letters = Alert.objects.count()
    first = min(each.confirmed_at for each in outages)
    for each in Alert.objects.annotate(about=Count("told")).order_by("sent_at"):
        print(f"  letter {each.step}, {(each.sent_at - first).total_seconds():6.2f} s later, about {each.about}")
    late = figures["told_s"][1]
    print(f"letters: {letters}; told within {late:.2f} s of the confirmation", "" if late <= WANTED_S else "(MISSED)")
    return {"letters": letters} | {f"{name}_p99": round(each[1], 2) for name, each in figures.items()}


def spread(values: list[float]) -> tuple[float, float, float]:
    """The median, what 99 of 100 do not pass, and the greatest."""
    values = sorted(values)
    return values[len(values) // 2], values[max(0, int(len(values) * 0.99) - 1)], values[-1]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
