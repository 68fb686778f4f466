"""A long run of the watch: 10,000 monitors a minute against websites on loopback, half over HTTPS.

`python tools/soak_watch.py [MINUTES [MONITORS]]`, 10 minutes when not said. Each minute it prints the checks made, the
slots missed, the lag (how late a look began, the worst of each second) and the memory of the process. It fails when a
slot was missed, a check was not good, the 99th percentile of the lag reached a second, or the memory grew by a tenth
after the second minute.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benches"))

from _website import Website, website  # noqa: E402  found only now

MINUTES = 10
MONITORS = 10_000
INTERVAL_S = 60
SETTLES_S = 90
LAG_P99_MS_MAX = 1_000
GROWTH_MAX = 1.1


@dataclass
class Run:
    """What was seen so far: lag by second in milliseconds, memory by minute in MB."""

    data: Path
    pid: int
    lags_ms: list[int] = field(default_factory=list)
    memory_mb: list[int] = field(default_factory=list)

    def ask(self, question: str) -> Any:
        with sqlite3.connect(f"file:{self.data}/mainstay.sqlite3?mode=ro", uri=True, timeout=20) as database:
            return database.execute(question).fetchone()[0]

    def minute(self) -> None:
        """Look once a second for a minute, then tell."""
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            self.lags_ms.append(self.ask("SELECT lag_ms FROM watch_prober"))
            time.sleep(1)
        status = Path(f"/proc/{self.pid}/status").read_text()
        self.memory_mb.append(int(status.split("VmRSS:")[1].split()[0]) // 1024)
        print(
            f"minute {len(self.memory_mb)}: {self.checks} checks, {self.missed} slots missed,"
            f" lag p99 {self.lag_p99_ms} ms, memory {self.memory_mb[-1]} MB",
            flush=True,
        )

    @property
    def checks(self) -> int:
        return int(self.ask("SELECT count(*) FROM watch_checkrow"))

    @property
    def missed(self) -> int:
        return int(self.ask("SELECT coalesce(sum(slots), 0) FROM watch_gap WHERE reason = 'missed'"))

    @property
    def bad(self) -> int:
        return int(self.ask("SELECT count(*) FROM watch_checkrow WHERE code <> 'ok'"))

    @property
    def lag_p99_ms(self) -> int:
        return sorted(self.lags_ms)[int(0.99 * (len(self.lags_ms) - 1))]


def soak(site: Website, folder: Path, minutes: int, monitors: int) -> Run:
    """Let `mainstay watch` run that long."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAINSTAY_")}
    own = {"MAINSTAY_DATA": str(folder / "data"), "MAINSTAY_WATCH_CA_FILE": str(site.pem), "PYTHONPATH": str(ROOT)}
    environ = {**kept, **own, "DJANGO_SETTINGS_MODULE": "mainstay.config.settings"}
    making = [sys.executable, str(ROOT / "benches" / "_monitors.py"), site.url("https"), str(monitors), str(INTERVAL_S)]
    subprocess.run([*making, site.url("http")], env=environ, check=True)
    with (folder / "watch.log").open("wb") as log:
        watch = subprocess.Popen([sys.executable, "-m", "mainstay", "watch"], cwd=ROOT, env=environ, stdout=log)
    try:
        time.sleep(SETTLES_S)
        run = Run(folder / "data", watch.pid)
        for _ in range(minutes):
            run.minute()
    finally:
        watch.terminate()
        watch.wait()
    return run


def problems(run: Run) -> list[str]:
    """What was not as it should be."""
    grown = run.memory_mb[-1] / run.memory_mb[min(1, len(run.memory_mb) - 1)]
    found = {
        f"{run.missed} slots were missed": run.missed > 0,
        f"{run.bad} checks were not good": run.bad > 0,
        f"the lag's 99th percentile was {run.lag_p99_ms} ms": run.lag_p99_ms >= LAG_P99_MS_MAX,
        f"the memory grew {grown:.2f} times": grown > GROWTH_MAX,
    }
    return [problem for problem, is_so in found.items() if is_so]


def main(minutes: int = MINUTES, monitors: int = MONITORS) -> None:
    """Raises `SystemExit` with what was wrong."""
    with tempfile.TemporaryDirectory(prefix="mainstay-soak-") as name, website(Path(name)) as site:
        run = soak(site, Path(name), minutes, monitors)
        figures = {"checks": run.checks, "missed": run.missed, "lag_p99_ms": run.lag_p99_ms, "memory_mb": run.memory_mb}
        found = problems(run)
    print(json.dumps({"soak": "watch", "minutes": minutes, "monitors": monitors, **figures}))
    if found:
        raise SystemExit("; ".join(found))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
