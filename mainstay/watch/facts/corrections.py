"""What late checks, or persons, put right. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class VoidReason(StrEnum):
    """Why an outage was taken back: it had other edges, or there was none."""

    EDGES = "edges"
    NONE = "none"


@dataclass(frozen=True)
class OutageVoided:
    """There was no such outage, as late checks say or a person does."""

    kind: ClassVar[str] = "watch.outage_voided"
    outage_id: int
    website_id: int
    reason: str
    is_past: bool = True

    @property
    def subject(self) -> str:
        return f"outage:{self.outage_id}"


@dataclass(frozen=True)
class OutageCorrected:
    """An outage had other edges: `outage_id`, which was taken back, is now `corrected_id`."""

    kind: ClassVar[str] = "watch.outage_corrected"
    outage_id: int
    corrected_id: int
    website_id: int
    reason: str
    started_at: datetime
    ended_at: datetime | None
    is_past: bool

    @property
    def subject(self) -> str:
        return f"outage:{self.outage_id}"
