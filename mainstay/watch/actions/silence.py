"""Tasks that were not heard of in time. Whoever looks for them must itself have been there to hear."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from mainstay.watch.actions.beats import PULSE_FIELDS, TICK, pulse_of, put_pulse
from mainstay.watch.actions.taking import take_in
from mainstay.watch.actions.tending import begin_watch, show_life
from mainstay.watch.facts import BEAT_PLACE, Check, Finding, Source
from mainstay.watch.models import Beat, Monitor, Prober
from mainstay.watch.probes.heartbeat import rhythm_of
from mainstay.watch.rules.beats import Pulse, Rhythm, awaited, missed, said, spared

BATCH = 200
AWAY_AFTER = timedelta(seconds=60)
"""After so long without a look, signals may have found nobody who heard them."""

ON_ITS_WAY = timedelta(seconds=2)
"""A signal that came in time may still be on its way into the database."""

AWAITED = Q(
    monitor__is_enabled=True,
    monitor__retired_at__isnull=True,
    monitor__source=Source.PROBER.value,
    monitor__environment__website__is_active=True,
)
"""Those that `beats.is_awaited` says of."""


@transaction.atomic
def listen(*, at: datetime) -> None:
    """Begin a look: show that somebody listens, rest those that nobody waits for, and wait for those that go on.

    After a time in which nobody listened, that time is unknown for every task, and whatever was due in it may still
    report for a grace.
    """
    beats = Beat.objects.count()
    if not beats:
        return
    before = Prober.objects.select_for_update().filter(place=BEAT_PLACE).first()
    if before is None or at - before.seen_at > AWAY_AFTER:
        begin_watch(place=BEAT_PLACE, at=at)
        _change([(beat, spared(pulse_of(beat), at, _rhythm(beat))) for beat in _rows(AWAITED, due_at__lte=at)])
    _change([(beat, Pulse()) for beat in _rows(~AWAITED, due_at__isnull=False)])
    _change([(beat, awaited(at, _rhythm(beat))) for beat in _rows(AWAITED, due_at__isnull=True)])
    show_life(place=BEAT_PLACE, at=at, monitors=beats, lag_ms=0, queued=0, lost=0)


@transaction.atomic
def note_silence(*, at: datetime) -> int:
    """Note a bounded number of tasks as late or unfinished, each dated to the instant at which it was due.

    Returns how many.
    """
    rows = _rows(AWAITED, due_at__lte=at - ON_ITS_WAY)[:BATCH]
    checks, changed = [], []
    for beat in rows:
        assert beat.due_at is not None  # noqa: S101 - it was asked for
        pulse, code = missed(pulse_of(beat), beat.due_at, _rhythm(beat))
        beat.noted_at = max(beat.due_at, beat.noted_at + TICK)
        checks.append(Check(beat.pk, BEAT_PLACE, beat.noted_at, Finding(code, said(pulse.overdue_at or beat.due_at))))
        changed.append((beat, pulse))
    _change(changed)
    take_in(checks=checks, at=at)
    return len(checks)


def _rows(which: Q, **more: object) -> "QuerySet[Beat]":
    """Beats, locked in one order everywhere."""
    return Beat.objects.select_for_update(of=("self",)).filter(which, **more).select_related("monitor").order_by("pk")


def _change(beats: list[tuple[Beat, Pulse]]) -> None:
    for beat, pulse in beats:
        put_pulse(pulse, beat)
    Beat.objects.bulk_update([beat for beat, _ in beats], [*PULSE_FIELDS, "noted_at"], batch_size=BATCH)


def _rhythm(beat: Beat) -> Rhythm:
    monitor: Monitor = beat.monitor
    return rhythm_of(monitor.interval_seconds, monitor.settings)
