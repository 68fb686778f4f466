"""`mainstay monitors` as people meet it: what would be added, what is, what is handed out, and one line for mistakes."""

from pathlib import Path

import pytest

from tests.real.installation import Installation

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

GATUS = """
alerting: {}
endpoints:
  - name: front
    group: core
    url: https://imported.example/
    conditions: ["[STATUS] == 200", "[RESPONSE_TIME] < 500"]
  - name: socket
    url: ws://imported.example/
    conditions: ["[CONNECTED] == true"]
"""

CLIENT = """
from mainstay.access.models import User
from mainstay.clients import actions as clients
ada = User.objects.first()
client = clients.create_client(name="Imports", slug="imports", starts_on=now.date().replace(day=1), by=ada, at=now)
answer = client.slug
"""


def told(installation: Installation, *words: str) -> str:
    done = installation.attempt("monitors", *words)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_monitors_are_brought_in_and_handed_out(installation: Installation, tmp_path: Path) -> None:
    client = installation.ask(CLIENT)
    file, kept, broken = tmp_path / "gatus.yaml", tmp_path / "kept.yaml", tmp_path / "broken.yaml"
    file.write_text(GATUS)
    broken.write_text("[" * 1000)
    words = ("monitors", "import", str(file), "--client", client)

    without = installation.run(*words, "--dry-run")
    dry = installation.run(*words, "--dry-run", "--new-websites")
    wet = installation.run(*words, "--new-websites")
    again = installation.run(*words)
    installation.run("monitors", "export", "--client", client, "--out", str(kept))
    back = installation.run("monitors", "import", str(kept), "--client", client)

    assert "see --new-websites" in without
    assert "core / front: http https://imported.example/ -> new website imported.example" in dry
    assert "x socket: address ws://imported.example/: there is no check of web sockets here" in dry
    assert "- core / front: [RESPONSE_TIME] < 500:" in dry
    assert "Nothing was added" in dry
    assert "1 monitors and 1 websites were added" in wet
    assert "0 monitors and 0 websites were added; 1 monitors were there already." in again
    assert "0 monitors and 0 websites were added; 1 monitors were there already." in back
    assert installation.run("monitors", "export", "--client", client) == kept.read_text()
    assert "there is no client 'nobody'" in told(installation, "import", str(file), "--client", "nobody")
    assert "cannot be read" in told(installation, "import", str(tmp_path / "none"), "--client", client)
    assert "broken.yaml: It is nested more than 40 levels deep" in told(installation, "import", str(broken), "--client", client)
    assert "no website 'none'" in told(installation, "import", str(file), "--client", client, "--website", "none")
    assert "cannot be written" in told(installation, "export", "--client", client, "--out", str(tmp_path))
    assert "Missing option '--client'" in told(installation, "export")
