"""An installation that runs, for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mailbox import Mailbox
from tests.real.installation import installed
from tests.real.stage import Stage, WebsiteProcess, set_up


@pytest.fixture
def website() -> Iterator[WebsiteProcess]:
    process = WebsiteProcess()
    yield process
    process.kill()


@pytest.fixture
def stage(tmp_path: Path, smtp_sink: Mailbox, website: WebsiteProcess) -> Iterator[Stage]:
    with installed(tmp_path, smtp_sink.url) as installation:
        yield set_up(installation, website)
