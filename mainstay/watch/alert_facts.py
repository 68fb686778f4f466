"""What people are alerted of, whom, and the facts that say so. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Event(StrEnum):
    """What people can be alerted of. `UP` is the end of what somebody was told of."""

    DOWN = "down"
    UP = "up"
    DEGRADED = "degraded"
    WARNING = "warning"
    DOUBT = "doubt"

    @property
    def label(self) -> str:
        return EVENT_LABELS[self]


EVENT_LABELS = {
    Event.DOWN: "A website is down",
    Event.UP: "It is over again",
    Event.DEGRADED: "A website is slow or a part of it fails",
    Event.WARNING: "A certificate, a domain or another monitor that does not count needs a look",
    Event.DOUBT: "A prober is doubted",
}


class Who(StrEnum):
    """Whom a rule alerts."""

    MANAGER = "manager"
    DEPUTY = "deputy"
    ON_CALL = "on_call"
    PERSON = "person"
    CHANNEL = "channel"

    @property
    def label(self) -> str:
        return {
            Who.MANAGER: "Account manager",
            Who.DEPUTY: "Deputy",
            Who.ON_CALL: "Whoever is on call",
            Who.PERSON: "A person",
            Who.CHANNEL: "A channel",
        }[self]


@dataclass(frozen=True)
class _AboutAlert:
    alert_id: int

    @property
    def subject(self) -> str:
        return f"alert:{self.alert_id}"


@dataclass(frozen=True)
class AlertSent(_AboutAlert):
    """A person ("user:7") or a channel ("channel:3") was told of so many events at once."""

    kind: ClassVar[str] = "watch.alert_sent"
    recipient: str
    event: str
    step: str
    cases: int


@dataclass(frozen=True)
class AlertFailed(_AboutAlert):
    """An alert did not arrive in time, or never will; it is raised elsewhere, or there is nowhere left (`is_lost`)."""

    kind: ClassVar[str] = "watch.alert_failed"
    is_lost: bool


@dataclass(frozen=True)
class AlertRaised(_AboutAlert):
    """An alert that did not arrive was sent elsewhere, as this one."""

    kind: ClassVar[str] = "watch.alert_raised"
    raised_from_id: int
    recipient: str


@dataclass(frozen=True)
class AlertFoundNobody:
    """No rule led to anybody who could be told of an outage; `administrators` is how many were told instead."""

    kind: ClassVar[str] = "watch.alert_found_nobody"
    outage_id: int
    administrators: int

    @property
    def subject(self) -> str:
        return f"outage:{self.outage_id}"


@dataclass(frozen=True)
class AlertRuleKept:
    """A rule of whom to alert was added, changed or retired: `step`."""

    kind: ClassVar[str] = "watch.alert_rule_kept"
    rule_id: int
    step: str

    @property
    def subject(self) -> str:
        return f"alert_rule:{self.rule_id}"
