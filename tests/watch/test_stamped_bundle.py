"""A bundle says when somebody else saw the log as it is, and verify.py finds out a stamp that does not hold."""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from mainstay.common import seals
from mainstay.common.seals import stamps
from mainstay.watch import actions
from mainstay.watch.queries import bundle, verifying
from tests.cast import Cast
from tests.stamping import NAME, StampingAuthority
from tests.watch.test_bundle import check
from tests.watch.world import OK, START, minutes, monitor_of, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def stamper(tmp_path: Path, settings) -> Iterator[StampingAuthority]:
    found = StampingAuthority(tmp_path / "tsa")
    settings.MAINSTAY = replace(settings.MAINSTAY, data=tmp_path / "data", timestamp_roots=found.roots)
    yield found
    found.close()


@pytest.fixture
def handed_out(stamper: StampingAuthority, cast: Cast, tmp_path: Path) -> Path:
    """A bundle of client A, whose head was stamped, and an older head too."""
    cast.signed_otherwise(cast.a, terms={"downtime": {"unknown_excess": "shown"}})
    take(minutes(monitor_of(cast.website(cast.a)), [OK] * 60))
    (tmp_path / "data").mkdir(exist_ok=True)
    actions.write_evidence(at=START + timedelta(days=3))
    seals.seal_facts(at=timezone.now() + timedelta(days=3))
    stamps.stamp(seals.head(), url=stamper.url, roots=stamper.roots)
    seals.seal([(seals.Entry("checks/elsewhere/9/2026-03-02/0", 1, "0" * 64), None)], at=timezone.now())
    stamps.stamp(seals.head(), url=stamper.url, roots=stamper.roots)
    assert not [each for each in verifying.verify() if "stamp" in each]
    target = tmp_path / "bundle.zip"
    span = {"start": START.date(), "end": timezone.now().date() + timedelta(days=1)}
    bundle.write_bundle(client=cast.a, target=target, at=timezone.now(), **span)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "bundle")
    return tmp_path / "bundle"


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def test_the_stamps_are_told_and_checked_with_the_authority_that_the_client_believes(
    handed_out: Path, stamper: StampingAuthority
) -> None:
    first, last = manifest_of(handed_out)["stamps"]
    assert (first["size"] + 1, first["authority"]) == (last["size"], NAME)

    status, told = check(handed_out)
    assert status == 0, told
    assert told.count("attested. With what the authority publishes") == 2

    status, told = check(handed_out, "--stamp-roots", stamper.roots)
    assert status == 0, told
    assert told.count("checked with OpenSSL.") == 2


def test_a_stamp_by_nobody_that_the_client_believes_is_wrong(handed_out: Path, tmp_path: Path) -> None:
    other = StampingAuthority(tmp_path / "other")
    other.close()

    status, told = check(handed_out, "--stamp-roots", other.roots)

    assert (status, told.count("does not hold")) == (1, 2)


def _change(folder: Path, **fields: object) -> None:
    found = manifest_of(folder)
    found["stamps"][0].update(fields)
    (folder / "manifest.json").write_text(json.dumps(found))


def _other_text(folder: Path) -> None:
    size = manifest_of(folder)["stamps"][0]["size"]
    path = folder / "stamps" / f"{size}.txt"
    path.write_bytes(path.read_bytes().replace(b"size", b"Size"))


def _other_answer(folder: Path) -> None:
    first, last = (each["size"] for each in manifest_of(folder)["stamps"])
    (folder / "stamps" / f"{first}.tsr").write_bytes((folder / "stamps" / f"{last}.tsr").read_bytes())


ALTERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "the time": (lambda folder: _change(folder, at="2020-01-01T00:00:00+00:00"), "says another time"),
    "the root": (lambda folder: _change(folder, root="0" * 64), "the log does not go on from"),
    "the proof": (lambda folder: _change(folder, path=[]), "the log does not go on from"),
    "the text": (_other_text, "is not the head of"),
    "the answer": (_other_answer, "does not hold"),
    "nothing there": (lambda folder: [each.unlink() for each in (folder / "stamps").glob("*.tsr")][:0], "is missing"),
}


@pytest.mark.parametrize(("alter", "told"), ALTERED.values(), ids=ALTERED)
def test_whatever_is_altered_is_named(
    handed_out: Path, stamper: StampingAuthority, alter: Callable[[Path], None], told: str
) -> None:
    alter(handed_out)

    status, said = check(handed_out, "--stamp-roots", stamper.roots)

    assert (status, told in said) == (1, True), said
