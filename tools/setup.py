"""Make the environment `.venv` from the lock: `python3 tools/setup.py run|dev|audit`.

Needs nothing but Python. The second run does nothing when the lock has not changed. `dev` holds all that `run`
holds, and `audit` all that `dev` holds, so a larger environment serves the smaller wish too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "mainstay-lock.json"
LEVELS = ("run", "dev", "audit")
OLDEST = (3, 11)
NEWER_NAMES = tuple(f"python3.{minor}" for minor in range(15, OLDEST[1] - 1, -1))


def main(arguments: list[str]) -> None:
    """Bring `.venv` to the level asked for, unless it is there already."""
    level = arguments[0] if arguments else "dev"
    if level not in LEVELS:
        raise SystemExit(f"usage: python3 tools/setup.py {'|'.join(LEVELS)}")
    use_new_enough_python(arguments)
    if is_done(level):
        return
    began = time.monotonic()
    print(f"Making .venv from requirements/{level}.txt", flush=True)
    make_venv()
    install(level)
    put_command()
    STAMP.write_text(json.dumps({"level": level, "locks": digests(level)}) + "\n")
    print(f"Ready after {time.monotonic() - began:.0f} s", flush=True)


def use_new_enough_python(arguments: list[str]) -> None:
    """Go on with a newer Python of this machine when this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, __file__, *arguments])
    raise SystemExit(
        "Mainstay needs Python 3.11 or newer; this is {}.{}.\nInstall it (Debian 12 and newer: apt-get install "
        "python3 python3-venv) or name it: make PYTHON=/path/to/python3.11".format(*sys.version_info[:2])
    )


def is_done(level: str) -> bool:
    """Whether `.venv` was made from this very lock, at this level or above."""
    try:
        stamp = json.loads(STAMP.read_text())
        reached, locks = LEVELS.index(stamp["level"]), stamp["locks"]
    except (OSError, ValueError, KeyError):
        return False
    return reached >= LEVELS.index(level) and locks == digests(stamp["level"]) and PYTHON.exists()


def digests(level: str) -> dict[str, str]:
    """The SHA-256 of each lock that counts for `level`."""
    names = ("uv", *LEVELS[: LEVELS.index(level) + 1])
    return {name: hashlib.sha256(lock(name).read_bytes()).hexdigest() for name in names}


def lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def make_venv() -> None:
    """An empty virtual environment with pip, unless a usable one is there."""
    if is_usable():
        return
    if not has_ensurepip():
        provide_ensurepip()
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")


def is_usable() -> bool:
    """Whether `.venv` has a new enough Python that starts, and pip."""
    if not PYTHON.exists():
        return False
    test = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    return subprocess.run([str(PYTHON), "-c", test], capture_output=True, check=False).returncode == 0


def has_ensurepip() -> bool:
    test = "import ensurepip, venv"
    return subprocess.run([sys.executable, "-c", test], capture_output=True, check=False).returncode == 0


def provide_ensurepip() -> None:
    """Debian keeps what `python3 -m venv` needs in a package of its own.

    Raises:
        SystemExit: we may not install it; the message says what to install.
    """
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit(
            f"{sys.executable} lacks ensurepip, which makes virtual environments.\n"
            f"Install it, on Debian and Ubuntu with: sudo apt-get install {package}"
        )
    apt_install(package)


def apt_install(*packages: str) -> None:
    """Install Debian packages; only root comes here.

    Raises:
        SystemExit: apt-get failed.
    """
    print(f"Installing {' '.join(packages)}", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if subprocess.run(command, env=environ, capture_output=True, check=False).returncode == 0:
        return
    subprocess.run(["apt-get", "update", "-qq"], env=environ, capture_output=True, check=False)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"apt-get could not install {' '.join(packages)}:\n{done.stderr.strip()}")


def install(level: str) -> None:
    """Put exactly what the lock names into `.venv`: by uv, or by pip where uv cannot."""
    if not install_with_uv(level):
        print("uv could not; pip goes on.", flush=True)
        command = [*pip("install"), "--require-hashes", "--no-deps", "-r", str(lock(level))]
        run(command, "The packages of the lock could not be installed. Does pip reach your package index?")


def install_with_uv(level: str) -> bool:
    """Whether uv, itself from the lock, has brought `.venv` to the lock."""
    command = [*pip("install"), "--require-hashes", "--no-deps", "-r", str(lock("uv"))]
    if subprocess.run(command, check=False).returncode != 0:
        return False
    import pip_settings  # late: only a run that installs needs it

    environ = {**pip_settings.environment(str(PYTHON)), "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
    sync = [str(VENV / "bin" / "uv"), "pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON)]
    return subprocess.run([*sync, str(lock("uv")), str(lock(level))], env=environ, check=False).returncode == 0


def pip(command: str) -> list[str]:
    return [str(PYTHON), "-m", "pip", command, "--quiet", "--disable-pip-version-check"]


def put_command() -> None:
    """Let `.venv/bin/mainstay` and `import mainstay` work from any folder, from this checkout."""
    for site_packages in VENV.glob("lib/python3.*/site-packages"):
        (site_packages / "mainstay-checkout.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "mainstay"
    command.write_text(f"#!{PYTHON}\nfrom mainstay.config.cli import main\n\nmain()\n")
    command.chmod(0o755)


def run(command: list[str], problem: str) -> None:
    """Run a command that must succeed.

    Raises:
        SystemExit: it failed; the message is `problem`.
    """
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit(problem)


if __name__ == "__main__":
    main(sys.argv[1:])
