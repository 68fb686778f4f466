"""Whether a prober is believed, and may sign in. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class ProberDoubted:
    """What the prober of one place says to be down is unknown from `from_at` on: its own uplink is broken."""

    kind: ClassVar[str] = "watch.prober_doubted"
    doubt_id: int
    from_at: datetime
    reason: str

    @property
    def subject(self) -> str:
        return f"prober_doubt:{self.doubt_id}"


@dataclass(frozen=True)
class ProberTrusted:
    """The prober that was doubted is believed again."""

    kind: ClassVar[str] = "watch.prober_trusted"
    doubt_id: int
    to_at: datetime

    @property
    def subject(self) -> str:
        return f"prober_doubt:{self.doubt_id}"


@dataclass(frozen=True)
class ProberAdded:
    """A prober on another machine may sign in."""

    kind: ClassVar[str] = "watch.prober_added"
    prober_id: int
    place: str

    @property
    def subject(self) -> str:
        return f"remote_prober:{self.prober_id}"


@dataclass(frozen=True)
class ProberWithdrawn:
    """A prober on another machine may sign in no more, and what it sends is refused."""

    kind: ClassVar[str] = "watch.prober_withdrawn"
    prober_id: int

    @property
    def subject(self) -> str:
        return f"remote_prober:{self.prober_id}"
