"""Wordfence Intelligence, version 3 of its JSON: https://www.wordfence.com/help/wordfence-intelligence/v3-accessing-and-consuming-the-vulnerability-data-feed/.

Its ranges say from and to with each end in or out; `*` is an open end.
"""

from typing import Any

from mainstay.upkeep.facts import Advisory, Affected, Ecosystem, Event, EventKind, Range, RangeKind
from mainstay.upkeep.feeds.files import Document
from mainstay.upkeep.feeds.reading import rows, table, text, texts

ECOSYSTEMS = {
    "core": Ecosystem.WORDPRESS_CORE,
    "plugin": Ecosystem.WORDPRESS_PLUGIN,
    "theme": Ecosystem.WORDPRESS_THEME,
}
CORE = "wordpress"
OPEN = "*"


def knows(document: Document) -> bool:
    """Whether it is a table of records by their ids, each with `software`."""
    if not isinstance(document.value, dict):
        return False
    first = next(iter(document.value.values()), None)
    return isinstance(first, dict) and "software" in first


def read(document: Document) -> list[Advisory]:
    """Its records; one that is informational only is none."""
    said = (table(each) for each in table(document.value).values())
    return [_record(each) for each in said if text(each.get("id")) and not each.get("informational")]


def _record(said: dict[str, Any]) -> Advisory:
    cvss = table(said.get("cvss"))
    return Advisory(
        id=text(said["id"]),
        feed="wordfence",
        summary=text(said.get("title")),
        aliases=tuple(each for each in (text(said.get("cve")),) if each),
        affected=tuple(found for each in rows(said.get("software")) if (found := _affected(each)) is not None),
        published=text(said.get("published")),
        modified=text(said.get("updated")),
        vectors=tuple(each for each in (text(cvss.get("vector")),) if each),
        severity=text(cvss.get("rating")).lower(),
        url=next(iter(texts(said.get("references"))), ""),
    )


def _affected(said: dict[str, Any]) -> Affected | None:
    ecosystem = ECOSYSTEMS.get(text(said.get("type")))
    slug = CORE if ecosystem is Ecosystem.WORDPRESS_CORE else text(said.get("slug"))
    if ecosystem is None or not slug:
        return None
    spans = table(said.get("affected_versions")).values()
    return Affected(
        ecosystem=ecosystem,
        name=slug,
        ranges=tuple(Range(RangeKind.ECOSYSTEM, _events(table(each))) for each in spans),
        fixed_in=texts(said.get("patched_versions")),
    )


def _events(span: dict[str, Any]) -> tuple[Event, ...]:
    low, high = text(span.get("from_version")) or OPEN, text(span.get("to_version")) or OPEN
    start = EventKind.INTRODUCED if span.get("from_inclusive", True) or low == OPEN else EventKind.AFTER
    events = [Event(start, "0" if low == OPEN else low)]
    if high != OPEN:
        events.append(Event(EventKind.LAST_AFFECTED if span.get("to_inclusive", True) else EventKind.FIXED, high))
    return tuple(events)
