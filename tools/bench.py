"""Run the benches: `python tools/bench.py [NAME …]`. Each is `benches/NAME.py` and ends with one line of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCHES = ROOT / "benches"


def main(arguments: list[str]) -> None:
    """Run the benches named, all of them when none is.

    Raises:
        SystemExit: a name is unknown, or a bench failed.
    """
    known = sorted(path.stem for path in BENCHES.glob("[a-z]*.py"))
    names = arguments or known
    if unknown := sorted(set(names) - set(known)):
        raise SystemExit(f"no bench {', '.join(unknown)}: there are {', '.join(known)}")
    failed = [name for name in names if not passes(name)]
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def passes(name: str) -> bool:
    """Whether a bench ran through and ended with one line of JSON."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(BENCHES / f"{name}.py")]
    done = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="", flush=True)
    if done.returncode != 0:
        return False
    try:
        return isinstance(json.loads(done.stdout.splitlines()[-1]), dict)
    except (IndexError, ValueError):
        print(f"{name} must end with one line of JSON", file=sys.stderr)
        return False


if __name__ == "__main__":
    main(sys.argv[1:])
