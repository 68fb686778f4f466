"""FriendsOfPHP's advisories, one YAML file each: https://github.com/FriendsOfPHP/security-advisories."""

import re
from typing import Any

from mainstay.upkeep.facts import Advisory, Affected, Ecosystem, Event, EventKind, Range, RangeKind
from mainstay.upkeep.feeds.files import Document
from mainstay.upkeep.feeds.reading import NotReadable, table, text, texts

PREFIX = "composer://"
_BOUND = re.compile(r"\s*(>=|>|<=|<|==?)\s*(\S+)\s*")
_KINDS = {">=": EventKind.INTRODUCED, ">": EventKind.AFTER, "<": EventKind.FIXED, "<=": EventKind.LAST_AFFECTED}


def knows(document: Document) -> bool:
    """Whether it names a package of Composer's and branches."""
    said = table(document.value)
    return text(said.get("reference")).startswith(PREFIX) and isinstance(said.get("branches"), dict)


def read(document: Document) -> list[Advisory]:
    """The one advisory of the file.

    Raises:
        NotReadable: its versions are not bounds.
    """
    said = table(document.value)
    package = text(said["reference"]).removeprefix(PREFIX)
    cve = text(said.get("cve"))
    stem = document.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    ranges = tuple(found for each in said["branches"].values() for found in _ranges(table(each)))
    affected = Affected(ecosystem=Ecosystem.PACKAGIST, name=package, ranges=ranges)
    advisory = Advisory(
        id=f"FOP:{package}/{stem}",
        feed="friendsofphp",
        summary=text(said.get("title")),
        aliases=(cve,) if cve and cve != "~" else (),
        affected=(affected,),
        published=_first_time(said),
        url=text(said.get("link")),
    )
    return [advisory]


def _ranges(branch: dict[str, Any]) -> list[Range]:
    bounds = [_bound(each) for each in texts(branch.get("versions"))]
    same = [Range(RangeKind.ECOSYSTEM, (Event(EventKind.INTRODUCED, version), Event(EventKind.LAST_AFFECTED, version)))
            for sign, version in bounds if sign in ("=", "==")]  # fmt: skip
    events = [Event(_KINDS[sign], version) for sign, version in bounds if sign in _KINDS]
    if events and not any(each.kind in (EventKind.INTRODUCED, EventKind.AFTER) for each in events):
        events.insert(0, Event(EventKind.INTRODUCED, "0"))
    return [*same, *([Range(RangeKind.ECOSYSTEM, tuple(events))] if events else [])]


def _bound(said: str) -> tuple[str, str]:
    match = _BOUND.fullmatch(said)
    if match is None:
        raise NotReadable(f"{said!r} is no bound of versions")
    return match[1], match[2]


def _first_time(said: dict[str, Any]) -> str:
    times = sorted(str(table(each)["time"]) for each in said["branches"].values() if table(each).get("time"))
    return times[0] if times else ""
