"""Backup, restore and upgrade, proven on the database that this run tests, by the command line."""

import io
import json
import random
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from mainstay.config.keeping import archive
from tests.real.installation import ROOT, Installation
from tests.real.writers import api_writer

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]

FILL = """
from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.access.rules import scopes_for
from mainstay.access import actions as access
from mainstay.clients import actions as clients
from mainstay.desk import actions as desk
from mainstay.desk.letters.parsed import Part

ada = User.objects.get(email="ada@harbour.example")
client = clients.create_client(name="Alder Books", slug="alder", starts_on=now.date().replace(day=1), by=ada, at=now)
clients.create_website(client=client, name="Bookshop", url="https://www.alder.example/", by=ada, at=now)
picture = Part(name="failed.txt", content_type="text/plain", content=b"What the screen said. " * 500)
for number in range(20):
    desk.open_ticket(client=client, subject=f"Request {number}", text="It does not work.", channel="portal",
                     audience="website_user", parts=[picture] if number == 0 else (), by=ada, at=now)
allowed = scopes_for([ada.agency_role])
token = access.create_token(user=ada, name="Tests", scopes=allowed, allowed=allowed,
                            expires_at=now.replace(year=now.year + 1), by=ada, at=now)[1]
answer = token
"""
DIGESTS = """
import hashlib
from django.db import connection
answer = {}
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(repr(row) for row in cursor.fetchall())
        answer[table] = [len(rows), hashlib.sha256("".join(rows).encode()).hexdigest()]
"""
HALF = """
from mainstay.desk.models import Ticket
all_of_them = Ticket.objects.all()
answer = [found.count() for found in (all_of_them, all_of_them.filter(messages=None), all_of_them.filter(clocks=None))]
"""
LATER = "tests.config.later_{}"


@pytest.fixture
def filled(installation: Installation) -> Installation:
    installation.token = installation.ask(FILL)
    return installation


def files(installation: Installation) -> dict[str, bytes]:
    """Everything beside the database that a restore must bring back."""
    data = Path(installation.environ["MAINSTAY_DATA"])
    kept = [data / "secret.key", data / "mainstay.toml", *(data / "files").rglob("*")]
    return {str(path.relative_to(data)): path.read_bytes() for path in kept if path.is_file()}


def state(installation: Installation) -> tuple[dict[str, Any], dict[str, bytes]]:
    return installation.ask(DIGESTS), files(installation)


