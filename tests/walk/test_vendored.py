"""Files of other projects: each is named in the manifest beside it, with its licence, and is unchanged."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.walk.repository import ROOT

FOLDERS = (ROOT / "mainstay" / "kit" / "static" / "kit" / "vendor", ROOT / "tests" / "vendor")
NEEDED = {"file", "package", "version", "licence", "licence_file", "sha256"}


def entries(folder: Path) -> dict[str, dict[str, Any]]:
    return tomllib.loads((folder / "manifest.toml").read_text())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_each_file_is_what_the_manifest_says(folder: Path) -> None:
    for name, entry in entries(folder).items():
        assert set(entry) == NEEDED, name
        assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], name
        assert (folder / entry["licence_file"]).read_text().strip(), name


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_no_file_is_there_without_being_named(folder: Path) -> None:
    named = {entry[key] for entry in entries(folder).values() for key in ("file", "licence_file")}
    assert {path.name for path in folder.iterdir()} == named | {"manifest.toml"}


def test_every_vendored_folder_is_looked_at() -> None:
    found = {path.parent for path in ROOT.glob("[mt]*/**/vendor/*") if ".venv" not in path.parts}
    assert found == set(FOLDERS)
