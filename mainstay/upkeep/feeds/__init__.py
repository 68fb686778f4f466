"""Advisories from files, whatever feed wrote them: one module a format, and one line here.

A format says whether a document is its own, and reads it. What cannot be read is told; the rest is read all the same.
"""

from dataclasses import dataclass, field
from pathlib import Path

from mainstay.upkeep.facts import Advisory
from mainstay.upkeep.feeds import debian, endoflife, friendsofphp, kev, osv, wordfence
from mainstay.upkeep.feeds.files import Document, documents
from mainstay.upkeep.feeds.reading import NotReadable
from mainstay.upkeep.rules.lifecycle import Cycle

FORMATS = (osv, wordfence, friendsofphp, debian)
"""Modules with `knows(document) -> bool` and `read(document) -> list[Advisory]`."""


@dataclass
class Feeds:
    """What the files of a folder hold.

    `exploited`: CVEs that are known to be used. `cycles`: the lines of versions of each product. `problems`: what was
    not read.
    """

    advisories: list[Advisory] = field(default_factory=list)
    exploited: set[str] = field(default_factory=set)
    cycles: dict[str, tuple[Cycle, ...]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    documents: int = 0


def read_folder(folder: Path) -> Feeds:
    """Everything below a folder: JSON, YAML, and ZIP archives of them."""
    feeds = Feeds()
    for document in documents(folder, feeds.problems):
        feeds.documents += 1
        try:
            _take(document, feeds)
        except NotReadable as problem:
            feeds.problems.append(f"{document.name}: {problem}")
    return feeds


def _take(document: Document, feeds: Feeds) -> None:
    if kev.knows(document):
        feeds.exploited |= kev.read(document)
    elif endoflife.knows(document):
        product, cycles = endoflife.read(document)
        feeds.cycles[product] = cycles
    else:
        feeds.advisories += advisories(document)


def advisories(document: Document) -> list[Advisory]:
    """The advisories of one document.

    Raises:
        NotReadable: no format knows it, or the one that does cannot make sense of it.
    """
    for known in FORMATS:
        if known.knows(document):
            return known.read(document)
    raise NotReadable("this is in none of the formats that are known")


__all__ = ["FORMATS", "Document", "Feeds", "NotReadable", "advisories", "read_folder"]
