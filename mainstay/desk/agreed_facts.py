"""Facts about what was agreed on a ticket's time. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from mainstay.desk.facts import TicketFact


@dataclass(frozen=True, kw_only=True)
class HoldBegan(TicketFact):
    """The client agreed that the time for a solution stands until an instant (ISO); `contact_id` is who agreed."""

    kind: ClassVar[str] = "desk.hold_began"
    hold_id: int
    until: str
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class HoldEnded(TicketFact):
    """An agreed hold is over. `end`: day, early or over."""

    kind: ClassVar[str] = "desk.hold_ended"
    hold_id: int
    end: str


@dataclass(frozen=True, kw_only=True)
class FollowUpPlanned(TicketFact):
    """The ticket comes back to its helper on a day (ISO); said again it is another day."""

    kind: ClassVar[str] = "desk.follow_up_planned"
    due_on: str


@dataclass(frozen=True, kw_only=True)
class FollowUpDone(TicketFact):
    """What was to be looked at again was looked at."""

    kind: ClassVar[str] = "desk.follow_up_done"
