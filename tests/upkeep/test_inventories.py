"""Lock files, package databases, bills of materials and lists: what is installed, and at which version."""

import json

import pytest

from mainstay.upkeep.facts import Component, Trust
from mainstay.upkeep.inventories import FORMATS, NotAnInventory, read

COMPOSER = {
    "content-hash": "x",
    "packages": [{"name": "Acme/Shop", "version": "v1.2.3"}, {"name": "drupal/core", "version": "10.1.0"}],
    "packages-dev": [{"name": "phpunit/phpunit", "version": "9.0"}],
}
NPM_3 = {
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "site", "dependencies": {"left-pad": "^1.0.0"}},
        "node_modules/left-pad": {"version": "1.3.0"},
        "node_modules/@scope/thing": {"version": "2.0.0"},
        "node_modules/a/node_modules/left-pad": {"version": "1.1.0"},
        "node_modules/other": {"name": "real-name", "version": "3.0.0"},
        "node_modules/tester": {"version": "9.0.0", "dev": True},
        "node_modules/linked": {"resolved": "packages/linked", "link": True},
        "packages/linked": {"version": "0.1.0"},
    },
}
NPM_1 = {
    "lockfileVersion": 1,
    "dependencies": {
        "a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0"}}},
        "d": {"version": "1", "dev": True},
    },
}
PNPM = """lockfileVersion: '9.0'
packages:
  '@scope/thing@2.0.0':
    resolution: {integrity: x}
  left-pad@1.3.0(react@18.0.0):
    resolution: {integrity: x}
"""
PNPM_5 = """lockfileVersion: 5.4
packages:
  /@scope/thing/2.0.0:
    dev: false
  /left-pad/1.3.0_react@18:
    dev: false
"""
YARN = """# yarn lockfile v1


"@scope/thing@^2.0.0", "@scope/thing@^2.0.1":
  version "2.0.2"
  resolved "https://example.org/x"

left-pad@^1.0.0:
  version "1.3.0"

other@npm:real-name@3.0.0:
  version "3.0.0"
"""
YARN_4 = """__metadata:
  version: 8

"left-pad@npm:^1.0.0":
  version: 1.3.0
  resolution: "left-pad@npm:1.3.0"

"site@workspace:.":
  version: 0.0.0-use.local
  resolution: "site@workspace:."
"""
UV = """version = 1
[[package]]
name = "site"
version = "0.1"
source = { virtual = "." }
[[package]]
name = "django"
version = "5.2.1"
source = { registry = "https://example.org/simple" }
"""
POETRY = '[[package]]\nname = "Django"\nversion = "5.2.1"\n\n[metadata]\nlock-version = "2.0"\n'
REQUIREMENTS = """# made by a tool
--hash-checking
django[argon2]==5.2.1 ; python_version >= "3.8" \\
    --hash=sha256:abc
Zope.Interface == 5.0  # pinned
"""
GEMFILE = """GEM
  remote: https://example.org/
  specs:
    nokogiri (1.15.4-x86_64-linux)
      racc (~> 1.4)
    rack (2.2.8)

PLATFORMS
  ruby

DEPENDENCIES
  rack (~> 2.2)!
"""
GO = """module example.org/site

go 1.21.3

require github.com/gin-gonic/gin v1.9.0

require (
	golang.org/x/net v0.10.0 // indirect
	github.com/old/thing v1.0.0
)

replace github.com/old/thing => github.com/new/thing v1.2.0
"""
DPKG = """# Debian 12
Package: libssl3
Status: install ok installed
Source: openssl
Version: 3.0.11-1~deb12u1

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: libc-bin
Status: install ok installed
Source: glibc (2.36-9)
Version: 2.36-9+b1
Description: something
 Package: not a field
"""
CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "components": [
        {"name": "django", "version": "5.2.1", "purl": "pkg:pypi/django@5.2.1"},
        {"name": "x", "components": [{"name": "thing", "purl": "pkg:npm/%40scope/thing@2.0.0"}]},
        {"name": "ssl", "purl": "pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12&upstream=openssl"},
        {"name": "nothing", "version": "1"},
    ],
}
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [
        {
            "name": "django",
            "versionInfo": "5.2.1",
            "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:pypi/django@5.2.1"}],
        }
    ],
}
WP_PLUGINS = [
    {"name": "akismet", "status": "active", "update": "none", "version": "5.1"},
    {"name": "object-cache.php", "status": "dropin", "update": "none", "version": ""},
]
WP = {
    "core": "6.4.1",
    "plugins": WP_PLUGINS,
    "themes": [{"name": "twentytwenty", "status": "active", "version": "2.0"}],
}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("composer.lock", COMPOSER, "Packagist acme/shop v1.2.3, Drupal drupal/core 10.1.0"),
        (
            "package-lock.json", NPM_3,
            "npm left-pad 1.3.0, npm @scope/thing 2.0.0, npm left-pad 1.1.0, npm real-name 3.0.0",
        ),
        ("package-lock.json", NPM_1, "npm a 1.0.0, npm b 2.0.0"),
        ("pnpm-lock.yaml", PNPM, "npm @scope/thing 2.0.0, npm left-pad 1.3.0"),
        ("pnpm-lock.yaml", PNPM_5, "npm @scope/thing 2.0.0, npm left-pad 1.3.0"),
        ("yarn.lock", YARN, "npm @scope/thing 2.0.2, npm left-pad 1.3.0, npm real-name 3.0.0"),
        ("yarn.lock", YARN_4, "npm left-pad 1.3.0"),
        ("uv.lock", UV, "PyPI django 5.2.1"),
        ("poetry.lock", POETRY, "PyPI Django 5.2.1"),
        ("Pipfile.lock", {"_meta": {}, "default": {"django": {"version": "==5.2.1"}}}, "PyPI django 5.2.1"),
        ("requirements.txt", REQUIREMENTS, "PyPI django 5.2.1, PyPI Zope.Interface 5.0"),
        ("Gemfile.lock", GEMFILE, "RubyGems nokogiri 1.15.4, RubyGems rack 2.2.8"),
        (
            "go.mod", GO,
            ("Go github.com/gin-gonic/gin 1.9.0, Go golang.org/x/net 0.10.0, Go github.com/new/thing 1.2.0,"
            " Go stdlib 1.21.3"),
        ),
        ("status", DPKG, "Debian openssl 3.0.11-1~deb12u1, Debian glibc 2.36-9"),
        ("bom.json", CYCLONEDX, "Debian openssl 3.0.11-1~deb12u1, PyPI django 5.2.1, npm @scope/thing 2.0.0"),
        ("bom.json", SPDX, "PyPI django 5.2.1"),
        ("plugins.json", WP_PLUGINS, "WordPress plugin akismet 5.1"),
        ("wp.json", WP, "WordPress wordpress 6.4.1, WordPress plugin akismet 5.1, WordPress theme twentytwenty 2.0"),
        ("own.json", {"components": [{"ecosystem": "Debian:12", "name": "x", "version": "3"}]}, "Debian x 3"),
        ("own.json", [{"purl": "pkg:composer/drupal/core@10.1.0"}], "Drupal drupal/core 10.1.0"),
    ],
)  # fmt: skip
def test_what_is_installed_is_read(name: str, given: object, expected: str) -> None:
    raw = given if isinstance(given, str) else json.dumps(given)
    inventory = read(name, raw.encode())
    said = [f"{each.ecosystem} {each.name} {each.version}" for each in inventory.components]
    assert sorted(said) == sorted(expected.split(", "))


