"""Long runs: property tests with many more and random examples, and the real runs again and again.

`python tools/soak.py [MINUTES]`, 30 when not said. The first failure ends it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINUTES = 30
PYTEST = ("-q", "-x", "-n", "2", "--timeout=3600", "tests/policy", "tests/desk/test_any_bytes.py", "tests/real")


def main(arguments: list[str]) -> None:
    """Rounds until the time is used up.

    Raises:
        SystemExit: a round failed.
    """
    ends = time.monotonic() + 60 * float(arguments[0] if arguments else MINUTES)
    environ = {**os.environ, "MAINSTAY_TEST_PROFILE": "soak"}
    rounds = 0
    while time.monotonic() < ends:
        rounds += 1
        print(f"── round {rounds} ──", flush=True)
        command = [sys.executable, "-m", "pytest", *PYTEST]
        if subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode != 0:
            raise SystemExit(f"round {rounds} failed")
    print(f"{rounds} rounds passed")


if __name__ == "__main__":
    main(sys.argv[1:])
