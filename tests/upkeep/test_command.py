"""`mainstay upkeep match`: a file and a folder in, what is wrong out; no installation, no network."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ADVISORY = {
    "id": "GHSA-1",
    "modified": "2026-01-02T00:00:00Z",
    "aliases": ["CVE-2026-1"],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "django"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "4.2"}, {"fixed": "4.2.3"}]}],
        }
    ],
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("Django==4.2.1\nflask==3.0\n")
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "osv.json").write_text(json.dumps([ADVISORY]))
    (tmp_path / "feeds" / "kev.json").write_text(
        '{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-1"}]}'
    )
    return tmp_path


def said(place: Path, *words: str, inventory: str = "requirements.txt") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mainstay", "upkeep", "match", "--inventory", str(place / inventory)]
    environ = {"MAINSTAY_DATA": str(place / "nothing"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [*command, "--advisories", str(place / "feeds"), *words],
        capture_output=True, text=True, check=False, env=environ, timeout=60,
    )  # fmt: skip


def test_everything_as_json(place: Path) -> None:
    found = json.loads(said(place, "--json").stdout)
    assert found["format"] == "requirements.txt"
    assert (found["components"], found["advisories"], found["unjudged"], found["problems"]) == (2, 1, [], [])
    [one] = found["vulnerabilities"]
    assert one["component"] == {"ecosystem": "PyPI", "name": "Django", "version": "4.2.1", "release": ""}
    assert (one["name"], one["aliases"], one["ruling"]) == ("CVE-2026-1", ["GHSA-1"], "affected")
    assert (one["severity"], one["score"], one["is_exploited"], one["fixed_in"]) == ("critical", 9.8, True, ["4.2.3"])
    assert one["findings"][0]["rule"] == "range 1 of 1, ECOSYSTEM: 4.2 <= 4.2.1 < 4.2.3"
    assert not (place / "nothing").exists()


def test_the_same_for_people(place: Path) -> None:
    told = said(place).stdout
    assert "CVE-2026-1 (used by attackers)  fixed in 4.2.3" in told
    assert "2 of 2 components can be judged, by 1 advisories." in told


def test_what_cannot_be_judged_is_said(place: Path) -> None:
    (place / "composer.lock").write_text('{"packages": [{"name": "acme/shop", "version": "1.0"}], "content-hash": "x"}')
    told = said(place, inventory="composer.lock").stdout
    assert "0 of 1 components can be judged" in told
    assert "cannot be judged: acme/shop 1.0: there are no advisories for Packagist" in told


@pytest.mark.parametrize(
    ("inventory", "told"), [("none.lock", "cannot be read"), ("feeds/kev.json", "none of the files that are known")]
)
def test_a_mistake_is_told_in_a_line(place: Path, inventory: str, told: str) -> None:
    ended = said(place, inventory=inventory)
    assert ended.returncode != 0
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
