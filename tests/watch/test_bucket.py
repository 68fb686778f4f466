"""Day files in S3-compatible storage: the same commands, the same proofs, and nothing lost while it is away."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from mainstay.common import seals
from mainstay.config.cli import processes
from mainstay.config.cli.commands import app
from mainstay.config.doctor import running
from mainstay.watch import actions
from mainstay.watch.evidence.stores import Bucket, FileMissing, StorageFailed
from mainstay.watch.models import CheckRow, DayFile
from mainstay.watch.queries import evidence
from tests.cast import Cast
from tests.storage import Storage
from tests.watch.test_bundle import check
from tests.watch.world import OK, PLACE, REFUSED, START, minutes, monitor_of, take

CLOSED = START + timedelta(days=3)
FILE = f"agency/{PLACE}/{START:%Y/%m/%d}.parquet"

pytestmark = pytest.mark.django_db


@pytest.fixture
def storage(tmp_path: Path, settings) -> Iterator[Storage]:
    """Storage, and an installation that keeps its day files there."""
    found = Storage(tmp_path).start()
    data = tmp_path / "data"
    data.mkdir()
    settings.MAINSTAY = replace(settings.MAINSTAY, data=data, **found.settings)
    yield found
    found.stop()


@pytest.fixture
def watched(cast: Cast) -> Cast:
    """A website of client A that was looked at for an hour and had an outage."""
    take(minutes(monitor_of(cast.website(cast.a)), [OK] * 20 + [REFUSED] * 9 + [OK] * 31))
    return cast


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    monkeypatch.setattr(processes, "set_up", lambda: None)
    monkeypatch.setattr(processes, "refuse_unprepared", lambda: None)
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output + str(done.exception or "")


def test_a_closed_day_goes_to_the_bucket_and_leaves_nothing_behind(storage: Storage, watched: Cast) -> None:
    assert actions.write_evidence(at=CLOSED)

    assert (storage.root / FILE).stat().st_size == DayFile.objects.get().bytes
    assert [each.name for each in evidence.room().iterdir()] == []


def test_what_is_in_the_bucket_is_verified_and_what_is_altered_there_is_named(
    storage: Storage, watched: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.write_evidence(at=CLOSED)
    seals.seal_facts(at=timezone.now() + timedelta(days=3))
    status, told = command(monkeypatch, "verify")
    assert (status, "All is as it was sealed" in told) == (0, True)

    (storage.root / FILE).write_bytes(b"PAR1 and then something else")
    (storage.root / f"agency/{PLACE}/2020/01").mkdir(parents=True)
    (storage.root / f"agency/{PLACE}/2020/01/01.parquet").write_bytes(b"put there")
    status, told = command(monkeypatch, "verify", "--json")

    findings = json.loads(told[: told.rindex("}") + 1])["findings"]
    assert (status, len(findings)) == (1, 2)
    assert "is damaged" in findings[0]
    assert f"{PLACE}/2020/01/01.parquet is none that Mainstay wrote" in findings[1]


def test_a_bundle_made_from_the_bucket_proves_itself(storage: Storage, watched: Cast, tmp_path: Path) -> None:
    from mainstay.watch.queries import bundle

    watched.signed_otherwise(watched.a, terms={"downtime": {"unknown_excess": "shown"}})
    actions.write_evidence(at=CLOSED)
    seals.seal_facts(at=timezone.now() + timedelta(days=3))
    span = {"start": START.date(), "end": timezone.now().date() + timedelta(days=1)}
    target = tmp_path / "bundle.zip"

    counts = bundle.write_bundle(client=watched.a, target=target, at=timezone.now(), **span)

    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "bundle")
    status, told = check(tmp_path / "bundle")
    assert (counts["files"], status) == (1, 0), told
    assert "60 checks, outages: 1" in told


def test_while_the_storage_is_away_nothing_is_written_and_nothing_lost(storage: Storage, watched: Cast) -> None:
    storage.stop()
    with pytest.raises(StorageFailed):
        actions.write_evidence(at=CLOSED)
    assert not DayFile.objects.exists()
    assert CheckRow.objects.count() == 60

    storage.start()
    assert actions.write_evidence(at=CLOSED)
    assert DayFile.objects.get().rows == 60


def test_old_files_leave_the_bucket(storage: Storage, watched: Cast) -> None:
    actions.write_evidence(at=CLOSED)

    assert actions.prune_evidence(at=CLOSED + timedelta(days=800)) == 1
    assert not (storage.root / FILE).exists()


def test_an_installation_moves_to_a_bucket(
    storage: Storage, watched: Cast, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    there = settings.MAINSTAY
    settings.MAINSTAY = replace(there, evidence_bucket="")
    actions.write_evidence(at=CLOSED)
    assert command(monkeypatch, "evidence", "move")[0] != 0

    settings.MAINSTAY = there
    assert "still lie in the data folder" in running.evidence_storage().sentence
    assert command(monkeypatch, "verify")[0] == 1
    status, told = command(monkeypatch, "evidence", "move")

    assert (status, "1 files moved" in told) == (0, True), told
    assert (storage.root / FILE).exists()
    assert list(evidence.own_folder().names()) == []
    assert command(monkeypatch, "verify")[0] == 0
    assert running.evidence_storage().verdict == "ok"


def test_what_does_not_come_back_the_same_stays_in_the_folder(
    storage: Storage, watched: Cast, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    there = settings.MAINSTAY
    settings.MAINSTAY = replace(there, evidence_bucket="")
    actions.write_evidence(at=CLOSED)
    settings.MAINSTAY = there
    fetch = Bucket._fetch

    def otherwise(self: Bucket, name: str, path: Path) -> None:
        fetch(self, name, path)
        path.write_bytes(path.read_bytes() + b"!")

    monkeypatch.setattr(Bucket, "_fetch", otherwise)
    status, told = command(monkeypatch, "evidence", "move")

    assert (status != 0, "hands back something else" in told) == (True, True)
    assert len(list(evidence.own_folder().names())) == 1


@pytest.mark.parametrize("wrong", [{"evidence_secret": "guessed"}, {"evidence_bucket": "s3://nowhere/agency"}])
def test_a_key_or_bucket_that_is_wrong_is_told(storage: Storage, wrong: dict[str, str], settings) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, **wrong)

    found = running.evidence_storage()

    assert found.verdict == "fail"
    assert "guessed" not in found.sentence
    assert "\n" not in found.sentence


@pytest.mark.parametrize(
    "name", ["a place/2026/01/01.parquet", "a%20place/2026/01/01.parquet", "küche/2026/01/01.parquet"]
)
def test_any_name_comes_back_as_it_was(storage: Storage, name: str) -> None:
    bucket = evidence.bucket()
    with bucket.writing(name) as path:
        path.write_bytes(b"some rows")

    assert list(bucket.names()) == [name]
    with bucket.reading(name) as path:
        assert path.read_bytes() == b"some rows"
    bucket.remove(name)
    bucket.remove(name)
    with pytest.raises(FileMissing), bucket.reading(name):
        pass
