"""What a client is handed: its own evidence alone, and a program that finds out whatever was altered."""

import ast
import json
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from django.utils import timezone
from typer.testing import CliRunner

from mainstay.common import seals
from mainstay.config.cli import processes
from mainstay.config.cli.commands import app
from mainstay.watch import actions
from mainstay.watch.evidence.verify import assemble
from mainstay.watch.queries import bundle
from tests.cast import CANARY, Cast
from tests.watch.world import OK, REFUSED, START, minutes, monitor_of, take

DAY = START.date()
TODAY = timezone.now().date()
CLOSED = START + timedelta(days=3)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings) -> Path:
    settings.MAINSTAY = replace(settings.MAINSTAY, data=tmp_path / "data")
    return tmp_path


@pytest.fixture
def handed_out(db: None, cast: Cast, tmp_path: Path) -> Path:
    """The folder of a bundle of client A: a website with an outage; client B has evidence of its own."""
    cast.signed_otherwise(cast.a, terms={"downtime": {"unknown_excess": "shown"}})
    first, second = monitor_of(cast.website(cast.a)), monitor_of(cast.website(cast.b))
    looks = minutes(first, [OK] * 20 + [REFUSED] * 9 + [OK] * 31) + minutes(second, [OK] * 60)
    take(sorted(looks, key=lambda each: each.at))
    while actions.write_evidence(at=CLOSED):
        pass
    older = seals.head()
    seals.seal_facts(at=timezone.now() + timedelta(days=3))
    assert older is not None
    target = tmp_path / "bundle.zip"
    since = bundle.Since(older.size, older.root)
    span = {"start": DAY, "end": TODAY + timedelta(days=1)}
    bundle.write_bundle(client=cast.a, target=target, at=timezone.now(), since=since, **span)
    folder = tmp_path / "bundle"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    return folder


