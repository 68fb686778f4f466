"""Probers on other machines: added, withdrawn, and their signs of life."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from mainstay.common import facts
from mainstay.watch.facts import BEAT_PLACE, ProberAdded, ProberWithdrawn
from mainstay.watch.models import RemoteProber, ResultCursor, SetAside

SET_ASIDE_KEPT = timedelta(days=30)
COUNT_MAX = 2_147_483_647


class ProberRefused(ValueError):
    """The prober cannot be as asked; the text says why."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a prober said of itself, and when the message server had it from it."""

    name: str
    seen_at: datetime
    started_at: datetime
    is_stopped: bool
    monitors: int
    lag_ms: int
    queued: int
    lost: int
    skew_ms: int
    version: str


@transaction.atomic
def add_prober(*, name: str, place: str, public_key: str, by: Any, at: datetime) -> RemoteProber:
    """Let a prober at `place` send results from `at` on.

    Raises:
        ProberRefused: another one has that name, or nobody can stand at that place.
    """
    if place == BEAT_PLACE:
        raise ProberRefused(f"{BEAT_PLACE!r} is where heartbeats are looked after: choose another place")
    try:
        with transaction.atomic():
            prober = RemoteProber.objects.create(name=name, place=place, public_key=public_key, added_at=at)
    except IntegrityError as problem:
        raise ProberRefused(f"there is a prober {name!r} already, perhaps a withdrawn one") from problem
    facts.record(ProberAdded(prober.pk, place), by=by, at=at)
    return prober


@transaction.atomic
def withdraw_prober(*, prober: RemoteProber, by: Any, at: datetime) -> bool:
    """Refuse what the prober sends from `at` on, and give it no work. False when it was withdrawn before."""
    withdrawn = RemoteProber.objects.filter(pk=prober.pk, withdrawn_at__isnull=True).update(withdrawn_at=at)
    prober.refresh_from_db()
    if withdrawn:
        facts.record(ProberWithdrawn(prober.pk), by=by, at=at)
    return bool(withdrawn)


@transaction.atomic
def note_lives(*, signs: Iterable[Sign]) -> None:
    """Probers are still there, and this is how they keep up."""
    for sign in signs:
        RemoteProber.objects.filter(name=sign.name).update(
            seen_at=sign.seen_at,
            started_at=sign.started_at,
            is_stopped=sign.is_stopped,
            monitors=_count(sign.monitors),
            lag_ms=_count(sign.lag_ms),
            queued=_count(sign.queued),
            lost=_count(sign.lost),
            skew_ms=max(-COUNT_MAX, min(sign.skew_ms, COUNT_MAX)),
            version=sign.version[:20],
        )


@transaction.atomic
def note_waiting(*, waiting: dict[int, int], judge: str, at: datetime) -> None:
    """How many messages of each partition were left when `judge` looked."""
    for partition, messages in waiting.items():
        ResultCursor.objects.filter(pk=partition).update(waiting=messages, judge=judge[:80], looked_at=at)


def prune_set_aside(*, at: datetime) -> int:
    """Delete what was set aside over 30 days ago. Returns how many went."""
    return SetAside.objects.filter(received_at__lt=at - SET_ASIDE_KEPT).delete()[0]


def _count(given: int) -> int:
    """What another machine says, as what the database holds."""
    return max(0, min(given, COUNT_MAX))
