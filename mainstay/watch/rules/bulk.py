"""What one change does to many monitors, told before it is done. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

IS_ENABLED, IS_RETIRED, LOOK_NOW = "is_enabled", "is_retired", "look_now"


@dataclass(frozen=True, slots=True)
class Subject:
    """A monitor as far as a bulk edit is concerned; the bounds are those of its kind."""

    interval_seconds: int
    timeout_seconds: int
    counts: bool
    is_enabled: bool
    is_called: bool
    interval_s_min: int
    interval_s_max: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What happens to one monitor: what stands there before, or why it stays as it is."""

    before: dict[str, Any] | None = None
    reason: str = ""


def plan(subject: Subject, wanted: Mapping[str, Any]) -> Planned:
    """What `wanted`, one field with its value, does to a monitor."""
    field, value = next(iter(wanted.items()))
    if field == LOOK_NOW:
        return _unless_still(subject) or Planned({})
    if field == IS_RETIRED:
        return Planned({IS_RETIRED: False})
    if field == "timeout_seconds" and subject.is_called:
        return Planned(reason="A task has no time limit of this kind.")
    if getattr(subject, field) == value:
        return Planned(reason="It is so already.")
    if refused := _out_of_range(subject, field, value):
        return Planned(reason=refused)
    return Planned({field: getattr(subject, field)})


def _unless_still(subject: Subject) -> Planned | None:
    if subject.is_called:
        return Planned(reason="A task is not looked at: it calls.")
    return None if subject.is_enabled else Planned(reason="It is paused.")


def _out_of_range(subject: Subject, field: str, value: Any) -> str:
    interval = value if field == "interval_seconds" else subject.interval_seconds
    timeout = value if field == "timeout_seconds" else subject.timeout_seconds
    if not subject.interval_s_min <= interval <= subject.interval_s_max:
        return f"Its kind is checked every {subject.interval_s_min} to {subject.interval_s_max} seconds."
    if timeout > interval * 2 and not subject.is_called:
        return "The time limit must not be longer than two intervals."
    return ""
