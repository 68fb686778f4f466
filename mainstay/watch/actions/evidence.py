"""Evidence: the checks of a day that has closed are written to a file, read back, and sealed; then the rows may go."""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Count, Max

from mainstay.common import seals
from mainstay.watch.evidence import dayfiles
from mainstay.watch.evidence.stores import StorageFailed
from mainstay.watch.facts import Check
from mainstay.watch.models import CheckRow, DayFile, Monitor
from mainstay.watch.queries.evidence import bucket, kept, own_folder, rows_of, start_of, unfiled, values

log = structlog.get_logger()

DAY = timedelta(days=1)
KEPT = timedelta(days=732)
"""The contract year and the one before, whenever it began."""


def write_evidence(*, at: datetime) -> bool:
    """Write and seal one file: the oldest closed day of a place that has none yet, or what came late. False: none due.

    Raises:
        OSError: the disk or the storage does not allow it; the rows stay until it does.
    """
    due = _due(at)
    if due is None:
        return False
    place, day, part, after = due
    rows = rows_of(place, day).filter(pk__gt=after)
    upto = rows.aggregate(latest=Max("pk"))["latest"] or after
    store, name = kept(), dayfiles.name_of(place, day, part)
    with store.writing(name) as path:
        written = dayfiles.write(path, values(rows.filter(pk__lte=upto)))
    with store.reading(name) as path:
        found = list(dayfiles.entries(path, place, day, part))
    clients = dict(Monitor.objects.values_list("environment__website", "client").distinct())
    with transaction.atomic():
        DayFile.objects.filter(place=place, day=day).update(has_late=False)
        DayFile.objects.create(
            place=place,
            day=day,
            part=part,
            rows=written.rows,
            bytes=written.bytes,
            sha256=written.sha256,
            upto=upto,
            written_at=at,
        )
        seals.seal([(entry, clients.get(website_id)) for website_id, entry in found], at=at)
    log.info("evidence written", place=place, day=day.isoformat(), part=part, rows=written.rows, bytes=written.bytes)
    return True


def note_late(checks: Iterable[Check], at: datetime) -> None:
    """Of checks that were stored, some may be of days whose file is written: it gets another part."""
    closed = start_of(seals.closed_until(at))
    late: dict[str, set[date]] = defaultdict(set)
    for each in checks:
        if each.at < closed:
            late[each.place].add(each.at.astimezone(UTC).date())
    for place, days in late.items():
        DayFile.objects.filter(place=place, day__in=days, part=0).update(has_late=True)


def settled_until(at: datetime) -> datetime:
    """Before this instant every check row is known to be in a file. Days that are not settled yet are looked at."""
    first = CheckRow.objects.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return at
    day = first.astimezone(UTC).date()
    while day < seals.closed_until(at) and (_is_settled(day) or _settle(day)):
        day += DAY
    return start_of(day)


def prune_evidence(*, at: datetime) -> int:
    """Remove day files that are older than anybody's contract year before the present one. What was sealed stays so."""
    store, old = kept(), list(DayFile.objects.filter(day__lt=(at - KEPT).date()))
    for each in old:
        store.remove(dayfiles.name_of(each.place, each.day, each.part))
        each.delete()
    return len(old)


def move_to_bucket() -> Iterator[str]:
    """Move the day files of the data folder to the bucket, one after the other; the names of those that are there.

    A file leaves the folder once it came back from the bucket the same. What was begun and broken off is begun again.

    Raises:
        OSError: the bucket cannot be reached, or does not hand back what it was given.
    """
    here, there = own_folder(), bucket()
    for name in sorted(here.names()):
        with here.reading(name) as path:
            with there.writing(name) as target:
                shutil.copyfile(path, target)
            with there.reading(name) as back:
                if dayfiles.digest(back) != dayfiles.digest(path):
                    raise StorageFailed(f"{name}: the bucket hands back something else than it was given")
        here.remove(name)
        yield name


def _due(at: datetime) -> tuple[str, date, int, int] | None:
    """The next file to write: place, day, part, and the number of the last row that an earlier part holds."""
    late = DayFile.objects.filter(part=0, has_late=True).order_by("day").first()
    if late is not None:
        last = DayFile.objects.filter(place=late.place, day=late.day).order_by("-part").first() or late
        return late.place, late.day, last.part + 1, last.upto
    for place, day in unfiled(at):
        return place, day, 0, 0
    return None


def _is_settled(day: date) -> bool:
    parts = DayFile.objects.filter(day=day, part=0)
    return parts.exists() and not parts.filter(is_settled=False).exists()


def _settle(day: date) -> bool:
    """Count once, before any row of the day goes, whether all of them are in files."""
    there = CheckRow.objects.filter(at__gte=start_of(day), at__lt=start_of(day + DAY))
    counts = dict(there.order_by().values("place").annotate(many=Count("pk")).values_list("place", "many"))
    files: dict[str, int] = defaultdict(int)
    for place, rows in DayFile.objects.filter(day=day).values_list("place", "rows"):
        files[place] += rows
    missing = [place for place, many in counts.items() if files[place] != many]
    for place in missing:
        if files[place] < counts[place]:
            DayFile.objects.filter(place=place, day=day, part=0).update(has_late=True)
        else:
            log.error(
                "check rows are missing", place=place, day=day.isoformat(), rows=counts[place], filed=files[place]
            )
    if missing or not counts:
        return not counts and not missing
    DayFile.objects.filter(day=day).update(is_settled=True)
    return True
