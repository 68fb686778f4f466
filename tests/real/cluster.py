"""Mainstay on many machines: a centre with two judges, a message server, two probers and a website, each on a host."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg

from tests.nats import NatsServer
from tests.real.hosts import Hosts
from tests.real.installation import ROOT, Installation, until
from tests.real.stage import ADMINISTRATOR, SERVER

INTERVAL_S = 2
MONITORS = 8
PORT = 8080

SET_UP = """
from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.watch import actions as watch

ada = User.objects.get(email=given["administrator"])
client = clients.create_client(name="Alder Books", slug="alder", starts_on=now.date().replace(day=1), by=ada, at=now)
website = clients.create_website(client=client, name="Bookshop", url=given["url"], by=ada, at=now)
live = website.environments.get(kind="live")
for number in range(given["many"]):
    watch.add_monitor(
        environment=live, url=f"{given['url']}{number}", interval_seconds=given["interval_s"], timeout_seconds=2,
        allow_private=True, by=ada, at=now,
    )
answer = website.pk
"""
ASKED = """
import json, sys
import django
django.setup()
from django.utils import timezone
for line in sys.stdin:
    program, given = json.loads(line)
    room = {"given": given, "now": timezone.now()}
    exec(program, room)
    print(json.dumps(room["answer"]), flush=True)
"""
SEEN = """
from mainstay.watch.models import CheckRow
answer = [
    [each.monitor_id, each.at.timestamp(), each.prober, each.state] for each in CheckRow.objects.order_by("at", "pk")
]
"""
STATE = """
from mainstay.clients.models import Website
from mainstay.watch import queries
answer = queries.state_now(Website.objects.all(), now)[given["website"]].value
"""
STRETCHES = """
from datetime import UTC, datetime
from mainstay.clients.models import Website
from mainstay.watch import queries
start, end = (datetime.fromtimestamp(each, UTC) for each in (given["start"], given["end"]))
found = queries.histories(list(Website.objects.all()), start, end, now)[given["website"]]
answer = {}
for each in found.stretches(start, end):
    answer[each.state.value] = answer.get(each.state.value, 0) + (each.end - each.start).total_seconds()
"""
PROBERS = """
from mainstay.watch.models import Outage, RemoteProber, SetAside
answer = {
    "monitors": dict(RemoteProber.objects.values_list("name", "monitors")),
    "skew_ms": dict(RemoteProber.objects.values_list("name", "skew_ms")),
    "set_aside": SetAside.objects.count(),
    "outages": Outage.objects.count(),
}
"""


@dataclass
class Cluster:
    """The processes by their names: `judge-1`, `judge-2`, `london-1`, `london-2`, `site`."""

    hosts: Hosts
    installation: Installation
    website: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _credentials: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folder = self.installation.folder / "nats"
        self.nats = NatsServer(folder, host=self.hosts.address("centre"), prefix=self.hosts.inside("centre"))
        self.installation.environ["MAINSTAY_NATS_URL"] = self.nats.url
        self.installation.environ["MAINSTAY_NATS_USERS_FILE"] = str(self.nats.users)

    def set_up(self) -> None:
        """The agency, its client with a website, and two probers that may sign in."""
        self.installation.make_tables()
        self.installation.run(
            "init", "--agency", "Harbour Web Studio", "--name", "Ada Whitfield", "--email", ADMINISTRATOR,
            "--url", self.installation.url, "--support-address", "support@harbour.example",
        )  # fmt: skip
        url = f"http://{self.hosts.outside('site')}:{PORT}/"
        given = {"administrator": ADMINISTRATOR, "url": url, "many": MONITORS, "interval_s": INTERVAL_S}
        self.website = self.ask(SET_UP, **given)
        for name in ("london-1", "london-2"):
            printed = self.installation.run("probers", "add", name, "--place", "london")
            self._credentials[name] = printed.partition("MAINSTAY_NATS_CREDENTIAL=")[2].split()[0]

    def start(self) -> None:
        """Everything, each on its host."""
        self._run("site", "site", [sys.executable, "-c", SERVER.replace("127.0.0.1", "0.0.0.0"), str(PORT)], {})
        self.nats.start()
        for name in ("judge-1", "judge-2"):
            self.start_judge(name)
        for name in self._credentials:
            self.start_prober(name)

    def start_judge(self, name: str) -> None:
        environ = {**self.installation.environ}
        if url := environ.get("MAINSTAY_DATABASE_URL"):
            environ["MAINSTAY_DATABASE_URL"] = by_socket(url)
        self._run(name, "centre", [sys.executable, "-m", "mainstay", "judge"], environ)

    def start_prober(self, name: str) -> None:
        """It has a data folder of its own, and no database."""
        environ = {
            **self.installation.environ,
            "MAINSTAY_DATA": str(self.installation.folder / name),
            "MAINSTAY_NATS_CREDENTIAL": self._credentials[name],
        }
        environ.pop("MAINSTAY_DATABASE_URL", None)
        words = ["watch", "--place", "london", "--prober", name]
        self._run(name, name, [sys.executable, "-m", "mainstay", *words], environ)

    def kill(self, name: str) -> None:
        """`kill -9`."""
        with self.processes.pop(name) as process:  # closes what was open to it
            process.kill()

    def end(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        self.nats.kill()

    def ask(self, program: str, **given: Any) -> Any:
        """As `Installation.ask`, of one process that stays."""
        asked = self.processes.get("asked")
        if asked is None:
            command = [sys.executable, "-c", ASKED]
            asked = self.processes["asked"] = subprocess.Popen(
                command, cwd=ROOT, env=self.installation.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert asked.stdin and asked.stdout
        asked.stdin.write(json.dumps([program, given]).encode() + b"\n")
        asked.stdin.flush()
        answer = asked.stdout.readline()
        assert answer, "what was asked ended in an error"
        return json.loads(answer)

    def seen(self) -> list[tuple[int, float, str, str]]:
        """All looks on record: monitor, instant, prober, state."""
        return [(pk, at, prober, state) for pk, at, prober, state in self.ask(SEEN)]

    def until_all_seen_by(self, prober: str, since: float, *, timeout_s: float = 30) -> None:
        """Until `prober` looked at every monitor after `since`."""

        def done() -> bool:
            return len({pk for pk, at, who, _ in self.seen() if at > since and who == prober}) == MONITORS

        until(f"{prober} looks at everything", done, timeout_s=timeout_s)

    def log_of(self, name: str) -> Path:
        return self.installation.folder / f"{name}.log"

    def _run(self, name: str, host: str, words: list[str], environ: dict[str, str]) -> None:
        with self.log_of(name).open("ab") as log:
            command = [*self.hosts.inside(host), *words]
            self.processes[name] = subprocess.Popen(command, cwd=ROOT, env=environ or None, stdout=log, stderr=log)


def by_socket(url: str) -> str:
    """The address of a PostgreSQL server by its socket in the file system, which reaches into every network."""
    with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
        folders = connection.execute("SHOW unix_socket_directories").fetchone()
        port = connection.execute("SHOW port").fetchone()
    assert folders and port
    folder = folders[0].split(",")[0].strip()
    return f"postgres://{urlsplit(url).username or 'postgres'}@{quote(folder, safe='')}:{port[0]}{urlsplit(url).path}"