def refused(installation: Installation, *words: str, **environ: str) -> str:
    """The one line with which a command was refused."""
    done = installation.attempt(*words, **environ)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def rewritten(backup: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy of a backup with another manifest."""
    with tarfile.open(backup) as origin, tarfile.open(target, "w:gz") as copy:
        for member in origin.getmembers():
            content = origin.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
                member.size = len(content)
            copy.addfile(member, io.BytesIO(content))
    return target


def test_a_backup_brings_everything_back_in_another_place(
    filled: Installation, place: Callable[[str], Installation], tmp_path: Path
) -> None:
    filled.run("backup", str(tmp_path / "kept.tar.gz"))
    before = state(filled)
    assert "files" in " ".join(before[1])

    other = place("second")
    assert "Restored" in other.run("restore", str(tmp_path / "kept.tar.gz"))

    assert state(other) == before


def test_what_is_there_is_replaced_only_when_asked_to(filled: Installation, tmp_path: Path) -> None:
    kept = str(tmp_path / "kept.tar.gz")
    filled.run("backup", kept)
    before = state(filled)
    filled.ask("from mainstay.desk.models import Ticket\nTicket.objects.update(subject='Changed')\nanswer = 1")
    changed = state(filled)
    assert changed != before

    assert "--force" in refused(filled, "restore", kept)
    assert state(filled) == changed
    filled.run("restore", kept, "--force")

    assert state(filled) == before


def test_what_is_no_whole_backup_of_this_kind_changes_nothing(filled: Installation, tmp_path: Path) -> None:
    kept = tmp_path / "kept.tar.gz"
    filled.run("backup", str(kept))
    content = kept.read_bytes()
    middle = len(content) // 2
    (tmp_path / "altered").write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    (tmp_path / "short").write_bytes(content[:middle])
    (tmp_path / "text").write_text("This is no backup.")
    (tmp_path / "folder").mkdir()
    rewritten(kept, tmp_path / "newer", lambda manifest: manifest["migrations"].append("desk.9999_later"))
    rewritten(kept, tmp_path / "other", lambda manifest: manifest.update(vendor="oracle"))
    rewritten(kept, tmp_path / "swapped", lambda manifest: manifest["sha256"].update({"secret.key": "0" * 64}))
    before = state(filled)

    told = {
        name: refused(filled, "restore", str(tmp_path / name), "--force")
        for name in ("altered", "short", "text", "newer", "other", "swapped", "missing", "folder")
    }

    assert "newer version" in told["newer"]
    assert "oracle" in told["other"]
    assert "damaged" in told["swapped"]
    assert "does not exist" in told["missing"]
    assert "Is a directory" in told["folder"]
    assert state(filled) == before


def test_a_backup_of_a_running_installation_is_consistent(
    filled: Installation, place: Callable[[str], Installation], tmp_path: Path
) -> None:
    filled.start()
    writer = api_writer(filled)
    writer.start()
    for number in range(2):
        filled.run("backup", str(tmp_path / f"{number}.tar.gz"))
    told = refused(filled, "restore", str(tmp_path / "0.tar.gz"), "--force")
    written = len(writer.end())
    filled.stop()
    other = place("second")
    other.run("restore", str(tmp_path / "1.tar.gz"))

    tickets, without_message, without_clock = other.ask(HALF)
    assert written > 0
    assert tickets >= 20
    assert (without_message, without_clock) == (0, 0)
    assert "stop it first" in told


def test_a_backup_that_is_killed_leaves_no_file_that_looks_like_one(filled: Installation, tmp_path: Path) -> None:
    target, chance = tmp_path / "kept.tar.gz", random.Random(4)
    for _ in range(5):
        command = [sys.executable, "-m", "mainstay", "backup", str(target)]
        process = subprocess.Popen(command, cwd=ROOT, env=filled.environ, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.7, 1.6))  # any instant will do
        process.send_signal(signal.SIGKILL)
        process.wait()
        if target.exists():
            assert "Restored" in filled.run("restore", str(target), "--force")
            target.unlink()

    filled.run("backup", str(target))
    assert [path.name for path in tmp_path.iterdir() if path.is_file() or path.name.startswith(".")] == ["kept.tar.gz"]


def test_what_is_deleted_or_half_written_meanwhile_does_not_end_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAINSTAY", replace(settings.MAINSTAY, data=tmp_path))
    folder = tmp_path / "files" / "ab"
    folder.mkdir(parents=True)
    for name in ("abc", "abd", ".abe.half"):
        (folder / name).write_text(name)
    (tmp_path / "database").write_text("rows")
    with tarfile.open(tmp_path / "kept.tar.gz", "w:gz") as written:
        names = []
        for name, _ in archive._add_all(written, tmp_path):
            names.append(name)
            if name == "files/ab/abc":
                (folder / "abd").unlink()

    assert names == ["database", "files/ab/abc"]
    with tarfile.open(tmp_path / "kept.tar.gz") as found:
        assert found.getnames() == names


def test_an_upgrade_backs_up_and_goes_through(filled: Installation) -> None:
    assert "Nothing to upgrade" in filled.run("upgrade")

    done = filled.attempt("upgrade", DJANGO_SETTINGS_MODULE=LATER.format("growing"))

    assert done.returncode == 0, done.stderr
    kept = Path(done.stdout.strip().rpartition(" ")[2])
    assert kept.is_file()
    assert "growing_area" in filled.ask(DIGESTS)


def test_an_upgrade_that_fails_goes_back(filled: Installation) -> None:
    before = state(filled)

    told = refused(filled, "upgrade", DJANGO_SETTINGS_MODULE=LATER.format("failing"))

    assert "the upgrade failed" in told
    assert "restored" in told
    assert state(filled) == before
    assert "Nothing to upgrade" in filled.run("upgrade")
