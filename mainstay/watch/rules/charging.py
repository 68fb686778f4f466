"""What of an outage may be left out of the charge, and what an agreement says about it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mainstay.policy.terms import Cause, Downtime
from mainstay.watch.facts import Attributed

EXCLUDABLE: Mapping[Attributed, Cause] = {
    Attributed.CLIENT_CHANGE: Cause.CLIENT,
    Attributed.CLIENT_NETWORK: Cause.CLIENT_NETWORK,
    Attributed.THIRD_PARTY: Cause.THIRD_PARTY,
}
"""The causes that an agreement may exclude. Planned work is excluded by its window, not by a decision afterwards."""


@dataclass(frozen=True, slots=True)
class Charge:
    """Whether an outage put down to something may be left out of the charge. `cause` is None where it may not be."""

    cause: Cause | None
    sentence: str


def chargeable(to: Attributed | None, downtime: Downtime) -> Charge:
    """What `downtime`, the terms when the outage began, says about an outage that is put down to `to`."""
    if not downtime.excluded:
        return Charge(None, "The agreement excludes no cause: the downtime is charged, whatever made it.")
    if to is None:
        return Charge(None, "The downtime is charged. Say first what caused it.")
    if to is Attributed.PLANNED:
        return Charge(None, PLANNED)
    cause = EXCLUDABLE.get(to)
    if cause is None or cause not in downtime.excluded:
        return Charge(None, f"The agreement does not exclude this cause ({to.label.lower()}): the downtime is charged.")
    if downtime.exclusion_needs_consent:
        return Charge(
            cause, "The agreement excludes this cause, once the client has consented. Until then it is charged."
        )
    return Charge(cause, "The agreement excludes this cause. It is charged until somebody excludes it, with a reason.")


PLANNED = (
    "Planned work is excluded by its window, announced in time, where the agreement says so. No decision afterwards "
    "takes its place."
)


def overlaps(spans: Iterable[tuple[datetime, datetime | None]], start: datetime, end: datetime) -> bool:
    """Whether any of `spans` (an end of None has not come) shares an instant with [start, end)."""
    return any(low < end and (high is None or high > start) for low, high in spans)
