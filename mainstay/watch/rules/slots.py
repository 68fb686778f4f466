"""When a monitor's checks are due: every interval, at a phase of its own. Pure.

Slots are counted on the monotonic clock from an origin that is the prober's; the phase comes from the monitor's id,
so that checks are spread evenly and a restart finds the same order. A newcomer is looked at once before its first slot.
"""

from dataclasses import dataclass

_GOLDEN = 0x9E3779B97F4A7C15
_WORD = 1 << 64
FIRST_LOOKS_A_SECOND = 50
LATE_SHARE = 0.5
LATE_S_MAX = 10.0


def phase_s(monitor_id: int, interval_s: float) -> float:
    """Where in its interval a monitor's slots lie: neighbours in number lie far apart."""
    return ((monitor_id * _GOLDEN) % _WORD) / _WORD * interval_s


def next_slot(origin_s: float, monitor_id: int, interval_s: float, now_s: float) -> float:
    """The first slot after `now_s`."""
    first = origin_s + phase_s(monitor_id, interval_s)
    passed = (now_s - first) // interval_s + 1
    return first + max(0.0, passed) * interval_s


def first_look_after_s(number: int) -> float:
    """When the newcomer counted `number` (from 0) gets its first look: soon, since until then nothing is known of it.

    After a restart every monitor is a newcomer, so the first looks are made at a rate that a prober can bear.
    """
    return number / FIRST_LOOKS_A_SECOND


@dataclass(frozen=True, slots=True)
class Due:
    """A slot that has come: whether it can still be used, and how many before now cannot."""

    is_usable: bool
    missed: int
    following_s: float


def due(slot_s: float, interval_s: float, now_s: float) -> Due:
    """What to do about a slot at `slot_s` when it is looked at at `now_s`.

    A slot that is reached too late (half an interval, ten seconds at most) is missed, and so is each one between it
    and now: they are never made up.
    """
    late_s = now_s - slot_s
    allowed_s = min(LATE_S_MAX, interval_s * LATE_SHARE)
    whole = int(max(0.0, late_s) // interval_s)
    latest = slot_s + whole * interval_s
    usable = now_s - latest <= allowed_s
    return Due(usable, whole + (0 if usable else 1), latest + interval_s)
