"""What a test needs from the machine. A test that cannot run is named with its reason, and fails when CI=true."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def cannot_run(reason: str) -> NoReturn:
    """End the test because of something this machine lacks."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"cannot run: {reason}", pytrace=False)
    pytest.skip(f"cannot run: {reason}")


def chromium() -> str:
    """The path of a Chromium program."""
    named = os.environ.get("MAINSTAY_CHROMIUM")
    if named and Path(named).exists():
        return named
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    cannot_run("no Chromium on this machine (Debian: apt-get install chromium)")


def program(name: str, package: str) -> str:
    """The path of a program that Debian's `package` brings."""
    if found := shutil.which(name):
        return found
    cannot_run(f"no {name} on this machine (Debian: apt-get install {package})")
