"""A single process that is killed comes back by itself, and the whole goes on."""

import os
import signal
from pathlib import Path

import pytest

from tests.real.installation import Installation, until
from tests.real.stage import Stage
from tests.real.writers import all_mail_read, mail_writer

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


@pytest.mark.parametrize("role", ["web", "watch", "work", "mail"])
def test_a_process_that_is_killed_comes_back(stage: Stage, role: str) -> None:
    before = until("every process runs", lambda: all_children(stage.installation))
    os.kill(before[role], signal.SIGKILL)
    until(f"{role} runs again", lambda: stage.installation.children().get(role) not in (None, before[role]))
    until(f"nothing is left of the {role} that was killed", lambda: not in_session(before[role]))
    until("the site answers", stage.installation.answers)

    stage.website.kill()
    stage.wait_until("down")
    writer = mail_writer(stage.installation)
    writer.start()
    until("mail is taken", lambda: writer.acknowledged)
    mailed = writer.end()
    found = until("all mail is read", lambda: all_mail_read(stage.installation))
    assert set(mailed) <= set(found["subjects"])


def all_children(installation: Installation) -> dict[str, int] | None:
    found = installation.children()
    return found if len(found) >= 4 else None


def in_session(leader: int) -> list[int]:
    """The processes of the session that `leader` began, which is its own and that of what it forked."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(each.parent.name))
    return found
