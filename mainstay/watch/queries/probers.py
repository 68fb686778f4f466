"""The probers as they stand now, on this machine and on others, and the results that are on their way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Max, QuerySet, Sum

from mainstay.watch.facts import BEAT_PLACE
from mainstay.watch.models import Prober, RemoteProber, ResultCursor, SetAside

SILENT_AFTER = timedelta(seconds=30)
SKEW_MS_WARN = 2_000
SHOWN_MAX = 200


class Presence(StrEnum):
    """Whether a prober is there."""

    AT_WORK = "at work"
    SILENT = "silent"
    ENDED = "ended"
    AWAITED = "never seen"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ProberNow:
    """One prober. `name` is empty for the one that writes to the database itself, and `skew_ms` is nothing there."""

    place: str
    name: str
    presence: Presence
    seen_at: datetime | None
    monitors: int
    lag_ms: int
    queued: int
    lost: int
    skew_ms: int = 0
    version: str = ""

    @property
    def is_clock_off(self) -> bool:
        """Whether its clock needs looking after; much further off it is not believed."""
        return abs(self.skew_ms) > SKEW_MS_WARN


@dataclass(frozen=True, slots=True)
class Underway:
    """Results at the message server: messages that wait, when a judge last looked, and how many judges there are."""

    waiting: int
    looked_at: datetime | None
    judges: int


def probers_now(at: datetime) -> list[ProberNow]:
    """All probers that were ever seen or added, by place, in two queries."""
    own = Prober.objects.filter(started_at__lte=at).exclude(place=BEAT_PLACE).order_by("place")[:SHOWN_MAX]
    found = [_own(each, at) for each in own] + [_remote(each, at) for each in RemoteProber.objects.all()[:SHOWN_MAX]]
    return sorted(found, key=lambda each: (each.place, each.name))


def underway() -> Underway | None:
    """What waits at the message server; None where none was ever used."""
    found = ResultCursor.objects.aggregate(waiting=Sum("waiting"), looked_at=Max("looked_at"))
    if found["waiting"] is None:
        return None
    judges = set(ResultCursor.objects.exclude(judge="").values_list("judge", flat=True))
    return Underway(found["waiting"], found["looked_at"], len(judges))


def set_aside_since(start: datetime) -> QuerySet[SetAside]:
    """Results that were not taken in since `start`, the latest first, without what was in them."""
    return SetAside.objects.filter(received_at__gte=start).defer("body")


def _own(row: Prober, at: datetime) -> ProberNow:
    presence = Presence.ENDED if row.stopped_at is not None else _heard(row.seen_at, at)
    return ProberNow(row.place, "", presence, row.seen_at, row.monitors, row.lag_ms, row.queued, row.lost)


def _remote(row: RemoteProber, at: datetime) -> ProberNow:
    return ProberNow(
        row.place,
        row.name,
        _presence(row, at),
        row.seen_at,
        row.monitors,
        row.lag_ms,
        row.queued,
        row.lost,
        row.skew_ms,
        row.version,
    )


def _presence(row: RemoteProber, at: datetime) -> Presence:
    if row.withdrawn_at is not None:
        return Presence.WITHDRAWN
    if row.seen_at is None:
        return Presence.AWAITED
    return Presence.ENDED if row.is_stopped else _heard(row.seen_at, at)


def _heard(seen_at: datetime, at: datetime) -> Presence:
    return Presence.AT_WORK if at - seen_at <= SILENT_AFTER else Presence.SILENT
