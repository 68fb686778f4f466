"""`mainstay monitors` as people meet it: what would be added, what is, what is handed out, and mistakes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mainstay.config.cli import monitors, processes
from mainstay.config.cli.mistake import Mistake
from mainstay.watch.models import Monitor
from tests.cast import Cast
from tests.real.installation import Installation

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


@pytest.fixture
def gatus(tmp_path: Path) -> str:
    file = tmp_path / "gatus.yaml"
    file.write_text(GATUS)
    return str(file)


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests are set up already."""
    monkeypatch.setattr(processes, "set_up", lambda: None)


def run(*words: str) -> str:
    done = CliRunner().invoke(monitors.app, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.django_db
def test_what_would_be_added_is_told_and_not_added(cast: Cast, gatus: str) -> None:
    without = run("import", gatus, "--client", cast.a.slug, "--dry-run")
    dry = run("import", gatus, "--client", cast.a.slug, "--dry-run", "--new-websites")

    assert "1 monitors have no place: no website of the client has the host imported.example" in without
    assert "+ core / front: http https://imported.example/ -> new website imported.example" in dry
    assert "x socket: address ws://imported.example/: there is no check of web sockets here" in dry
    assert "- core / front: [RESPONSE_TIME] < 500:" in dry
    assert "Nothing was added" in dry
    assert not Monitor.objects.exists()


@pytest.mark.django_db
def test_monitors_are_brought_in_once_and_handed_out(cast: Cast, gatus: str, tmp_path: Path) -> None:
    kept, client = tmp_path / "kept.yaml", cast.a.slug
    wet = run("import", gatus, "--client", client, "--new-websites")
    again = run("import", gatus, "--client", client)
    run("export", "--client", client, "--out", str(kept))
    back = run("import", str(kept), "--client", client)

    assert "1 monitors and 1 websites were added" in wet
    assert "0 monitors and 0 websites were added; 1 monitors were there already." in again
    assert "(there already)" in back
    assert run("export", "--client", client) == kept.read_text()
    assert Monitor.objects.filter(client=cast.a).count() == 1


@pytest.mark.django_db
def test_mistakes(cast: Cast, gatus: str, tmp_path: Path) -> None:
    broken, client = tmp_path / "broken.yaml", cast.a.slug
    broken.write_text("[" * 1000)
    for words, told in (
        (("import", gatus, "--client", "nobody"), "there is no client 'nobody'"),
        (("import", str(tmp_path / "none"), "--client", client), "none cannot be read: No such file"),
        (("import", str(tmp_path), "--client", client), "cannot be read"),
        (("import", str(broken), "--client", client), "broken.yaml: It is nested more than 40 levels deep"),
        (("import", gatus, "--client", client, "--website", "none"), "the client has no website 'none'"),
        (("export", "--client", client, "--out", str(tmp_path)), "cannot be written"),
    ):
        with pytest.raises(Mistake, match=told):
            run(*words)


@pytest.mark.real
@pytest.mark.timeout(300)
def test_the_command_itself(installation: Installation, gatus: str) -> None:
    wrong = installation.attempt("monitors", "import", gatus, "--client", "nobody")
    incomplete = installation.attempt("monitors", "export")

    assert (wrong.returncode, incomplete.returncode) == (2, 2)
    assert wrong.stderr.strip().splitlines()[-1] == "mainstay: there is no client 'nobody'"
    assert "Missing option '--client'" in incomplete.stderr
    assert installation.run("monitors", "export", "--client", "harbour-web-studio").startswith("mainstay_monitors: 1")
