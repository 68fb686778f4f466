"""What clocks come to, and facts about counting them anew. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from mainstay.desk.facts.ticket import TicketFact


class ClockOutcome(StrEnum):
    """How a clock ended."""

    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class RecomputationState(StrEnum):
    """How far a recomputation is. `dropped`: somebody looked, and left all as it was."""

    LOOKING = "looking"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class TicketRecomputed(TicketFact):
    """Clocks of the ticket count in other office hours or holidays from now on; how many of them are due otherwise."""

    kind: ClassVar[str] = "desk.ticket_recomputed"
    recomputation_id: int
    clocks: int


@dataclass(frozen=True, kw_only=True)
class ClockCorrected(TicketFact):
    """The result of a clock that had ended was corrected, with a reason; the old one stays on record."""

    kind: ClassVar[str] = "desk.clock_corrected"
    clock_id: int
    before_id: int
    after_id: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RecomputationFact:
    """A fact about clocks counted anew, of one client or of all."""

    kind: ClassVar[str] = ""
    recomputation_id: int

    @property
    def subject(self) -> str:
        return f"recomputation:{self.recomputation_id}"


@dataclass(frozen=True, kw_only=True)
class RecomputationConfirmed(RecomputationFact):
    """Somebody let it be carried out, knowing how many clocks it would move."""

    kind: ClassVar[str] = "desk.recomputation_confirmed"
    expected: int


@dataclass(frozen=True, kw_only=True)
class RecomputationDone(RecomputationFact):
    """It is carried out: of so many clocks, so many are due at another instant."""

    kind: ClassVar[str] = "desk.recomputation_done"
    clocks: int
    changed: int
