"""The whole suite: the checks, the tests on SQLite, the tests on PostgreSQL, and one closing line.

`python tools/suite.py [checks] [sqlite] [postgresql]` runs the parts named, all of them when none is.
What could not run is named with its reason; where CI=true it counts as failed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import check
import postgres
import system

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".cache" / "test-results"
PARTS = ("checks", "sqlite", "postgresql")
PROCESSES = max(2, min(4, os.cpu_count() or 2))
PYTEST_DONE = {0, 1}


@dataclass
class Tally:
    """How a part of the run went. `could_not_run` holds lines of test and reason."""

    part: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    could_not_run: list[str] = field(default_factory=list)
    took_s: float = 0


def main(arguments: list[str]) -> int:
    """The exit status: 0 when nothing failed."""
    parts = arguments or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"unknown part {', '.join(unknown)}: there are {', '.join(PARTS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a private server ends too
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    tallies = [_timed(part) for part in parts]
    return summarise(tallies)


def _timed(part: str) -> Tally:
    print(f"\n── {part} ──", flush=True)
    began = time.monotonic()
    tally = {"checks": run_checks, "sqlite": run_on_sqlite, "postgresql": run_on_postgresql}[part]()
    tally.took_s = time.monotonic() - began
    return tally


def run_checks() -> Tally:
    outcomes = check.run_all()
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    return Tally("checks", len(outcomes) - len(failed), failed)


def run_on_sqlite() -> Tally:
    """Everything."""
    return run_pytest("sqlite", {}, [])


def run_on_postgresql() -> Tally:
    """What may differ on another database: every test that touches one."""
    with system.postgresql() as server:
        if server.reason:
            return Tally("postgresql", could_not_run=[f"every test on PostgreSQL: {server.reason}"])
        if programs := postgres.binaries():
            os.environ["PATH"] += f"{os.pathsep}{programs}"
        with postgres.database(server.at, f"mainstay_{os.getpid()}_run") as url:
            return run_pytest("postgresql", {"MAINSTAY_DATABASE_URL": url}, ["--database-only"])


def run_pytest(part: str, extra: dict[str, str], options: list[str]) -> Tally:
    """Run pytest in processes and read its figures."""
    browser = system.chromium()
    system.programs()
    environ = {**os.environ, **extra, **({"MAINSTAY_CHROMIUM": browser.at} if browser.at else {})}
    environ.setdefault("PYTHONHASHSEED", "0")  # all processes must find the tests in the same order
    if not extra:
        environ.pop("MAINSTAY_DATABASE_URL", None)
    RESULTS.mkdir(parents=True, exist_ok=True)
    results = RESULTS / f"{part}.xml"
    results.unlink(missing_ok=True)
    spread = [
        "-n",
        str(PROCESSES),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-q",
        "--durations=30",
        "--durations-min=3",
        f"--junit-xml={results}",
    ]
    done = subprocess.run([sys.executable, "-m", "pytest", *spread, *options], cwd=ROOT, env=environ, check=False)
    tally = read(part, results)
    if done.returncode not in PYTEST_DONE or (done.returncode and not tally.failed):
        tally.failed.append(f"pytest ended with status {done.returncode}")
    return tally


def read(part: str, results: Path) -> Tally:
    """The figures in a JUnit file; a file that is missing or broken off is a failure."""
    tally = Tally(part)
    try:
        cases = ET.parse(results).getroot().iter("testcase")
    except (OSError, ET.ParseError) as problem:
        tally.failed.append(f"no results: {problem}")
        return tally
    for case in cases:
        _count(tally, case)
    return tally


def _count(tally: Tally, case: ET.Element) -> None:
    name = f"{case.get('classname')}::{case.get('name')}"
    skipped = case.find("skipped")
    if case.find("failure") is not None or case.find("error") is not None:
        tally.failed.append(name)
    elif skipped is not None and skipped.get("type") != "pytest.xfail":
        tally.could_not_run.append(f"{name}: {skipped.get('message')}")
    else:
        tally.passed += 1


def summarise(tallies: list[Tally]) -> int:
    """Print what happened, the closing line last."""
    must_all_run = os.environ.get("CI") == "true"
    print()
    for tally in tallies:
        figures = f"{tally.passed:>6} passed{len(tally.failed):>5} failed{len(tally.could_not_run):>5} could not run"
        print(f"{tally.part:<11}{figures}{tally.took_s:>7.0f} s")
    _tell("Failed", [f"{tally.part}: {name}" for tally in tallies for name in tally.failed])
    could_not_run = [f"{tally.part}: {name}" for tally in tallies for name in tally.could_not_run]
    _tell("Could not run" + (" (counted as failed: CI=true)" if must_all_run else ""), could_not_run)
    failed = sum(len(tally.failed) for tally in tallies) + (len(could_not_run) if must_all_run else 0)
    print(f"\n{sum(tally.passed for tally in tallies)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _tell(heading: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{heading}:")
        print("\n".join(f"  {line}" for line in lines))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
