"""When the monitors of an environment make it down: any, all, or a quorum of them. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mainstay.clients.facts import AvailabilityRule
from mainstay.watch.codes import State
from mainstay.watch.rules.judge import Memory


@dataclass(frozen=True, slots=True)
class Edge:
    """A start or an end: the instant, and the last observation of the state before it (None: nobody watched)."""

    at: datetime
    after: datetime | None
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """An outage as it was judged. The fields mean what those of `models.Outage` do."""

    started_at: datetime
    started_after: datetime | None
    confirmed_at: datetime
    code: str = ""
    detail: str = ""
    ended_at: datetime | None = None
    ended_after: datetime | None = None

    def meets(self, other: "Figures") -> bool:
        """Whether both were on at some instant."""
        ends_before = self.ended_at is not None and self.ended_at <= other.started_at
        begins_after = other.ended_at is not None and other.ended_at <= self.started_at
        return not (ends_before or begins_after)


def needed(rule: str, quorum: int | None, monitors: int) -> int:
    """How many of `monitors` must be down; at least one, and never more than there are."""
    rules = {AvailabilityRule.ANY: 1, AvailabilityRule.ALL: monitors, AvailabilityRule.QUORUM: quorum or 1}
    wanted = rules[AvailabilityRule(rule)]
    return max(1, min(wanted, monitors))


def opening(memories: Collection[Memory], down_needed: int) -> Edge | None:
    """Where an outage begins that these monitors make: when the last of the needed ones failed first."""
    downs = sorted(
        (
            Edge(m.down_since, m.down_after, m.bad_code, m.bad_detail)
            for m in memories
            if m.is_down and m.down_since is not None
        ),
        key=lambda edge: edge.at,
    )
    return downs[down_needed - 1] if len(downs) >= down_needed else None


def closing(memories: Collection[Memory], down_needed: int, started_at: datetime) -> Edge | None:
    """Where the outage that began at `started_at` ends, or None while enough monitors are still down.

    When monitors vanish (retired, or no longer counting) it ends where it was last seen to be down.
    """
    still = sum(memory.is_down for memory in memories)
    if still >= down_needed:
        return None
    recovered = sorted(
        (
            Edge(m.up_since, max(m.up_after or started_at, started_at))
            for m in memories
            if not m.is_down and m.up_since is not None and m.up_since > started_at
        ),
        key=lambda edge: edge.at,
    )
    index = still + len(recovered) - down_needed
    return recovered[index] if recovered and index >= 0 else _last_seen_down(memories, started_at)


def begin(edge: Edge | None, before: Figures | None, sure_at: datetime) -> Figures | None:
    """The outage that begins at `edge`, unless the one before it began there. It never reaches into that one."""
    if edge is None:
        return None
    floor = before.ended_at if before is not None else None
    started_at = max(edge.at, floor) if floor is not None else edge.at
    after = max(edge.after, floor) if floor is not None and edge.after is not None else edge.after
    if before is not None and before.started_at >= started_at:
        return None
    return Figures(started_at, after, max(sure_at, started_at), edge.code, edge.detail)


def end(outage: Figures, edge: Edge) -> Figures:
    """The outage as it ended at `edge`; never before it began."""
    ended_after = max(edge.after or outage.started_at, outage.started_at)
    return replace(outage, ended_at=max(edge.at, outage.started_at), ended_after=ended_after)


def _last_seen_down(memories: Collection[Memory], started_at: datetime) -> Edge:
    seen = max((m.last_bad_at for m in memories if m.last_bad_at and m.last_bad_at > started_at), default=started_at)
    return Edge(seen, seen)


def present_state(states: Sequence[State], down_needed: int, *, is_out: bool) -> State:
    """How an environment stands, from the present states of its counting monitors (`UNKNOWN`: not vouched for).

    It is known to be up only when too few monitors are unknown to make it down.
    """
    known = [state for state in states if state != State.UNKNOWN]
    if is_out:
        return State.DOWN if len(known) >= down_needed else State.UNKNOWN
    if not states or len(states) - len(known) >= down_needed:
        return State.UNKNOWN
    return State.DEGRADED if State.DEGRADED in known else State.UP
