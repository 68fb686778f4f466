"""Installations that are set up and do not run."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.real.installation import Installation, installed

INIT = (
    "init", "--agency", "Harbour Web Studio", "--name", "Ada Whitfield", "--email", "ada@harbour.example",
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """An empty installation called by a name, in a folder and on a database of its own."""
    with ExitStack() as stack:

        def make(name: str) -> Installation:
            folder = tmp_path / name
            folder.mkdir()
            return stack.enter_context(installed(folder, mail_url="console:"))

        yield make


@pytest.fixture
def installation(place: Callable[[str], Installation]) -> Installation:
    """An installation that was set up with `mainstay init`."""
    made = place("first")
    made.make_tables()
    made.run(*INIT, "--url", made.url)
    return made
