"""Components, advisories and what a match of both says; pure.

An advisory is kept in the shape of OSV (https://ossf.github.io/osv-schema/), whatever feed it came from: packages, each
with ranges of events and with versions by name.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar


class Ecosystem(StrEnum):
    """Where packages have their names and versions from; the words are OSV's, except for those it does not know."""

    PYPI = "PyPI"
    NPM = "npm"
    PACKAGIST = "Packagist"
    RUBYGEMS = "RubyGems"
    GO = "Go"
    CRATES = "crates.io"
    DEBIAN = "Debian"
    WORDPRESS_CORE = "WordPress"
    WORDPRESS_PLUGIN = "WordPress plugin"
    WORDPRESS_THEME = "WordPress theme"
    DRUPAL = "Drupal"


class Trust(StrEnum):
    """How far a source can be believed. From what is only guessed at follows a question, and never a finding."""

    LOCKED = "locked"
    """Read from what installs it: a lock file, a package database, the software's own list."""
    STATED = "stated"
    """Somebody typed it, or a bill of materials says it."""
    GUESSED = "guessed"
    """A hint from outside, as a generator tag."""


class RangeKind(StrEnum):
    """What the versions of a range's events are."""

    ECOSYSTEM = "ECOSYSTEM"
    SEMVER = "SEMVER"
    GIT = "GIT"


class EventKind(StrEnum):
    """What begins or ends at a version."""

    INTRODUCED = "introduced"
    FIXED = "fixed"
    LAST_AFFECTED = "last_affected"
    AFTER = "after"
    """Introduced with the next version after this one; no event of OSV's, but some feeds say it so."""
    LIMIT = "limit"


class Ruling(StrEnum):
    """What can be said of a component and an advisory for its package."""

    AFFECTED = "affected"
    DISPUTED = "disputed"
    """Affected by its ranges or by its list of versions, but not by both, where it has both."""
    CANNOT_DECIDE = "cannot_decide"
    """Nothing in it can be compared with the version that is there."""
    NOT_AFFECTED = "not_affected"


@dataclass(frozen=True, slots=True)
class Component:
    """A package at a version. `release` is that of the system it was made for ("12" of Debian), where it matters."""

    ecosystem: str
    name: str
    version: str
    release: str = ""
    trust: Trust = Trust.LOCKED
    is_direct: bool = True
    """Whether the website asks for it itself; False when only something that it uses does."""


@dataclass(frozen=True, slots=True)
class Event:
    kind: EventKind
    version: str


@dataclass(frozen=True, slots=True)
class Range:
    """Events in any order; "0" stands before every version."""

    kind: RangeKind
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """One package of an advisory: affected by any of the ranges, or by a version named."""

    ecosystem: str
    name: str
    release: str = ""
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()
    fixed_in: tuple[str, ...] = ()
    """Versions that hold the fix, where the feed names them apart from its ranges."""


@dataclass(frozen=True, slots=True)
class Advisory:
    """A published vulnerability. Instants are as the feed wrote them (RFC 3339), empty where it wrote none."""

    id: str
    feed: str
    summary: str = ""
    aliases: tuple[str, ...] = ()
    affected: tuple[Affected, ...] = ()
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    vectors: tuple[str, ...] = ()
    """CVSS vectors."""
    severity: str = ""
    """A word of the feed's own where it gives no vector: critical, high, medium, low."""
    url: str = ""

    @property
    def names(self) -> frozenset[str]:
        """All that it is called."""
        return frozenset((self.id, *self.aliases))


@dataclass(frozen=True, slots=True)
class Finding:
    """A component, an advisory, and why the one is held to be hit by the other."""

    component: Component
    advisory: Advisory
    ruling: Ruling
    rule: str
    """The rule that fired, in words: `range 1 of 2, ECOSYSTEM: 1.0 <= 1.4.2 < 1.4.3`."""
    fixed_in: tuple[str, ...] = ()
    """The lowest version of each range that holds a fix and is above what is there; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """Findings on one component that are about the same thing, under its best known name."""

    component: Component
    name: str
    aliases: tuple[str, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def ruling(self) -> Ruling:
        """The gravest of what the advisories say."""
        said = {each.ruling for each in self.findings}
        return next(each for each in (Ruling.AFFECTED, Ruling.DISPUTED, Ruling.CANNOT_DECIDE) if each in said)


@dataclass(frozen=True, kw_only=True)
class _AboutWebsite:
    client_id: int
    website_id: int

    @property
    def subject(self) -> str:
        return f"website:{self.website_id}"


@dataclass(frozen=True, kw_only=True)
class SourceAdded(_AboutWebsite):
    """There is a further source of what a website is made of; it is believed for `fresh_days`."""

    kind: ClassVar[str] = "upkeep.source_added"
    source_id: int
    fresh_days: int


@dataclass(frozen=True, kw_only=True)
class SourceEnded(_AboutWebsite):
    """A source counts no more. What it said is kept."""

    kind: ClassVar[str] = "upkeep.source_ended"
    source_id: int


@dataclass(frozen=True, kw_only=True)
class InventoryTaken(_AboutWebsite):
    """A source said what the website is made of, and it was something else than before: so many components."""

    kind: ClassVar[str] = "upkeep.inventory_taken"
    source_id: int
    snapshot_id: int
    components: int
    added: int
    removed: int
    changed: int
