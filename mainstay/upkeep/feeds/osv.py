"""Records of OSV, one a document or many in a list: https://ossf.github.io/osv-schema/."""

from typing import Any

from mainstay.upkeep.facts import Advisory, Affected, Event, EventKind, Range, RangeKind
from mainstay.upkeep.feeds.files import Document
from mainstay.upkeep.feeds.reading import NotReadable, rows, table, text, texts
from mainstay.upkeep.rules.naming import ecosystem_and_release

EVENTS = {each.value: each for each in EventKind if each is not EventKind.AFTER}
KINDS = {each.value: each for each in RangeKind}


def knows(document: Document) -> bool:
    """Whether it is a record, or a list of records."""
    value = document.value
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and "id" in first and ("affected" in first or "modified" in first)


def read(document: Document) -> list[Advisory]:
    """Its records.

    Raises:
        NotReadable: a record has no id.
    """
    value = document.value
    return [record(each) for each in (value if isinstance(value, list) else [value])]


def record(given: Any) -> Advisory:
    """One record.

    Raises:
        NotReadable: it has no id.
    """
    said = table(given)
    if not text(said.get("id")):
        raise NotReadable("a record has no id")
    return Advisory(
        id=text(said["id"]),
        feed="osv",
        summary=text(said.get("summary")) or text(said.get("details"))[:300],
        aliases=texts(said.get("aliases")) + texts(said.get("upstream")),
        affected=tuple(affected for each in rows(said.get("affected")) if (affected := _affected(each)).name),
        published=text(said.get("published")),
        modified=text(said.get("modified")),
        withdrawn=text(said.get("withdrawn")),
        vectors=tuple(text(each.get("score")) for each in _severities(said) if text(each.get("score"))),
        severity=text(table(said.get("database_specific")).get("severity")).lower(),
        url=next((text(each.get("url")) for each in rows(said.get("references")) if text(each.get("url"))), ""),
    )


def _severities(said: dict[str, Any]) -> list[dict[str, Any]]:
    return rows(said.get("severity")) or [
        one for each in rows(said.get("affected")) for one in rows(each.get("severity"))
    ]


def _affected(given: dict[str, Any]) -> Affected:
    package = table(given.get("package"))
    ecosystem, release = ecosystem_and_release(text(package.get("ecosystem")))
    return Affected(
        ecosystem=ecosystem,
        name=text(package.get("name")),
        release=release,
        ranges=tuple(found for each in rows(given.get("ranges")) if (found := _range(each)) is not None),
        versions=texts(given.get("versions")),
    )


def _range(given: dict[str, Any]) -> Range | None:
    kind = KINDS.get(text(given.get("type")).upper())
    events = tuple(
        Event(EVENTS[name], version)
        for each in rows(given.get("events"))
        for name in each
        if name in EVENTS and (version := text(each[name]))
    )
    return Range(kind, events) if kind and events else None
