"""What `make test` needs from the machine beyond Python: a PostgreSQL server, Chromium, a NATS server, mail servers.

Each is looked for where it may be; else, for root on Debian, its package is installed; else the reason is told.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import postgres
import setup

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NO_CHROMIUM = "no Chromium: install it (Debian: apt-get install chromium) or set MAINSTAY_CHROMIUM"
NO_POSTGRESQL = "no PostgreSQL: install it (Debian: apt-get install postgresql) or set MAINSTAY_TEST_DATABASE_URL"
PROGRAMS = {
    "nats-server": "nats-server",
    "openssl": "openssl",
    "/usr/sbin/postfix": "postfix",
    "/usr/lib/dovecot/imap": "dovecot-imapd",
    "/usr/lib/dovecot/lmtp": "dovecot-lmtpd",
    "php": "php-cli",
}
"""What tests start, and the Debian package that brings it."""
FONTS = "fonts-dejavu-core"


@dataclass(frozen=True)
class Found:
    """Something the tests need: where it is, or why it is not."""

    at: str = ""
    reason: str = ""


def may_install() -> bool:
    """Whether a missing Debian package is ours to install."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def chromium() -> Found:
    """The Chromium that browser tests drive."""
    named = os.environ.get("MAINSTAY_CHROMIUM", "")
    if named:
        return Found(at=named) if shutil.which(named) else Found(reason=f"MAINSTAY_CHROMIUM={named} is no program")
    if path := _first_program(CHROMIUM_NAMES):
        return Found(at=path)
    if may_install() and _install("chromium", FONTS):
        return Found(at=_first_program(CHROMIUM_NAMES))
    return Found(reason=NO_CHROMIUM)


def programs() -> None:
    """Have the message server, OpenSSL and the mail servers; a test that needs one says so where it is missing."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing and may_install():
        _install(*missing)


@contextmanager
def postgresql() -> Iterator[Found]:
    """The PostgreSQL server that the tests use; a private one ends with the block."""
    named = os.environ.get("MAINSTAY_TEST_DATABASE_URL", "")
    if named:
        url = named.replace("postgres://", "postgresql://")
        yield Found(at=url) if postgres.is_usable(url) else Found(reason="MAINSTAY_TEST_DATABASE_URL does not answer")
    elif programs := postgres.binaries():  # even beside one that runs: ours waits for no disk
        with postgres.private(programs) as url:
            yield Found(at=url)
    elif url := postgres.reachable() or "":
        yield Found(at=url)
    elif programs := _installed_binaries():
        with postgres.private(programs) as url:
            yield Found(at=url)
    else:
        yield Found(reason=NO_POSTGRESQL)


def _installed_binaries() -> postgres.Path | None:
    return postgres.binaries() if may_install() and _install("postgresql") else None


def _first_program(names: tuple[str, ...]) -> str:
    return next((path for name in names if (path := shutil.which(name))), "")


def _install(*packages: str) -> bool:
    """Whether Debian's packages could be installed; a failure is told, and the tests that need them then say so."""
    try:
        setup.apt_install(*packages)
    except SystemExit as problem:
        print(problem, flush=True)
        return False
    return True
