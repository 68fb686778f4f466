"""What becomes of an outage. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class OutageOpened:
    """An environment of a website was confirmed to be down."""

    kind: ClassVar[str] = "watch.outage_opened"
    outage_id: int
    website_id: int
    started_at: datetime
    code: str
    is_past: bool = False
    """It is over already: late checks told of it, and nobody need be called."""
    cause_id: int | None = None
    """The failure of a dependency that made it, as far as was known by then."""

    @property
    def subject(self) -> str:
        return f"outage:{self.outage_id}"


@dataclass(frozen=True)
class OutageClosed:
    """The environment was confirmed to be up again."""

    kind: ClassVar[str] = "watch.outage_closed"
    outage_id: int
    website_id: int
    ended_at: datetime
    is_past: bool = False
    """Late checks told of the end, and of the outage as well."""

    @property
    def subject(self) -> str:
        return f"outage:{self.outage_id}"


@dataclass(frozen=True)
class OutageAcknowledged:
    """A person has taken the outage on."""

    kind: ClassVar[str] = "watch.outage_acknowledged"
    outage_id: int

    @property
    def subject(self) -> str:
        return f"outage:{self.outage_id}"
