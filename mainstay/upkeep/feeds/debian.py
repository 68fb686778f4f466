"""Debian's security tracker: https://security-tracker.debian.org/tracker/data/json: source packages, CVEs, releases.

Names of releases are kept as they stand, with their number where it is known: components of Debian carry numbers.
"""

from typing import Any

from mainstay.upkeep.facts import Advisory, Affected, Ecosystem, Event, EventKind, Range, RangeKind
from mainstay.upkeep.feeds.files import Document
from mainstay.upkeep.feeds.reading import table, text

NUMBERS = {"buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14"}
URGENCIES = {"high": "high", "medium": "medium", "low": "low"}
NOT_HIT = "0"
"""Fixed in a version before every other: the package of that release was never hit."""


def knows(document: Document) -> bool:
    """Whether it is a table of packages, each a table of CVEs with releases."""
    package = next(iter(table(document.value).values()), None)
    cve = next(iter(table(package).values()), None)
    return isinstance(cve, dict) and isinstance(cve.get("releases"), dict)


def read(document: Document) -> list[Advisory]:
    """An advisory for each CVE of each package."""
    return [
        _advisory(package, name, table(said))
        for package, cves in table(document.value).items()
        for name, said in table(cves).items()
    ]


def _advisory(package: str, name: str, said: dict[str, Any]) -> Advisory:
    releases = {release: table(each) for release, each in table(said.get("releases")).items()}
    said_urgencies = (text(each.get("urgency")) for each in releases.values())
    urgencies = [URGENCIES[each] for each in said_urgencies if each in URGENCIES]
    return Advisory(
        id=f"DEBIAN-{name}" if name.startswith("CVE-") else name,
        feed="debian",
        summary=text(said.get("description"))[:300],
        aliases=(name,) if name.startswith("CVE-") else (),
        affected=tuple(
            found for release, each in releases.items() if (found := _affected(package, release, each)) is not None
        ),
        severity=urgencies[0] if urgencies else "",
        url=f"https://security-tracker.debian.org/tracker/{name}",
    )


def _affected(package: str, release: str, said: dict[str, Any]) -> Affected | None:
    status, fixed = text(said.get("status")), text(said.get("fixed_version"))
    if status not in ("open", "resolved") or fixed == NOT_HIT:
        return None
    events = [Event(EventKind.INTRODUCED, "0")]
    if status == "resolved" and fixed:
        events.append(Event(EventKind.FIXED, fixed))
    number = NUMBERS.get(release, release)
    return Affected(Ecosystem.DEBIAN, package, number, (Range(RangeKind.ECOSYSTEM, tuple(events)),))
