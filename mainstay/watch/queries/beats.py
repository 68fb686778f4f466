"""A task's heartbeat as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from mainstay.watch.models import Beat, BeatSignal, Monitor
from mainstay.watch.probes.heartbeat import rhythm_of

SIGNALS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class BeatNow:
    """How a task stands: when it is expected and from when on it is late (None: nobody waits for it); what it said.

    A run that is under way is expected to end by `late_at`.
    """

    beat: Beat
    expected_at: datetime | None
    late_at: datetime | None
    signals: list[BeatSignal]

    @property
    def is_running(self) -> bool:
        return self.beat.started_at is not None and self.beat.overdue_at is None


def beat_now(monitor: Monitor) -> BeatNow | None:
    """The heartbeat of `monitor` with its latest signals; None for one that is not called, or was replaced."""
    beat = Beat.objects.filter(monitor=monitor).first()
    if beat is None:
        return None
    signals = list(BeatSignal.objects.filter(monitor=monitor).order_by("-number")[:SIGNALS_SHOWN])
    if beat.due_at is None or beat.overdue_at is not None or monitor.is_retired or not monitor.is_enabled:
        return BeatNow(beat, None, None, signals)
    grace = rhythm_of(monitor.interval_seconds, monitor.settings).grace
    expected_at = beat.due_at if beat.started_at is not None else beat.due_at - grace
    return BeatNow(beat, expected_at, beat.due_at, signals)
