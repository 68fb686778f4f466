"""Chromium for tests that keep it longer than one test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests import needs

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@contextmanager
def chromium() -> Iterator[Any]:
    """Chromium, as a Playwright `Browser`, until the block ends."""
    from playwright.sync_api import sync_playwright  # late: only browser tests pay for it

    program = needs.chromium()
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()
