"""What caused outages, what is left out of the charge, and what persons put right. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Attributed(StrEnum):
    """What an outage is put down to."""

    HOSTING = "hosting"
    OUR_CHANGE = "our_change"
    CLIENT_CHANGE = "client_change"
    CLIENT_NETWORK = "client_network"
    THIRD_PARTY = "third_party"
    ATTACK = "attack"
    PLANNED = "planned"

    @property
    def label(self) -> str:
        """In words: `Our hosting`."""
        return _LABELS[self]


_LABELS = {
    Attributed.HOSTING: "Our hosting",
    Attributed.OUR_CHANGE: "Our change",
    Attributed.CLIENT_CHANGE: "The client’s change",
    Attributed.CLIENT_NETWORK: "The client’s network",
    Attributed.THIRD_PARTY: "A third party",
    Attributed.ATTACK: "An attack",
    Attributed.PLANNED: "Planned work",
}


class ExclusionEnd(StrEnum):
    """How an exclusion came to nothing."""

    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


@dataclass(frozen=True)
class OutageAttributed:
    """A person decided what caused an outage. `attribution_id` names the row that holds the reason."""

    kind: ClassVar[str] = "watch.outage_attributed"
    outage_id: int
    website_id: int
    attribution_id: int
    to: str
    was: str = ""

    @property
    def subject(self) -> str:
        return f"outage:{self.outage_id}"


@dataclass(frozen=True, kw_only=True)
class _AboutExclusion:
    exclusion_id: int
    outage_id: int
    website_id: int
    cause: str
    starts_at: datetime
    ends_at: datetime

    @property
    def subject(self) -> str:
        return f"outage:{self.outage_id}"


@dataclass(frozen=True, kw_only=True)
class ExclusionAsked(_AboutExclusion):
    """The agency asked for time of an outage to be left out of the charge."""

    kind: ClassVar[str] = "watch.exclusion_asked"


@dataclass(frozen=True, kw_only=True)
class ExclusionGranted(_AboutExclusion):
    """The time is not charged from now on: the client consented, or the agreement needs no consent."""

    kind: ClassVar[str] = "watch.exclusion_granted"
    by_consent: bool


@dataclass(frozen=True, kw_only=True)
class ExclusionEnded(_AboutExclusion):
    """The time is charged: the client refused, or the agency withdrew what it asked, or revoked what was granted."""

    kind: ClassVar[str] = "watch.exclusion_ended"
    end: str
