"""What the watch observes and records: states, one check, and the facts that other areas hear of. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from mainstay.watch.codes import Code, State, state_of


class Source(StrEnum):
    """Where an observation comes from."""

    PROBER = "prober"
    DEMO = "demo"
    IMPORT = "import"


class GapReason(StrEnum):
    """Why a stretch of time is unknown although observations stand on both sides of it."""

    MISSED = "missed"
    STOPPED = "stopped"
    CLOCK = "clock"
    DATABASE = "database"
    PROBER = "prober"


BEAT_PLACE = "beat"
"""Where the checks of heartbeats are made: by Mainstay itself, at no prober's place."""


class Signal(StrEnum):
    """What a task says of itself when it calls its heartbeat's address."""

    SUCCESS = "success"
    START = "start"
    FAIL = "fail"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Phases:
    """Durations of one request in microseconds, one after the other; their sum is the whole."""

    name_us: int = 0
    connect_us: int = 0
    tls_us: int = 0
    first_byte_us: int = 0
    body_us: int = 0

    @property
    def total_us(self) -> int:
        return self.name_us + self.connect_us + self.tls_us + self.first_byte_us + self.body_us


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found, before it is known which monitor asked.

    `detail` completes the sentence of `code` (a name, a number of seconds, a date); it never holds what the
    website answered.
    """

    code: Code
    detail: str = ""
    status: int = 0
    phases: Phases = field(default_factory=Phases)
    address: str = ""
    cert_not_after: datetime | None = None

    @property
    def state(self) -> State:
        return state_of(self.code)


@dataclass(frozen=True, slots=True)
class Check:
    """One observation of one monitor by the prober of one place. `at` is the UTC instant it began."""

    monitor_id: int
    place: str
    at: datetime
    finding: Finding
    duration_us: int = 0

    @property
    def state(self) -> State:
        return self.finding.state


@dataclass(frozen=True, slots=True)
class Missed:
    """A stretch in which the prober of `place` did not look. `monitor_id` is None when it looked at nothing."""

    place: str
    from_at: datetime
    to_at: datetime
    reason: GapReason
    monitor_id: int | None = None
    slots: int = 0


class DoubtReason(StrEnum):
    """Why a prober is not believed."""

    CANARIES = "canaries"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class CanaryLook:
    """One look of the prober of `place` at something that hardly ever fails. `at` is the UTC instant it began."""

    place: str
    address: str
    at: datetime
    is_good: bool
    code: Code


@dataclass(frozen=True)
class OutageOpened:
    """An environment of a website was confirmed to be down."""

    kind: ClassVar[str] = "watch.outage_opened"
    outage_id: int
    website_id: int
    started_at: datetime
    code: str

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


@dataclass(frozen=True)
class MonitorAdded:
    """A website is checked in one more way."""

    kind: ClassVar[str] = "watch.monitor_added"
    monitor_id: int
    website_id: int

    @property
    def subject(self) -> str:
        return f"monitor:{self.monitor_id}"


@dataclass(frozen=True)
class MonitorChanged:
    """A monitor checks differently from now on; `fields` names what was changed."""

    kind: ClassVar[str] = "watch.monitor_changed"
    monitor_id: int
    fields: tuple[str, ...]

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