WITHOUT = """
import runpy, sys
for name in sys.argv.pop(1).split(","):
    sys.modules[name] = None
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""


def check(folder: Path, *words: str, without: str = "mainstay") -> tuple[int, str]:
    """Run the program that lies in the bundle, away from Mainstay and without some packages."""
    command = [sys.executable, "-I", "-c", WITHOUT, without, str(folder / "verify.py"), str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder.parent, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def test_an_honest_bundle_is_as_it_was_sealed(handed_out: Path) -> None:
    status, told = check(handed_out)

    assert (status, "All is as it was sealed." in told) == (0, True)
    assert "60 checks, outages: 1." in told
    assert "down and charged 0:09:00 (at least 0:08:00, at most 0:10:00), up 0:52:00" in told


def test_pyarrow_alone_says_the_same(handed_out: Path) -> None:
    assert check(handed_out, without="mainstay,duckdb") == check(handed_out)
    assert "One of the packages duckdb and pyarrow is needed" in check(handed_out, without="duckdb,pyarrow")[1]


def named(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a file defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [name.id for each in targets for name in ast.walk(each) if isinstance(name, ast.Name)]


def test_the_program_is_one_file_in_which_no_name_stands_for_two_things(handed_out: Path) -> None:
    text = (handed_out / "verify.py").read_text()
    names = Counter(name for each in ast.parse(text, feature_version=(3, 10)).body for name in named(each))

    assert text == assemble.program()
    assert "import mainstay" not in text
    assert "from mainstay" not in text
    assert [name for name, count in names.items() if count > 1] == []


def test_nothing_of_another_client_is_in_it(handed_out: Path, cast: Cast) -> None:
    content = b"".join(path.read_bytes() for path in handed_out.rglob("*") if path.is_file())
    assert CANARY.encode() not in content
    own = set(cast.a.websites.values_list("pk", flat=True))
    for path in handed_out.rglob("*.parquet"):
        rows = duckdb.connect().execute(f"SELECT DISTINCT website FROM '{path}'").fetchall()
        assert {row[0] for row in rows} <= own


def test_an_older_head_that_was_kept_is_the_beginning(handed_out: Path) -> None:
    since = json.loads((handed_out / "manifest.json").read_text())["since"]

    assert check(handed_out, "--since", f"{since['size']}:{since['root']}")[0] == 0
    status, told = check(handed_out, "--since", f"{since['size']}:{'a' * 64}")
    assert (status, "the past was altered" in told) == (1, True)
    assert "ask for one made with --since 1:" in check(handed_out, "--since", f"1:{'a' * 64}")[1]


def _rows(folder: Path, change: str) -> None:
    (path,) = folder.rglob("*.parquet")
    database = duckdb.connect()
    database.execute(f"CREATE TABLE packed AS SELECT * FROM '{path}'")
    database.execute(change)
    database.execute(f"COPY packed TO '{path}' (FORMAT parquet)")


def _facts(folder: Path, old: str, new: str) -> None:
    for path in (folder / "facts").rglob("*.txt"):
        path.write_text(path.read_text().replace(old, new))


def _manifest(folder: Path, change: Callable[[dict], None]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


TAMPERINGS: dict[str, tuple[Callable[[Path], None], str]] = {
    "flipped": (lambda f: _rows(f, "UPDATE packed SET code = 'ok'"), "were altered (as many as were sealed)"),
    "deleted": (lambda f: _rows(f, "DELETE FROM packed WHERE minute = 21"), "60 were sealed, 59 are here"),
    "inserted": (
        lambda f: _rows(f, "INSERT INTO packed SELECT * REPLACE (late_ms + 7 AS late_ms) FROM packed LIMIT 1"),
        "60 were sealed, 61 are here",
    ),
    "left out": (lambda f: next(f.rglob("*.parquet")).unlink(), ""),
    "a fact altered": (lambda f: _facts(f, "T08:20", "T08:25"), "the facts recorded on"),
    "a fact file gone": (lambda f: next((f / "facts").rglob("*.txt")).unlink(), "are sealed, and missing here"),
    "an entry altered": (
        lambda f: _manifest(f, lambda m: m["leaves"][0].update(entry=m["leaves"][0]["entry"] + " ")),
        "is not in the sealed log, or was altered",
    ),
    "an entry left out": (lambda f: _manifest(f, lambda m: m["leaves"].pop(0)), "were never sealed: they were put in"),
    "another root": (
        lambda f: _manifest(f, lambda m: m["head"].update(root="b" * 64)),
        "is not in the sealed log, or was altered",
    ),
    "moved": (
        lambda f: _manifest(f, lambda m: m["leaves"][0].update(number=m["leaves"][0]["number"] + 1)),
        "is not in the sealed log, or was altered",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_altered_is_named(handed_out: Path, name: str) -> None:
    tamper, told = TAMPERINGS[name]
    if name == "left out":
        _manifest(handed_out, lambda m: m["files"].clear())
        told = "are sealed, and missing here"
    tamper(handed_out)

    status, said = check(handed_out)
    assert status == 1
    assert told in said


@pytest.mark.django_db
def test_the_command_writes_it_and_names_mistakes(
    cast: Cast, handed_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "set_up", lambda: None)
    target = tmp_path / "again.zip"
    words = ["evidence", "export", str(target), "--client", cast.a.slug, "--from", "2026-03-01"]
    done = CliRunner().invoke(app, [*words, "--to", "2026-03-05"])

    assert done.exit_code == 0, done.output
    assert "1 files of checks" in done.output
    assert zipfile.ZipFile(target).testzip() is None
    assert "must be from one day" in str(CliRunner().invoke(app, [*words, "--to", "2026-03-01"]).exception)
    assert "is no date" in str(CliRunner().invoke(app, [*words, "--to", "soon"]).exception)
    assert not list(tmp_path.glob(".bundle-*"))


def test_a_day_whose_file_is_not_written_yet_is_not_in_the_bundle(db: None, cast: Cast, tmp_path: Path) -> None:
    """Between a day's closing and its file, a bundle must not say that its outages rest on nothing."""
    take(minutes(monitor_of(cast.website(cast.a)), [OK] * 20 + [REFUSED] * 9 + [OK] * 31))
    seals.seal_facts(at=timezone.now() + timedelta(days=3))
    target, span = tmp_path / "bundle.zip", {"start": DAY, "end": DAY + timedelta(days=2)}

    counts = bundle.write_bundle(client=cast.a, target=target, at=CLOSED, **span)

    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "bundle")
    covered = json.loads((tmp_path / "bundle/manifest.json").read_text())["covered"]
    status, told = check(tmp_path / "bundle")
    assert (counts["files"], covered["to"][:10]) == (0, DAY.isoformat())
    assert status == 0, told
