"""Facts about how the agency sorts its tickets and works on them. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from mainstay.desk.facts.ticket import TicketFact


@dataclass(frozen=True, kw_only=True)
class TicketMerged(TicketFact):
    """The ticket went into another, in which its story is read from here on."""

    kind: ClassVar[str] = "desk.ticket_merged"
    target_id: int


@dataclass(frozen=True, kw_only=True)
class MergeUndone(TicketFact):
    """A merge was taken back: the ticket stands as it stood before."""

    kind: ClassVar[str] = "desk.merge_undone"
    target_id: int


@dataclass(frozen=True, kw_only=True)
class TicketSplit(TicketFact):
    """Messages of the ticket went into a new one, which follows it."""

    kind: ClassVar[str] = "desk.ticket_split"
    new_id: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class TicketLinked(TicketFact):
    """The ticket was said to belong to another; `code` says how, `removed` that it does not any more. It is on record
    of both: `is_from_other` of the one that was linked to."""

    kind: ClassVar[str] = "desk.ticket_linked"
    other_id: int
    code: str
    is_from_other: bool = False


@dataclass(frozen=True, kw_only=True)
class TicketSnoozed(TicketFact):
    """The ticket rests until an instant (ISO); empty: it came back."""

    kind: ClassVar[str] = "desk.ticket_snoozed"
    until: str


@dataclass(frozen=True, kw_only=True)
class TicketTagged(TicketFact):
    """The ticket's tags were changed; how many it has now."""

    kind: ClassVar[str] = "desk.ticket_tagged"
    count: int


@dataclass(frozen=True, kw_only=True)
class TimeSpent(TicketFact):
    """Somebody worked on the ticket for so many minutes."""

    kind: ClassVar[str] = "desk.time_spent"
    minutes: int
    message_id: int | None = None


@dataclass(frozen=True)
class TicketsChangedTogether:
    """A bulk change began; each of its `tickets` has a fact of its own as it is changed."""

    kind: ClassVar[str] = "desk.tickets_changed_together"
    bulk_id: int
    tickets: int
    code: str

    @property
    def subject(self) -> str:
        return f"ticket_bulk:{self.bulk_id}"
