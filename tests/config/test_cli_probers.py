"""`mainstay probers` as people meet it, and mistakes in the settings of a prober on another machine."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from typer.testing import CliRunner

from mainstay.common.models import FactRecord
from mainstay.config.cli import probers, processes
from mainstay.config.cli.mistake import Mistake
from mainstay.watch.models import RemoteProber
from tests.cast import Cast
from tests.real.installation import Installation

SEED = re.compile(r"MAINSTAY_NATS_CREDENTIAL=(SU[A-Z2-7]{56})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests are set up already."""
    monkeypatch.setattr(processes, "set_up", lambda: None)


def run(*words: str) -> str:
    done = CliRunner().invoke(probers.app, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.django_db
def test_a_prober_is_added_with_a_key_that_is_shown_once_and_kept_nowhere(cast: Cast) -> None:
    printed = run("add", "london-1", "--place", "london")
    found = SEED.search(printed)

    assert found
    prober = RemoteProber.objects.get()
    assert (prober.name, prober.place) == ("london-1", "london")
    assert found[1] not in str(list(RemoteProber.objects.values()) + list(FactRecord.objects.values()))
    assert prober.public_key in run("nats-config")
    assert found[1] not in run("nats-config")
    assert "london-1" in run("list")
    assert "never seen" in run("list")


@pytest.mark.django_db
def test_a_withdrawn_prober_is_in_the_file_no_more(cast: Cast, tmp_path: Path) -> None:
    run("add", "london-1", "--place", "london")
    run("add", "london-2", "--place", "london")
    file, first = tmp_path / "users.conf", RemoteProber.objects.get(name="london-1")

    assert "london-1 is withdrawn" in run("withdraw", "london-1")
    assert "was withdrawn before" in run("withdraw", "london-1")
    assert f"1 probers written: {file}" in run("nats-config", "--out", str(file))
    text = file.read_text()
    assert first.public_key not in text
    users = [json.loads(line.strip().partition("  #")[0]) for line in text.splitlines() if line.startswith("  {")]
    assert [each.get("permissions", {}).get("publish") for each in users] == [
        None,
        {
            "allow": [
                "mainstay.results.london.london-2.*",
                "mainstay.life.london.london-2",
                "$JS.API.DIRECT.GET.mainstay-lives.mainstay.life.london.london-2",
                "$JS.API.DIRECT.GET.mainstay-work.mainstay.work.london.london-2.*",
            ]
        },
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "London 1", "--place", "london"], "the name must be of a-z"),
        (["add", "london-1", "--place", "a.b"], "the place must be of a-z"),
        (["add", "london-1", "--place", "beat"], "choose another place"),
        (["add", "known", "--place", "london"], "there is a prober 'known' already"),
        (["withdraw", "london-9"], "there is no prober 'london-9'"),
        (["nats-config", "--out", "/nowhere/users.conf"], "cannot be written"),
    ],
)
def test_a_mistake_is_told(cast: Cast, words: list[str], told: str) -> None:
    run("add", "known", "--place", "london")
    with pytest.raises(Mistake, match=told):
        run(*words)


@pytest.mark.django_db
def test_the_key_of_the_centre_is_kept_in_its_data_folder_for_its_owner_alone(cast: Cast) -> None:
    run("nats-config")
    key = settings.MAINSTAY.data / "nats-centre.nkey"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text() not in run("nats-config")


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"MAINSTAY_NATS_URL": "nats://user:secret@host:4222"}, "MAINSTAY_NATS_URL must be addresses"),
        ({"MAINSTAY_NATS_URL": "http://host"}, "MAINSTAY_NATS_URL must be addresses"),
        ({"MAINSTAY_NATS_CREDENTIAL": "SUSECRET"}, "MAINSTAY_NATS_CREDENTIAL must be the key"),
        ({"MAINSTAY_WATCH_PROBER": "London 1"}, "MAINSTAY_WATCH_PROBER must be of a-z"),
        ({"MAINSTAY_NATS_URL": "nats://127.0.0.1:1"}, "MAINSTAY_WATCH_PROBER and MAINSTAY_NATS_CREDENTIAL must be set"),
        (
            {
                "MAINSTAY_NATS_URL": "nats://127.0.0.1:1",
                "MAINSTAY_WATCH_PROBER": "a",
                "MAINSTAY_WATCH_PLACE": "Here, there",
                "MAINSTAY_NATS_CREDENTIAL": "SU" + "A" * 56,
            },
            "MAINSTAY_WATCH_PLACE must be of a-z",
        ),
        (
            {
                "MAINSTAY_NATS_URL": "nats://127.0.0.1:1",
                "MAINSTAY_WATCH_PROBER": "a",
                "MAINSTAY_NATS_CREDENTIAL": "SU" + "A" * 56,
            },
            "the key is damaged",
        ),
    ],
)
def test_settings_of_a_prober_that_cannot_be_are_told_in_one_line(
    tmp_path: Path, environ: dict[str, str], told: str
) -> None:
    """It needs no database: none is there."""
    done = Installation(tmp_path, mail_url="console:").attempt("watch", **environ)
    assert done.returncode == 2
    assert told in done.stderr
    assert "SECRET" not in done.stderr.upper().replace("MAINSTAY_SECRET_KEY", "")
    assert "Traceback" not in done.stderr


def test_a_judge_without_a_message_server_says_what_is_missing(installation: Installation) -> None:
    done = installation.attempt("judge")
    assert (done.returncode, "MAINSTAY_NATS_URL must name the message server" in done.stderr) == (2, True)


def test_one_machine_imports_nothing_of_nats(installation: Installation) -> None:
    program = """
import sys
import mainstay.config.cli.commands, mainstay.watch.main, mainstay.watch.worker, mainstay.config.urls
import mainstay.config.doctor
answer = sorted(each for each in sys.modules if each.split(".")[0] in ("nats", "nkeys", "nacl"))
"""
    assert installation.ask(program) == []
