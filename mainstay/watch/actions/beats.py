"""Heartbeats: a task's address made, kept and renewed, and what it says when it calls."""

import secrets
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from mainstay.common import facts, sealed
from mainstay.watch.actions.settling import PROCESS
from mainstay.watch.actions.taking import take_in
from mainstay.watch.codes import Code
from mainstay.watch.facts import BEAT_PLACE, Check, Finding, MonitorChanged, Signal
from mainstay.watch.models import Beat, BeatSignal, Monitor, Standing
from mainstay.watch.models.beat import hashed
from mainstay.watch.probes.heartbeat import rhythm_of
from mainstay.watch.rules.beats import Pulse, Rhythm, adjusted, awaited, heard

SIGNALS_KEPT = 100
TOKEN_BYTES = 24
TICK = timedelta(microseconds=1)
PULSE_FIELDS = tuple(each.name for each in fields(Pulse))


class TokenGone(LookupError):
    """Between finding a beat by its token and taking its signal in, the token went to another monitor, or away."""


def begin_beat(monitor: Monitor, at: datetime) -> None:
    """Give a new heartbeat its address. It is waited for at once: a task that never reports is late as well."""
    beat = Beat(monitor=monitor, client_id=monitor.client_id, noted_at=at - TICK)
    _give_token(beat)
    put_pulse(awaited(at, rhythm_of(monitor.interval_seconds, monitor.settings)), beat)
    beat.save(force_insert=True)


def held(monitor: Monitor) -> Beat:
    """The monitor's beat, locked: before what the judge remembers, as everywhere."""
    return Beat.objects.select_for_update().get(monitor=monitor)


def move_beat(beat: Beat, old: Monitor, new: Monitor, at: datetime) -> None:
    """Let `new` be called at the address of `old`, with the signals that are kept, and go on as it was."""
    Beat.objects.filter(monitor=new).delete()
    BeatSignal.objects.filter(monitor=old).update(monitor=new)
    Beat.objects.filter(monitor=old).delete()
    beat.monitor = new
    put_pulse(adjusted(pulse_of(beat), _rhythm(old), _rhythm(new), at), beat)
    beat.save(force_insert=True)


def adjust_beat(monitor: Monitor, before: Rhythm, at: datetime) -> None:
    """Let a task be due as its monitor's new rhythm wants it."""
    beat = held(monitor)
    put_pulse(adjusted(pulse_of(beat), before, _rhythm(monitor), at), beat)
    beat.save(update_fields=PULSE_FIELDS)


@transaction.atomic
def renew_token(*, monitor: Monitor, by: Any, at: datetime) -> None:
    """Give a heartbeat another address; the one before says nothing any more from this instant on."""
    beat = held(monitor)
    _give_token(beat)
    beat.save(update_fields=["token", "token_hash"])
    facts.record(MonitorChanged(monitor.pk, ("beat_token",)), by=by, at=at, client=monitor.client)


@transaction.atomic
def hear(
    *,
    beat: Beat,
    signal: Signal,
    at: datetime,
    exit_status: int | None = None,
    note: str = "",
    from_address: str = "",
    by: Any = PROCESS,
) -> None:
    """Take a task's signal in. Signals come one after the other, however close: each is dated after the one before.

    What a monitor that stands still hears is kept, and means nothing.

    Raises:
        TokenGone: the beat has another token by now, or its monitor was replaced.
    """
    beat = _locked(beat)
    began_at, noted_at = beat.started_at, max(at, beat.noted_at + TICK)
    beat.signals_heard += 1
    beat.heard_at, beat.noted_at = at, noted_at
    if is_awaited(beat.monitor):
        rhythm = _rhythm(beat.monitor)
        put_pulse(heard(pulse_of(beat), signal, at, rhythm), beat)
    beat.save(update_fields=["signals_heard", "heard_at", "noted_at", *PULSE_FIELDS])
    _keep(beat, signal, began_at, exit_status, note, from_address)
    finding = _finding(beat, signal, exit_status, at)
    if finding is not None and is_awaited(beat.monitor):
        take_in(checks=[Check(beat.pk, BEAT_PLACE, noted_at, finding)], at=at, by=by)


def pulse_of(beat: Beat) -> Pulse:
    """What is remembered of the task."""
    return Pulse(**{name: getattr(beat, name) for name in PULSE_FIELDS})


def put_pulse(pulse: Pulse, beat: Beat) -> None:
    """Set the pulse's fields on the row, which is not saved."""
    for name in PULSE_FIELDS:
        setattr(beat, name, getattr(pulse, name))


def is_awaited(monitor: Monitor) -> bool:
    """Whether anybody waits for the task: not while its monitor is paused or ended, or its website let go of."""
    return monitor.is_probed and monitor.environment.website.is_active


def _locked(beat: Beat) -> Beat:
    rows = Beat.objects.select_for_update(of=("self",)).select_related("monitor__environment__website")
    found = rows.filter(pk=beat.pk, token_hash=beat.token_hash).first()
    if found is None:
        raise TokenGone(f"monitor {beat.pk} is called at another address by now")
    return found


def _rhythm(monitor: Monitor) -> Rhythm:
    return rhythm_of(monitor.interval_seconds, monitor.settings)


def _give_token(beat: Beat) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    beat.token, beat.token_hash = sealed.seal(token), hashed(token)


def _keep(
    beat: Beat, signal: Signal, began_at: datetime | None, exit_status: int | None, note: str, from_address: str
) -> None:
    """Keep the signal, and of those before it the newest."""
    is_end = signal in (Signal.SUCCESS, Signal.FAIL)
    took = (beat.heard_at or beat.noted_at) - began_at if is_end and began_at is not None else None
    BeatSignal.objects.create(
        client_id=beat.client_id,
        monitor_id=beat.pk,
        number=beat.signals_heard,
        at=beat.heard_at,
        kind=signal.value,
        exit_status=exit_status,
        duration_us=max(0, took // TICK) if took is not None else None,
        note=note,
        from_address=from_address,
    )
    BeatSignal.objects.filter(monitor=beat.pk, number__lte=beat.signals_heard - SIGNALS_KEPT).delete()


def _finding(beat: Beat, signal: Signal, exit_status: int | None, at: datetime) -> Finding | None:
    """What the signal says of the task: nothing for a log."""
    if signal is Signal.SUCCESS:
        return Finding(Code.OK)
    if signal is Signal.FAIL:
        return Finding(Code.BEAT_FAILED, f"exit status {exit_status}" if exit_status is not None else "as it said")
    return _as_it_stood(beat, at) if signal is Signal.START else None


def _as_it_stood(beat: Beat, at: datetime) -> Finding | None:
    """A run that begins changes nothing and vouches that things still stand as they did, where that is known."""
    standing = Standing.objects.filter(monitor=beat.pk).first()
    if standing is None or not standing.code or standing.vouched_until is None or standing.vouched_until < at:
        return None
    return Finding(Code(standing.code), standing.detail)
