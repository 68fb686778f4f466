"""What the package stands on: every dependency has a reason, every lock holds what it should and no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.walk.repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("uv", "run", "dev", "audit")
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", re.MULTILINE)
DEPENDENCY = re.compile(r'^    "[A-Za-z0-9][^"]*",(.*)$')


def lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def locked(name: str) -> dict[str, str]:
    """The versions by name that a lock holds."""
    return dict(LOCKED.findall(lock(name).read_text()))


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_alone(name):
    line = re.compile(r"[a-z0-9][a-z0-9._-]*==[\w.!+-]+( ; [^:]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [each for each in lock(name).read_text().splitlines() if not line.fullmatch(each)] == []


@pytest.mark.parametrize(("smaller", "larger"), [("run", "dev"), ("dev", "audit")])
def test_the_larger_lock_holds_the_smaller(smaller, larger):
    assert locked(smaller).items() <= locked(larger).items()


def test_the_locks_hold_every_dependency():
    assert names(PROJECT["project"]["dependencies"]) <= set(locked("run"))
    assert names(PROJECT["dependency-groups"]["dev"]) <= set(locked("dev"))
    assert names(PROJECT["dependency-groups"]["audit"]) <= set(locked("audit"))


def test_every_dependency_says_what_it_is_for():
    lists = re.findall(
        r"^(?:dependencies|dev|audit) = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.M | re.S
    )
    lines = [match for part in lists for line in part.splitlines() if (match := DEPENDENCY.match(line))]
    assert len(lists) == 3
    assert [line.group() for line in lines if not line.group(1).strip().startswith("# ")] == []


def test_every_area_is_under_the_import_contract():
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    inside = next(each for each in contracts if each["name"].startswith("Inside an area"))
    areas = {f"mainstay.{path.parent.name}" for path in (ROOT / "mainstay").glob("*/apps.py")}
    composed = {f"mainstay.{name}" for name in ("config", "flows", "faces", "demo", "kit", "common")}
    assert set(inside["containers"]) == areas - composed


def test_the_facts_of_every_area_are_held_pure():
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    pure = next(each for each in contracts if each["name"] == "Rules and facts are pure")
    found = {
        f"mainstay.{path.parent.name}.facts" for path in (ROOT / "mainstay").glob("*/facts*") if path.stem == "facts"
    }
    assert found - {"mainstay.common.facts"} <= set(pure["source_modules"])
