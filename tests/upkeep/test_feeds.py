"""Advisories out of files: OSV, Wordfence, FriendsOfPHP, Debian's tracker, CISA's catalogue."""

import json
import zipfile
from pathlib import Path

import pytest

from mainstay.upkeep import feeds
from mainstay.upkeep.facts import Advisory, Component, Ruling
from mainstay.upkeep.rules import matching
from mainstay.upkeep.rules.severity import Severity, gravest, gravity

OSV = {
    "id": "GHSA-1",
    "modified": "2026-01-02T00:00:00Z",
    "aliases": ["CVE-2026-1"],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "django"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "4.2.3"}]}],
        }
    ],
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
}
DRUPAL = {
    "id": "DRUPAL-CORE-2026-1",
    "modified": "2026-01-02T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "Packagist:https://packages.drupal.org/8", "name": "drupal/core"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "10.0.0"}, {"fixed": "10.1.2"}]}],
        }
    ],
}
WORDFENCE = {
    "uuid-1": {
        "id": "uuid-1",
        "title": "Akismet <= 3.1.4 - XSS",
        "software": [
            {
                "type": "plugin",
                "name": "Akismet",
                "slug": "akismet",
                "affected_versions": {
                    "2.5.0 - 3.1.4": {
                        "from_version": "2.5.0", "from_inclusive": True, "to_version": "3.1.4", "to_inclusive": True,
                    },
                    "* - 1.0": {
                        "from_version": "*", "from_inclusive": True, "to_version": "1.0", "to_inclusive": False,
                    },
                },
                "patched_versions": ["3.1.5"],
            }
        ],
        "cve": "CVE-2015-9357",
        "cvss": {"vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "score": 6.1, "rating": "Medium"},
        "published": "2015-10-13 00:00:00",
        "references": ["https://example.org/advisory"],
    },
    "uuid-2": {
        "id": "uuid-2",
        "title": "WordPress core",
        "software": [
            {
                "type": "core",
                "slug": "wordpress",
                "affected_versions": {
                    "6.4": {
                        "from_version": "6.4", "from_inclusive": False, "to_version": "6.4.2", "to_inclusive": False,
                    },
                },
            }
        ],
        "informational": False,
    },
    "uuid-3": {"id": "uuid-3", "informational": True, "software": []},
}  # fmt: skip
FOP = """title: A fault
link: https://example.org/x
cve: CVE-2026-7
branches:
    1.x:
        time: 2026-01-02 10:00:00
        versions: ['>=1.0', '<1.2.3']
    2.x:
        time: 2026-01-03 10:00:00
        versions: ['>2.0', '<=2.4']
reference: composer://acme/shop
"""
TRACKER = {
    "openssl": {
        "CVE-2026-3": {
            "description": "Something",
            "releases": {
                "bookworm": {"status": "resolved", "fixed_version": "3.0.11-1~deb12u2", "urgency": "high"},
                "bullseye": {"status": "open", "urgency": "high"},
                "trixie": {"status": "resolved", "fixed_version": "0", "urgency": "high"},
            },
        }
    }
}
KEV = {"catalogVersion": "2026.01.01", "vulnerabilities": [{"cveID": "CVE-2026-1"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wordfence.json").write_text(json.dumps(WORDFENCE))
    (tmp_path / "tracker.json").write_text(json.dumps(TRACKER))
    (tmp_path / "kev.json").write_text(json.dumps(KEV))
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "CVE-2026-7.yaml").write_text(FOP)
    (tmp_path / "notes.txt").write_text("nothing for us")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("GHSA-1.json", json.dumps(OSV))
        archive.writestr("DRUPAL-CORE-2026-1.json", json.dumps(DRUPAL))
    return tmp_path


def hit(folder: Path, component: Component) -> list[str]:
    read = feeds.read_folder(folder)
    return [
        f"{each.advisory.id} {each.ruling}" for each in matching.findings(component, matching.index_of(read.advisories))
    ]


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (Component("PyPI", "Django", "4.2.2"), ["GHSA-1 affected"]),
        (Component("PyPI", "Django", "4.2.3"), []),
        (Component("Drupal", "drupal/core", "10.1.1"), ["DRUPAL-CORE-2026-1 affected"]),
        (Component("WordPress plugin", "akismet", "3.1.4"), ["uuid-1 affected"]),
        (Component("WordPress plugin", "akismet", "3.1.5"), []),
        (Component("WordPress plugin", "akismet", "1.0"), []),
        (Component("WordPress plugin", "akismet", "0.9"), ["uuid-1 affected"]),
        (Component("WordPress", "wordpress", "6.4.1"), ["uuid-2 affected"]),
        (Component("WordPress", "wordpress", "6.4"), []),
        (Component("Packagist", "acme/shop", "v1.2.2"), ["FOP:acme/shop/CVE-2026-7 affected"]),
        (Component("Packagist", "acme/shop", "2.0.0"), []),
        (Component("Packagist", "acme/shop", "2.4"), ["FOP:acme/shop/CVE-2026-7 affected"]),
        (Component("Debian", "openssl", "3.0.11-1~deb12u1", "12"), ["DEBIAN-CVE-2026-3 affected"]),
        (Component("Debian", "openssl", "3.0.11-1~deb12u2", "12"), []),
        (Component("Debian", "openssl", "9", "11"), ["DEBIAN-CVE-2026-3 affected"]),
        (Component("Debian", "openssl", "1", "13"), []),
    ],
)
def test_each_feed_is_read_and_judged(folder: Path, component: Component, expected: list[str]) -> None:
    assert hit(folder, component) == expected


def test_what_is_exploited_and_what_was_not_read_are_told(folder: Path) -> None:
    (folder / "broken.json").write_text("{")
    (folder / "strange.json").write_text('{"hello": 1}')
    (folder / "bad.zip").write_bytes(b"PK no archive")
    read = feeds.read_folder(folder)
    assert read.exploited == {"CVE-2026-1"}
    assert [each.partition(":")[0] for each in sorted(read.problems)] == ["bad.zip", "broken.json", "strange.json"]
    assert {each.feed for each in read.advisories} == {"osv", "wordfence", "friendsofphp", "debian"}


def test_fixes_that_a_feed_names_apart_are_told(folder: Path) -> None:
    read = feeds.read_folder(folder)
    found = matching.findings(Component("WordPress plugin", "akismet", "3.0"), matching.index_of(read.advisories))
    assert [(each.ruling, each.fixed_in) for each in found] == [(Ruling.AFFECTED, ("3.1.5",))]


@pytest.mark.parametrize(
    ("vectors", "word", "expected"),
    [
        (("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",), "", (Severity.CRITICAL, 9.8)),
        (("AV:N/AC:L/Au:N/C:P/I:P/A:P",), "", (Severity.HIGH, 7.5)),
        (("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",), "", (Severity.MEDIUM, 6.9)),
        (("nonsense",), "moderate", (Severity.MEDIUM, None)),
        ((), "", (Severity.UNKNOWN, None)),
    ],
)
def test_how_grave_it_is(vectors: tuple[str, ...], word: str, expected: tuple) -> None:
    found = gravity(Advisory("A", "test", vectors=vectors, severity=word))
    assert (found.severity, found.score) == expected


def test_the_gravest_counts_and_unknown_only_where_nothing_is_known() -> None:
    low, unknown = Advisory("A", "test", severity="low"), Advisory("B", "test")
    assert gravest([low, unknown]).severity is Severity.LOW
    assert gravest([unknown]).severity is Severity.UNKNOWN
    assert gravest([low, Advisory("C", "test", severity="high")]).severity is Severity.HIGH


def test_what_is_too_large_or_too_much_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mainstay.upkeep.feeds.files.DOCUMENT_MAX", 300)
    monkeypatch.setattr("mainstay.upkeep.feeds.files.MEMBERS_MAX", 1)
    told = sorted(feeds.read_folder(folder).problems)
    assert any(each.startswith("all.zip: of 2 documents the first 1") for each in told)
    assert any(each.startswith("all.zip/GHSA-1.json: it is larger than") for each in told)
    assert any(each.startswith("wordfence.json: it is larger than") for each in told)
