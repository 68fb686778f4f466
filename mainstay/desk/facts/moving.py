"""Facts about moving in from another help desk. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from mainstay.desk.facts.ticket import TicketFact


class ImportSource(StrEnum):
    """Where an import comes from."""

    ZAMMAD = "zammad"
    FREESCOUT = "freescout"
    OSTICKET = "osticket"
    FRESHDESK = "freshdesk"
    CONTACTS = "contacts"

    @property
    def label(self) -> str:
        return SOURCE_NAMES[self]


SOURCE_NAMES = {
    ImportSource.ZAMMAD: "Zammad",
    ImportSource.FREESCOUT: "FreeScout",
    ImportSource.OSTICKET: "osTicket",
    ImportSource.FRESHDESK: "Freshdesk",
    ImportSource.CONTACTS: "Contacts (CSV)",
}


class ImportState(StrEnum):
    """How far an import is."""

    LOOKING = "looking"
    READY = "ready"
    REFUSED = "refused"
    TAKING = "taking"
    TAKEN = "taken"
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True, kw_only=True)
class TicketImported(TicketFact):
    """A ticket of another help desk was taken in as history."""

    kind: ClassVar[str] = "desk.ticket_imported"
    product: str


@dataclass(frozen=True, kw_only=True)
class ImportFact:
    """A fact about one import."""

    kind: ClassVar[str] = ""
    import_id: int

    @property
    def subject(self) -> str:
        return f"import:{self.import_id}"


@dataclass(frozen=True, kw_only=True)
class ImportBegun(ImportFact):
    """Files of another help desk are being taken in."""

    kind: ClassVar[str] = "desk.import_begun"
    source: str
    expected: int


@dataclass(frozen=True, kw_only=True)
class ImportTaken(ImportFact):
    """They are taken in: so many tickets, or contacts."""

    kind: ClassVar[str] = "desk.import_taken"
    taken: int


@dataclass(frozen=True, kw_only=True)
class ImportUndone(ImportFact):
    """What was taken in is taken away again; what has been worked on meanwhile stayed (`kept`)."""

    kind: ClassVar[str] = "desk.import_undone"
    removed: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class TicketImportUndone(TicketFact):
    """A ticket that an import had brought was taken away with it; nothing had been done on it."""

    kind: ClassVar[str] = "desk.ticket_import_undone"
    import_id: int
