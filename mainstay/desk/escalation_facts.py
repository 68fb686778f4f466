"""Facts about the escalation procedure and its steps. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from mainstay.desk.facts import TicketFact


@dataclass(frozen=True, kw_only=True)
class EscalationTaken(TicketFact):
    """A step was taken: `percent` of the clock `clock` (both empty for what the client asked for by its own button).

    `told` holds the ids of those who were told; `late_s` is how long after it was due.
    """

    kind: ClassVar[str] = "desk.escalation_taken"
    step_id: int
    way: str
    clock: str
    percent: int | None
    told: list[int]
    client_told: bool
    late_s: int


@dataclass(frozen=True, kw_only=True)
class EscalationRepeated(TicketFact):
    """Nobody had accepted a step, so it was said again: the `number`th time, to those in `told`."""

    kind: ClassVar[str] = "desk.escalation_repeated"
    step_id: int
    number: int
    told: list[int]


@dataclass(frozen=True, kw_only=True)
class EscalationAccepted(TicketFact):
    """Somebody took on what these steps were about."""

    kind: ClassVar[str] = "desk.escalation_accepted"
    step_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class EscalationMissed(TicketFact):
    """A step was due, and nobody had taken it when its clock ended."""

    kind: ClassVar[str] = "desk.escalation_missed"
    step_id: int
    clock: str
    percent: int


@dataclass(frozen=True, kw_only=True)
class EscalationLapsed(TicketFact):
    """Until now nobody had taken what was due since `due_at` (an ISO instant): steps were not carried out.

    It is recorded when that ends: a step is taken late, or something happens that moves when it is due.
    """

    kind: ClassVar[str] = "desk.escalation_lapsed"
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ProcedurePutInForce:
    """A version of the procedure holds from `effective_at` (an ISO instant) on."""

    kind: ClassVar[str] = "desk.procedure_put_in_force"
    procedure_id: int
    number: int
    effective_at: str

    @property
    def subject(self) -> str:
        return f"procedure:{self.procedure_id}"
