"""What the watch is measured beside: each makes checks of one address for a while and says what they cost.

The cost is processor time of the checking processes alone, user and system, from the kernel's books. Whoever only asks
a peer for its checks, and the website that is checked, cost extra and are left out.
"""

import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import pycurl
from _website import LOOPBACK, Website, free_ports, wait_for

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
CHECK_HTTP = "/usr/lib/nagios/plugins/check_http"
INTERVAL_S = 10
"""How often Mainstay looks at each monitor here: many checks a second of not too many monitors."""
SETTLES_S = INTERVAL_S + 4
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Cost:
    """Processor seconds and the number of checks that they paid for."""

    cpu_s: float
    checks: int

    @property
    def per_1000(self) -> float:
        return self.cpu_s / self.checks * 1000


class Peer(Protocol):
    """Somebody who checks websites."""

    def run(self, url: str, rate: float, for_s: float) -> Cost: ...


def cpu_s(pid: int) -> float:
    """Processor seconds that a process has used so far, all threads of it."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) * TICK_S


@dataclass(frozen=True)
class Bare:
    """The floor: pycurl's multi interface in a process of its own; new connections, TLS verified, body read."""

    site: Website

    def run(self, url: str, rate: float, for_s: float) -> Cost:
        words = [sys.executable, __file__, url, str(self.site.pem), str(rate), str(for_s)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
        used, checks = done.stdout.split()
        return Cost(float(used), int(checks))


def paced(urls: Iterator[str], make: Callable[[], pycurl.Curl], rate: float, for_s: float) -> int:
    """Make requests at `rate` a second, begun in ticks of 100 ms; how many were answered well."""
    multi, idle, ended, begun = pycurl.CurlMulti(), deque[pycurl.Curl](), 0, 0
    began = time.monotonic()
    running = 0
    while running or time.monotonic() - began < for_s:
        due = min(int((time.monotonic() - began) * 10) / 10 + 0.1, for_s) * rate
        while begun < due:
            curl = idle.popleft() if idle else make()
            curl.setopt(pycurl.URL, next(urls))
            multi.add_handle(curl)
            begun, running = begun + 1, running + 1
        multi.perform()
        left = 1
        while left:
            left, good, bad = multi.info_read()
            if bad:
                raise SystemExit(f"a request failed: {bad[0][2]}")
            for curl in good:
                multi.remove_handle(curl)
                idle.append(curl)
            ended, running = ended + len(good), running - len(good)
        tick_s = 0.1 - (time.monotonic() - began) % 0.1
        multi.select(tick_s) if running else time.sleep(tick_s)
    for curl in idle:
        curl.close()
    multi.close()
    return ended


def bare_handle(pem: str) -> pycurl.Curl:
    """A handle that makes the same request as the watch: new connection, no session resumed, body read."""
    curl = pycurl.Curl()
    for option, value in (
        (pycurl.FRESH_CONNECT, 1),
        (pycurl.FORBID_REUSE, 1),
        (pycurl.SSL_SESSIONID_CACHE, 0),
        (pycurl.SSL_EC_CURVES, "X25519:P-256"),
        (pycurl.WRITEFUNCTION, len),
        (pycurl.CAINFO, pem),
        (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
    ):
        curl.setopt(option, value)
    return curl


@dataclass(frozen=True)
class BlackboxExporter:
    """Prometheus's prober, asked for each check over a connection that is kept."""

    site: Website
    pid: int
    port: int

    def run(self, url: str, rate: float, for_s: float) -> Cost:
        asked = f"http://{LOOPBACK}:{self.port}/probe?module=site&target={quote(url, safe='')}"
        self._ask_once(asked)
        before, answered = cpu_s(self.pid), self.site.answered()
        paced(iter(lambda: asked, ""), self._handle, rate, for_s)
        return Cost(cpu_s(self.pid) - before, self.site.answered() - answered - 1)

    def _ask_once(self, asked: str) -> None:
        """Make sure that its checks succeed: a failing check would be cheap."""
        found: list[bytes] = []
        curl = pycurl.Curl()
        curl.setopt(pycurl.URL, asked)
        curl.setopt(pycurl.WRITEFUNCTION, found.append)
        curl.perform()
        curl.close()
        if b"\nprobe_success 1" not in b"".join(found):
            raise SystemExit("blackbox_exporter says that the website is down")

    def _handle(self) -> pycurl.Curl:
        curl = pycurl.Curl()
        curl.setopt(pycurl.WRITEFUNCTION, len)
        return curl


@contextmanager
def blackbox_exporter(site: Website, folder: Path) -> Iterator[BlackboxExporter]:
    """Start it; it ends with the block."""
    (port,) = free_ports(1)
    path = folder / "blackbox.yml"
    tls = f"tls_config: {{ca_file: {site.pem}}}"
    http = f"{{preferred_ip_protocol: ip4, follow_redirects: true, {tls}}}"
    path.write_text(f"modules: {{site: {{prober: http, timeout: 10s, http: {http}}}}}\n")
    words = ["prometheus-blackbox-exporter", f"--config.file={path}", f"--web.listen-address={LOOPBACK}:{port}"]
    with (folder / "blackbox.log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield BlackboxExporter(site, process.pid, port)
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True)
class CheckHttp:
    """Nagios's plug-in: a process a check, one after the other, whatever the rate. It verifies no certificate."""

    checks: int

    def run(self, url: str, rate: float, for_s: float) -> Cost:
        port = url.rsplit(":", 1)[1].strip("/")
        words = [CHECK_HTTP, "-I", LOOPBACK, "-p", port, "-u", "/", "-t", "10"]
        words += ["--ssl"] if url.startswith("https") else []
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for _ in range(self.checks):
            subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, self.checks)


@dataclass(frozen=True)
class Mainstay:
    """`mainstay watch` on SQLite, as it is run: scheduled, probed, judged and stored on disk."""

    site: Website
    folder: Path

    def run(self, url: str, rate: float, for_s: float) -> Cost:
        environ = self._environ()
        self._prepare(url, round(rate * INTERVAL_S), environ)
        with (self.folder / "watch.log").open("wb") as log:
            words = [sys.executable, "-m", "mainstay", "watch"]
            process = subprocess.Popen(words, cwd=ROOT, env=environ, stdout=log, stderr=log)
        try:
            return self._measured(process.pid, round(rate * INTERVAL_S), for_s)
        finally:
            process.terminate()
            process.wait()

    def _environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAINSTAY_")}
        data = {"MAINSTAY_DATA": str(self.folder / "data"), "MAINSTAY_WATCH_CA_FILE": str(self.site.pem)}
        return {**kept, **data, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "mainstay.config.settings"}

    def _prepare(self, url: str, monitors: int, environ: dict[str, str]) -> None:
        program = Path(__file__).with_name("_monitors.py")
        subprocess.run([sys.executable, str(program), url, str(monitors), str(INTERVAL_S)], env=environ, check=True)

    def _measured(self, pid: int, monitors: int, for_s: float) -> Cost:
        """Wait until each monitor was looked at once, so that all runs at its even pace, then read the books."""
        self._until_all_seen(monitors)
        time.sleep(2)
        before, answered, stored = cpu_s(pid), self.site.answered(), self._stored()
        time.sleep(for_s)
        used, made = cpu_s(pid) - before, self.site.answered() - answered - 1
        time.sleep(2)
        bad, kept = self._stored("WHERE code <> 'ok'"), self._stored() - stored
        if bad or kept < made:
            raise SystemExit(f"of {made} checks of Mainstay {kept} were stored; {bad} were not good")
        return Cost(used, made)

    def _until_all_seen(self, monitors: int) -> None:
        deadline = time.monotonic() + SETTLES_S + 20
        while self._stored() < monitors:
            if time.monotonic() > deadline:
                raise SystemExit(f"Mainstay made too few checks: see {self.folder / 'watch.log'}")
            time.sleep(0.5)

    def _stored(self, where: str = "") -> int:
        with sqlite3.connect(f"file:{self.folder}/data/mainstay.sqlite3?mode=ro", uri=True) as database:
            found: Any = database.execute(f"SELECT count(*) FROM watch_checkrow {where}").fetchone()
        return int(found[0])


def main(url: str, pem: str, rate: str, for_s: str) -> None:
    """The floor's own process: prints its processor seconds and its checks."""
    before = time.process_time()
    checks = paced(iter(lambda: url, ""), lambda: bare_handle(pem), float(rate), float(for_s))
    print(time.process_time() - before, checks)


if __name__ == "__main__":
    main(*sys.argv[1:])
