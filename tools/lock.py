"""Make the locks in `requirements/` again: names, versions and hashes, and no address.

`python tools/lock.py` keeps the versions of the present locks where they still fit; `--upgrade` takes the newest.
"""

import subprocess
import sys
from pathlib import Path

import pip_settings

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
)


def main(arguments: list[str]) -> None:
    """Each lock is made on top of the one before, so that the larger holds the smaller."""
    upgrade = [word for word in arguments if word == "--upgrade"]
    compile_(LOCKS / "uv.txt", ["-"], upgrade, given="uv\n")
    compile_(LOCKS / "run.txt", ["pyproject.toml"], upgrade)
    compile_(LOCKS / "dev.txt", ["pyproject.toml", "--group=dev", "-c", "requirements/run.txt"], upgrade)
    audit = ["pyproject.toml", "--group=dev", "--group=audit", "-c", "requirements/dev.txt"]
    compile_(LOCKS / "audit.txt", audit, upgrade)


def compile_(target: Path, sources: list[str], upgrade: list[str], given: str | None = None) -> None:
    """Write one lock.

    Raises:
        SystemExit: uv failed, or what it wrote holds an address.
    """
    uv = Path(sys.executable).parent / "uv"
    command = [str(uv), "pip", "compile", *OPTIONS, *upgrade, "--output-file", str(target), *sources]
    environ = pip_settings.environment(sys.executable, for_locking=True)
    if subprocess.run(command, cwd=ROOT, env=environ, input=given, text=True, check=False).returncode != 0:
        raise SystemExit(f"{target.name} could not be made")
    if "://" in target.read_text():
        raise SystemExit(f"{target.name} holds an address: a dependency must be a name and a version")


if __name__ == "__main__":
    main(sys.argv[1:])
