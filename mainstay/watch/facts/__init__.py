"""What the watch observes and records: states, one check, and the facts that other areas hear of. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mainstay.watch.codes import Code, State, state_of
from mainstay.watch.facts.charging import Attributed as Attributed
from mainstay.watch.facts.charging import ExclusionAsked as ExclusionAsked
from mainstay.watch.facts.charging import ExclusionEnd as ExclusionEnd
from mainstay.watch.facts.charging import ExclusionEnded as ExclusionEnded
from mainstay.watch.facts.charging import ExclusionGranted as ExclusionGranted
from mainstay.watch.facts.charging import OutageAttributed as OutageAttributed
from mainstay.watch.facts.corrections import OutageCorrected as OutageCorrected
from mainstay.watch.facts.corrections import OutageVoided as OutageVoided
from mainstay.watch.facts.corrections import VoidReason as VoidReason
from mainstay.watch.facts.dependencies import DependencyAdded as DependencyAdded
from mainstay.watch.facts.dependencies import DependencyChanged as DependencyChanged
from mainstay.watch.facts.dependencies import DependencyFailed as DependencyFailed
from mainstay.watch.facts.dependencies import DependencyKind as DependencyKind
from mainstay.watch.facts.dependencies import DependencyRecovered as DependencyRecovered
from mainstay.watch.facts.dependencies import WebsitesPlaced as WebsitesPlaced
from mainstay.watch.facts.monitors import MonitorAdded as MonitorAdded
from mainstay.watch.facts.monitors import MonitorChanged as MonitorChanged
from mainstay.watch.facts.monitors import MonitorLookedNow as MonitorLookedNow
from mainstay.watch.facts.monitors import MonitorPaused as MonitorPaused
from mainstay.watch.facts.monitors import MonitorRestored as MonitorRestored
from mainstay.watch.facts.monitors import MonitorResumed as MonitorResumed
from mainstay.watch.facts.monitors import MonitorRetired as MonitorRetired
from mainstay.watch.facts.monitors import MonitorsChangedTogether as MonitorsChangedTogether
from mainstay.watch.facts.monitors import PastBroughtIn as PastBroughtIn
from mainstay.watch.facts.outages import OutageAcknowledged as OutageAcknowledged
from mainstay.watch.facts.outages import OutageClosed as OutageClosed
from mainstay.watch.facts.outages import OutageOpened as OutageOpened
from mainstay.watch.facts.probers import ProberAdded as ProberAdded
from mainstay.watch.facts.probers import ProberDoubted as ProberDoubted
from mainstay.watch.facts.probers import ProberTrusted as ProberTrusted
from mainstay.watch.facts.probers import ProberWithdrawn as ProberWithdrawn


class Source(StrEnum):
    """Where an observation comes from."""

    PROBER = "prober"
    DEMO = "demo"
    IMPORT = "import"
    LATE = "late"
    PERSON = "person"


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
    website answered. `hops` are the addresses that redirects led over, for whoever looks once; they are not stored.
    `cert_sha256` is the fingerprint of the server's own certificate, where this check read it.
    """

    code: Code
    detail: str = ""
    status: int = 0
    phases: Phases = field(default_factory=Phases)
    address: str = ""
    cert_not_after: datetime | None = None
    hops: tuple[str, ...] = ()
    cert_sha256: str = ""

    @property
    def state(self) -> State:
        return state_of(self.code)


@dataclass(frozen=True, slots=True)
class Check:
    """One observation of one monitor by the prober of one place. `at` is the UTC instant it began.

    `prober` is the name of that prober where a place may have several.
    """

    monitor_id: int
    place: str
    at: datetime
    finding: Finding
    duration_us: int = 0
    prober: str = ""

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


class SetAsideReason(StrEnum):
    """Why results from another machine were not taken in."""

    UNREADABLE = "unreadable"
    NOT_ITS_OWN = "not_its_own"
    UNSIGNED = "unsigned"
    WITHDRAWN = "withdrawn"
    CLOCK = "clock"
    REFUSED = "refused"


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
