"""The ways in which a live demo website can be broken."""

from enum import StrEnum


class Mode(StrEnum):
    """What a live demo website does to its visitors."""

    WORKING = "working"
    DOWN = "down"
    SLOW = "slow"
    ERROR = "error"
    EXPIRED = "expired"


MEANING = {
    Mode.WORKING: "Working",
    Mode.DOWN: "Down: nothing answers",
    Mode.SLOW: "Slow: pages take six seconds",
    Mode.ERROR: "Error: every page answers 500",
    Mode.EXPIRED: "Expired certificate",
}


def modes_of(scheme: str) -> tuple[Mode, ...]:
    """The modes that a website of this scheme has: only https has a certificate to expire."""
    return tuple(mode for mode in Mode if scheme == "https" or mode is not Mode.EXPIRED)
