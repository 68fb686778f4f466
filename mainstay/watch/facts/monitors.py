"""What becomes of monitors. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class MonitorAdded:
    """A website is checked in one more way; each check speaks for `vouches_s` seconds after it."""

    kind: ClassVar[str] = "watch.monitor_added"
    monitor_id: int
    website_id: int
    vouches_s: float | None = None

    @property
    def subject(self) -> str:
        return f"monitor:{self.monitor_id}"


@dataclass(frozen=True)
class MonitorChanged:
    """A monitor checks differently from now on; `fields` names what was changed.

    Each check speaks for `vouches_s` seconds after it from now on.
    """

    kind: ClassVar[str] = "watch.monitor_changed"
    monitor_id: int
    fields: tuple[str, ...]
    vouches_s: float | None = None

    @property
    def subject(self) -> str:
        return f"monitor:{self.monitor_id}"


@dataclass(frozen=True)
class MonitorPaused:
    """A monitor stands still: the time is unknown until it goes on."""

    kind: ClassVar[str] = "watch.monitor_paused"
    monitor_id: int

    @property
    def subject(self) -> str:
        return f"monitor:{self.monitor_id}"


@dataclass(frozen=True)
class MonitorResumed:
    """A paused monitor goes on."""

    kind: ClassVar[str] = "watch.monitor_resumed"
    monitor_id: int

    @property
    def subject(self) -> str:
        return f"monitor:{self.monitor_id}"


@dataclass(frozen=True)
class MonitorRetired:
    """A monitor ended for good; what it saw stays."""

    kind: ClassVar[str] = "watch.monitor_retired"
    monitor_id: int

    @property
    def subject(self) -> str:
        return f"monitor:{self.monitor_id}"


@dataclass(frozen=True)
class MonitorRestored:
    """A monitor that was ended goes on after all; the time between is unknown."""

    kind: ClassVar[str] = "watch.monitor_restored"
    monitor_id: int

    @property
    def subject(self) -> str:
        return f"monitor:{self.monitor_id}"


@dataclass(frozen=True)
class MonitorLookedNow:
    """Somebody wanted a monitor to look at once, besides its turn."""

    kind: ClassVar[str] = "watch.monitor_looked_now"
    monitor_id: int

    @property
    def subject(self) -> str:
        return f"monitor:{self.monitor_id}"


@dataclass(frozen=True)
class MonitorsChangedTogether:
    """A bulk edit was confirmed; each of its `monitors` has a fact of its own as it is changed.

    The fact is that of who confirmed it; `planned_by_id` is the person who planned it.
    """

    kind: ClassVar[str] = "watch.monitors_changed_together"
    bulk_id: int
    monitors: int
    planned_by_id: int

    @property
    def subject(self) -> str:
        return f"bulk_edit:{self.bulk_id}"


@dataclass(frozen=True)
class PastBroughtIn:
    """What another monitor saw of a website in [from_at, to_at) is on record; `digest` is that of its readings."""

    kind: ClassVar[str] = "watch.past_brought_in"
    monitor_id: int
    website_id: int
    from_at: datetime
    to_at: datetime
    readings: int
    outages: int
    digest: str

    @property
    def subject(self) -> str:
        return f"website:{self.website_id}"
