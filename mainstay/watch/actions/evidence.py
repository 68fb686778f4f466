"""Evidence: the checks of a day that has closed are written to a file, read back, and sealed; then the rows may go."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Count, Max

from mainstay.common import seals
from mainstay.watch.evidence import dayfiles
from mainstay.watch.facts import Check
from mainstay.watch.models import CheckRow, DayFile, Monitor
from mainstay.watch.queries.evidence import folder, rows_of, start_of, values

log = structlog.get_logger()

DAY = timedelta(days=1)
KEPT = timedelta(days=732)
"""The contract year and the one before, whenever it began."""


def write_evidence(*, at: datetime) -> bool:
    """Write and seal one file: the oldest closed day of a place that has none yet, or what came late. False: none due.

    Raises:
        OSError: the disk does not allow it; the rows stay until it does.
    """
    due = _due(at)
    if due is None:
        return False
    place, day, part, after = due
    rows = rows_of(place, day).filter(pk__gt=after)
    upto = rows.aggregate(latest=Max("pk"))["latest"] or after
    path = dayfiles.path_of(folder(), place, day, part)
    written = dayfiles.write(path, values(rows.filter(pk__lte=upto)))
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
    old = list(DayFile.objects.filter(day__lt=(at - KEPT).date()))
    for each in old:
        dayfiles.path_of(folder(), each.place, each.day, each.part).unlink(missing_ok=True)
        each.delete()
    return len(old)


def _due(at: datetime) -> tuple[str, date, int, int] | None:
    """The next file to write: place, day, part, and the number of the last row that an earlier part holds."""
    late = DayFile.objects.filter(part=0, has_late=True).order_by("day").first()
    if late is not None:
        last = DayFile.objects.filter(place=late.place, day=late.day).order_by("-part").first() or late
        return late.place, late.day, last.part + 1, last.upto
    closed = seals.closed_until(at)
    for place in _places():
        rows = CheckRow.objects.filter(place=place, at__lt=start_of(closed)).order_by("at")
        written = set(DayFile.objects.filter(place=place, part=0).values_list("day", flat=True))
        first = rows.values_list("at", flat=True).first()
        while first is not None and (day := first.astimezone(UTC).date()) in written:
            first = rows.filter(at__gte=start_of(day + DAY)).values_list("at", flat=True).first()
        if first is not None:
            return place, first.astimezone(UTC).date(), 0, 0
    return None


def _places() -> list[str]:
    return sorted(CheckRow.objects.order_by().values_list("place", flat=True).distinct())


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
