"""What is known at an instant of a place's canaries and of the websites that fail there: the evidence of a doubt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Max

from mainstay.watch.codes import Code, State
from mainstay.watch.facts import CanaryLook, GapReason
from mainstay.watch.models import CanaryCheck, CheckRow, Gap, ProberDoubt
from mainstay.watch.queries.dependencies import furthest_back
from mainstay.watch.rules.judge import Memory
from mainstay.watch.rules.prober_fault import (
    TOGETHER,
    WEBSITES_MIN,
    WINDOW,
    Groups,
    Seen,
    host_of,
    related,
)

CALLED = (Code.BEAT_LATE, Code.BEAT_FAILED, Code.BEAT_UNFINISHED)
"""Codes of what calls us: no uplink of ours takes part in them."""

_ABOUT = ("monitor__client", "monitor__url", "monitor__standing__address")
_JUDGED = ("monitor__standing__is_down", "monitor__standing__down_since", "monitor__standing__last_good_at")


@dataclass(slots=True)
class _Row:
    """One look, with what is known of its monitor."""

    monitor_id: int
    place: str
    state: str
    at: datetime
    client_id: int
    url: str
    address: str | None
    is_down: bool | None
    down_since: datetime | None
    last_good_at: datetime | None

    def remembered(self, memory: Memory | None) -> "_Row":
        """With what the judge remembers at this moment, where that is newer than the stored."""
        if memory is not None:
            self.is_down, self.down_since = memory.is_down, memory.down_since
            self.last_good_at = memory.last_good_at
        return self


def canaries(place: str, since: datetime) -> list[CanaryLook]:
    """The looks at the canaries of `place` since an instant, in order."""
    rows = CanaryCheck.objects.filter(place=place, at__gte=since).order_by("at")
    return [CanaryLook(each.place, each.address, each.at, each.is_good, Code(each.code)) for each in rows]


def failing(place: str, start: datetime, at: datetime, memories: Mapping[int, Memory]) -> Groups:
    """The websites that `place` looked at in [start, at], in groups, and which of these turned bad in that time.

    Left out are those that were down already, those that never answered, and those that another place, which is not
    doubted, sees failing too. Nothing is read but the failures where these are too few to mean anything.
    """
    looks = CheckRow.objects.filter(at__gte=start, at__lte=at).exclude(code__in=CALLED).exclude(state=State.UNKNOWN)
    bad = _seen(_rows(looks.filter(place=place, state=State.DOWN), memories), place, start)
    if len(list(related([each for each in bad if each.bad_since]))) < WEBSITES_MIN:
        return Groups()
    return Groups.of(_seen(_rows(looks, memories), place, start))


def withheld(place: str, at: datetime) -> Groups:
    """The websites whose failures are not believed at `at`, beside those that answered within the last minute."""
    silent = Gap.objects.filter(
        place=place, reason=GapReason.PROBER, from_at__lte=at, to_at__gt=at, monitor__isnull=False
    ).values_list("monitor", *_ABOUT, "from_at")
    good = (
        CheckRow.objects.filter(place=place, at__gt=at - WINDOW, at__lte=at, state__in=(State.UP, State.DEGRADED))
        .values_list("monitor", *_ABOUT)
        .annotate(latest=Max("at"))
    )
    found = [Seen(pk, client, host_of(url), address or "", at, since) for pk, client, url, address, since in silent]
    found += [
        Seen(pk, client, host_of(url), address or "", latest, good_at=latest)
        for pk, client, url, address, latest in good
    ]
    return Groups.of(found)


def _rows(looks: Iterable[CheckRow], memories: Mapping[int, Memory]) -> list[_Row]:
    ordered = looks.order_by("at").values_list("monitor", "place", "state", "at", *_ABOUT, *_JUDGED)  # type: ignore[attr-defined]
    return [_Row(*each).remembered(memories.get(each[0])) for each in ordered]


def _seen(rows: list[_Row], place: str, start: datetime) -> list[Seen]:
    of_monitor: dict[int, list[_Row]] = defaultdict(list)
    elsewhere: dict[int, datetime] = {}
    doubted = set(ProberDoubt.objects.filter(to_at__isnull=True).values_list("place", flat=True))
    for row in rows:
        if row.place == place:
            of_monitor[row.monitor_id].append(row)
        elif row.place not in doubted and row.state == State.DOWN:
            elsewhere[row.monitor_id] = row.at
    found = (_summed(looks, start, elsewhere.get(pk)) for pk, looks in of_monitor.items())
    roots = furthest_back()
    return [replace(each, behind=roots.get(each.monitor_id)) for each in found if each is not None]


def _summed(looks: list[_Row], start: datetime, bad_elsewhere_at: datetime | None) -> Seen | None:
    """What the looks at one monitor say together; None when its failing has nothing to tell."""
    good_at = bad_since = None
    for look in looks:
        if look.state == State.DOWN:
            bad_since = bad_since or look.at
        else:
            good_at, bad_since = look.at, None
    last = looks[-1]
    if bad_since is not None:
        was_down = last.is_down and last.down_since is not None and last.down_since < start
        never_answered = good_at is None and last.last_good_at is None
        is_real = bad_elsewhere_at is not None and bad_elsewhere_at >= bad_since - TOGETHER
        if was_down or never_answered or is_real:
            return None
    return Seen(last.monitor_id, last.client_id, host_of(last.url), last.address or "", last.at, bad_since, good_at)
