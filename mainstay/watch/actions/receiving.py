"""Results from the message server: a batch, and how far it brings each partition, in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from mainstay.watch.facts import Check, SetAsideReason
from mainstay.watch.models import CheckRow, Monitor, ResultCursor, SetAside
from mainstay.watch.rules.doubling import OnRecord, singled

MOMENT = timedelta(microseconds=1)
DETAIL_MAX = 255
BODY_BYTES_MAX = 1_000_000


class NoLongerOurs(Exception):
    """Another judge brought a partition further in the meantime: what this one has at hand is taken in already."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a partition is taken in: the number of the last message, and the digest of it."""

    sequence: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a batch brings a partition: from the message after `before` up to `after`."""

    before: Reached
    after: Reached


@dataclass(frozen=True, slots=True)
class Unbelieved:
    """A message, or a record, that is set aside: from whom it came, and why."""

    prober: str
    reason: SetAsideReason
    detail: str
    body: bytes


@transaction.atomic
def open_cursors(*, partitions: Iterable[int]) -> dict[int, Reached]:
    """How far each of `partitions` is taken in."""
    wanted = list(partitions)
    for each in wanted:
        ResultCursor.objects.get_or_create(pk=each)
    rows = ResultCursor.objects.filter(pk__in=wanted).values_list("pk", "sequence", "mark")
    return {pk: Reached(sequence, mark) for pk, sequence, mark in rows}


@transaction.atomic
def move_on(*, steps: Mapping[int, Step]) -> None:
    """Bring partitions further, in the transaction that takes in what was in them.

    Only one can do the same step: whoever is late, because it stood still and its partitions were taken over, is told
    and changes nothing.

    Raises:
        NoLongerOurs: one of them stands somewhere else.
    """
    for partition, step in sorted(steps.items()):
        at_hand = ResultCursor.objects.filter(pk=partition, sequence=step.before.sequence, mark=step.before.mark)
        if not at_hand.update(sequence=step.after.sequence, mark=step.after.mark):
            raise NoLongerOurs(f"partition {partition} is not at message {step.before.sequence} any more")


def without_doubles(checks: Sequence[Check]) -> list[Check]:
    """`checks` without late ones of slots in which another prober of the place looked (`rules.doubling`)."""
    if not checks:
        return []
    latest = _latest(checks)
    late = [each for each in checks if each.at <= latest.get((each.monitor_id, each.place), each.at - MOMENT)]
    ids = {each.monitor_id for each in checks}
    intervals_s = dict(Monitor.objects.filter(pk__in=ids).values_list("pk", "interval_seconds"))
    return singled(checks, _around(late, intervals_s), intervals_s)


def _latest(checks: Sequence[Check]) -> dict[tuple[int, str], datetime]:
    """The last look on record at each monitor and place, where it is as new as the first of `checks`."""
    rows = CheckRow.objects.filter(
        monitor__in={each.monitor_id for each in checks},
        place__in={each.place for each in checks},
        at__gte=min(each.at for each in checks),
    ).order_by()
    found = rows.values_list("monitor", "place").annotate(latest=Max("at"))
    return {(monitor_id, place): at for monitor_id, place, at in found}


def _around(late: Sequence[Check], intervals_s: dict[int, int]) -> Iterator[OnRecord]:
    """What is on record around late checks; monitors of one interval are read together, for a day is not a minute."""
    for interval_s in {intervals_s[each.monitor_id] for each in late if each.monitor_id in intervals_s}:
        alike = [each for each in late if intervals_s.get(each.monitor_id) == interval_s]
        rows = CheckRow.objects.filter(
            monitor__in={each.monitor_id for each in alike},
            place__in={each.place for each in alike},
            at__gte=min(each.at for each in alike) - timedelta(seconds=interval_s),
            at__lte=max(each.at for each in alike) + timedelta(seconds=interval_s),
        ).order_by("at")
        yield from (OnRecord(*row) for row in rows.values_list("monitor", "place", "at", "prober").iterator())


def set_aside(*, found: Iterable[Unbelieved], at: datetime) -> None:
    """Keep what is not taken in, with the reason."""
    SetAside.objects.bulk_create(
        [
            SetAside(
                prober=each.prober[:80],
                reason=each.reason.value,
                detail=each.detail[:DETAIL_MAX],
                body=each.body[:BODY_BYTES_MAX],
                received_at=at,
            )
            for each in found
        ]
    )