def test_a_release_and_the_trust_come_along() -> None:
    assert read("status", DPKG.encode()).components[0] == Component("Debian", "openssl", "3.0.11-1~deb12u1", "12")
    of_bom = {each.name: each for each in read("bom.json", json.dumps(CYCLONEDX).encode()).components}
    assert of_bom["openssl"].release == "12"
    assert of_bom["django"].trust is Trust.STATED


def test_what_is_asked_for_itself_is_told_apart() -> None:
    inventory = read("package-lock.json", json.dumps(NPM_3).encode())
    assert [each.version for each in inventory.components if each.is_direct] == ["1.3.0"]


@pytest.mark.parametrize("windows", [GEMFILE, DPKG, YARN, GO])
def test_line_ends_of_windows_change_nothing(windows: str) -> None:
    name = {GEMFILE: "Gemfile.lock", DPKG: "status", YARN: "yarn.lock", GO: "go.mod"}[windows]
    assert read(name, windows.replace("\n", "\r\n").encode()) == read(name, windows.encode())


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("photo.jpg", b"\xff\xd8\xff", "none of the files that are known"),
        ("composer.lock", b"{", "no composer.lock that can be read"),
        ("composer.lock", b'{"packages": [{"name": "x"}]}', "no composer.lock that can be read"),
        ("package-lock.json", b"[]", "no package-lock.json that can be read"),
        ("requirements.txt", b"django>=4\nflask==2.0\n", "without a pinned version"),
        ("uv.lock", b"[[package", "no uv.lock or poetry.lock that can be read"),
        ("pnpm-lock.yaml", b"a: [", "no pnpm-lock.yaml that can be read"),
        ("own.json", b'{"components": [{"name": "x", "version": "1"}]}', "a component has no ecosystem"),
    ],
)
def test_a_broken_file_is_refused_as_a_whole(name: str, raw: bytes, told: str) -> None:
    with pytest.raises(NotAnInventory, match=told):
        read(name, raw)


def test_each_format_is_tried() -> None:
    assert len({each.name for each in FORMATS}) == len(FORMATS)


def read_or_refused(name: str, raw: bytes) -> tuple[Component, ...]:
    try:
        return read(name, raw).components
    except NotAnInventory:
        return ()


def test_no_bytes_make_a_format_fall_over() -> None:
    names = ["composer.lock", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "uv.lock", "Pipfile.lock"]
    names += ["requirements.txt", "Gemfile.lock", "go.mod", "status", "a.json"]
    broken = (b"", b"\x00\xff", b"[" * 3000, b'{"packages": 5}', b'{"packages": {"": 1}, "lockfileVersion": 3}')
    assert {read_or_refused(name, raw) for name in names for raw in broken} == {()}
