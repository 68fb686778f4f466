"""Stored files."""

import os
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mainstay.common import files
from mainstay.common.crash_safe import write_whole
from mainstay.common.files.names import harmless
from mainstay.common.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(tmp_path, settings):
    """A data folder of this test's own."""
    settings.MAINSTAY = replace(settings.MAINSTAY, data=tmp_path)
    return tmp_path


def keep(content=b"content", **more):
    return files.store(content, **{"media_type": "text/plain", "at": datetime.now(UTC), **more})


def contents(data):
    return [path for path in (data / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [b"", b"content", os.urandom(100_000)])
def test_content_comes_back_as_it_was_stored(content):
    stored = StoredFile.objects.get(pk=keep(content).pk)
    assert files.read(stored) == content
    assert stored.size_bytes == len(content)


def test_name_is_random_and_nothing_of_the_givers_name_is_in_the_path(data):
    first, second = keep(file_name="../../evil.html"), keep(file_name="../../evil.html")
    assert first.name != second.name
    assert len(first.name) == 40
    assert files.path_of(first) == data / "files" / first.name[:2] / first.name
    assert first.file_name == "evil.html"


def test_only_the_owner_may_read(data):
    path = files.path_of(keep())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b"other!!"), lambda path: path.write_bytes(b""), Path.unlink]
)
def test_damaged_content_is_never_handed_out(damage):
    stored = keep()
    damage(files.path_of(stored))
    with pytest.raises(files.FileDamaged):
        files.read(stored)


def test_too_large_content_is_refused_and_leaves_nothing(data, monkeypatch):
    monkeypatch.setattr("mainstay.common.files.storing.SIZE_LIMIT_BYTES", 10)
    with pytest.raises(files.FileTooLarge):
        keep(b"x" * 11)
    assert not StoredFile.objects.exists()
    assert contents(data) == []


@pytest.mark.django_db(transaction=True)
def test_content_is_removed_when_the_transaction_commits(data, interrupt):
    stored = keep()
    interrupt(lambda: files.remove(stored))
    stored = StoredFile.objects.get()
    assert files.read(stored) == b"content"
    files.remove(stored)
    assert contents(data) == []


def test_sweep_removes_old_contents_without_a_row_and_nothing_else(data):
    kept, orphan, young = keep(), keep(), keep()
    StoredFile.objects.filter(pk__in=[orphan.pk, young.pk]).delete()
    two_days_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for stored in (kept, orphan):
        os.utime(files.path_of(stored), (two_days_ago, two_days_ago))
    assert files.sweep(datetime.now(UTC)) == 1
    assert {path.name for path in contents(data)} == {kept.name, young.name}


def test_sweep_of_an_empty_installation_does_nothing():
    assert files.sweep(datetime.now(UTC)) == 0


def test_interrupted_write_leaves_the_old_content(data, monkeypatch):
    path = data / "file"
    write_whole(path, b"old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("power")))
    with pytest.raises(OSError, match="power"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(data) == ["file"]


def test_writer_that_is_killed_leaves_whole_files_only(data):
    script = (
        "import sys, pathlib; from mainstay.common.crash_safe import write_whole\n"
        "n = 0\n"
        "while True:\n"
        "    write_whole(pathlib.Path(sys.argv[1]), bytes([n % 256]) * 300_000); n += 1\n"
        "    n == 3 and print('going', flush=True)\n"
    )
    path = data / "file"
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.kill()
    content = path.read_bytes()
    assert content == content[:1] * 300_000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\plan.docx", "plan.docx"),
        ("a\x00b\nc.txt", "a_b_c.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("..", ""),
        (" .hidden. ", "hidden"),
        ('a<b>"c".txt', "a_b__c_.txt"),
        ("e\u0301.txt", "é.txt"),
        ("x" * 300 + ".jpeg", "x" * 195 + ".jpeg"),
        ("x" * 300, "x" * 200),
        ("x." + "y" * 300, "x." + "y" * 198),
    ],
)
def test_harmless_names(given, kept):
    assert harmless(given) == kept
