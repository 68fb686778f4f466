"""Bundles of evidence for tests: written, unpacked, and worked out anew in this process."""

import json
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from mainstay.clients.models import Organisation
from mainstay.common import seals
from mainstay.watch import actions
from mainstay.watch.evidence.verify.main import counts_of, digests, recomputed
from mainstay.watch.evidence.verify.sealed import contents, read_facts
from mainstay.watch.evidence.verify.seen import reader
from mainstay.watch.queries import bundle
from tests.watch.world import START

DAYS_ON = timedelta(days=3)


def sealed() -> None:
    """Write and seal the day files of all that was taken in, and the facts up to now."""
    while actions.write_evidence(at=timezone.now()):
        pass
    seals.seal_facts(at=timezone.now() + DAYS_ON)


def bundle_of(
    client: Organisation,
    folder: Path,
    start: date | None = None,
    end: date | None = None,
    reports: Iterable[bundle.Report] = (),
) -> Path:
    """The folder of an unpacked bundle."""
    folder.mkdir(parents=True, exist_ok=True)
    target, start = folder / "bundle.zip", start or START.date()
    last = end or start + timedelta(days=2)
    bundle.write_bundle(client=client, start=start, end=last, target=target, at=timezone.now(), reports=reports)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder / "bundle")
    return folder / "bundle"


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    manifest = manifest_of(folder)
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def wrong(folder: Path) -> list[str]:
    """What the checks and facts, as they lie there, make wrong of the figures; the seals are left aside."""
    manifest, facts, files = manifest_of(folder), read_facts(folder), reader()
    checks = digests(files, folder, manifest)
    assert list(contents(manifest, checks, facts)) == []
    return list(recomputed(files, folder, manifest, facts, counts_of(checks)))
