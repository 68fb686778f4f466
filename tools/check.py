"""Check the code without changing anything: form, likely bugs, dangerous calls, types, imports, Django, migrations."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DJANGO = (str(BIN / "python"), "-m", "django")
CHECKS = {
    "types": (str(BIN / "mypy"),),
    "imports": (str(BIN / "lint-imports"),),
    "form": (str(BIN / "ruff"), "format", "--check", "."),
    "likely bugs": (str(BIN / "ruff"), "check", "."),
    "dangerous calls": (str(BIN / "bandit"), "--quiet", "--configfile", "pyproject.toml", "--recursive", "mainstay"),
    "settings and models": (*DJANGO, "check", "--fail-level", "WARNING"),
    "deployment": (*DJANGO, "check", "--deploy", "--fail-level", "WARNING"),
    "migrations": (*DJANGO, "makemigrations", "--check", "--dry-run"),
}
AT_ONCE = 2
DEPLOYED = {
    "DJANGO_SETTINGS_MODULE": "mainstay.config.settings",
    "MAINSTAY_URL": "https://care.example.org",
    "MAINSTAY_TRUSTED_PROXIES": "1",
    "MAINSTAY_SECRET_KEY": "a key that signs nothing, long enough to pass the checks of a site that others reach",
}
"""Settings as those of a site behind a proxy, for Django's own checks of such a site."""


@dataclass(frozen=True)
class Outcome:
    """How one check ended. `output` is what to read when it failed."""

    name: str
    passed: bool
    output: str
    took_s: float


def run_all() -> list[Outcome]:
    """Run every check, and tell of each as it ends."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = []
        for outcome in pool.map(run, CHECKS):
            print(f"{'passed' if outcome.passed else 'FAILED'}  {outcome.name} ({outcome.took_s:.0f} s)", flush=True)
            if not outcome.passed:
                print(outcome.output, flush=True)
            outcomes.append(outcome)
    return outcomes


def run(name: str) -> Outcome:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    environ.pop("MAINSTAY_DATABASE_URL", None)
    if name == "deployment":
        environ |= DEPLOYED
    began = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    return Outcome(name, done.returncode == 0, done.stdout + done.stderr, time.monotonic() - began)


if __name__ == "__main__":
    raise SystemExit(not all(outcome.passed for outcome in run_all()))
