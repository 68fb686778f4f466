"""Planned work as it falls: single windows, and the occurrences of series, each as it was announced."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Q

from mainstay.access.models import User
from mainstay.clients.models import MaintenanceWindow, Organisation, SkippedWindow, Website, WindowSeries

LONGEST = timedelta(days=2)
"""An occurrence of a series ends on the next day at the latest."""

HORIZON = timedelta(days=365 * 100)
"""Nobody plans further ahead."""


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """Work planned for a time, on `website` or on all of the client's. It is of a single window or of a series."""

    client_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    announced_at: datetime
    website: Website | None
    window_id: int | None = None
    series_id: int | None = None
    down_minutes: int | None = None
    approved_by: User | None = None
    approval: str = ""

    @property
    def down(self) -> timedelta | None:
        """How long the website is expected to be down in it; None for all of it."""
        return None if self.down_minutes is None else timedelta(minutes=self.down_minutes)

    @property
    def website_id(self) -> int | None:
        return self.website.pk if self.website is not None else None


def planned(
    client_ids: Iterable[int], start: datetime | None, end: datetime, *, at_most: int | None = None
) -> list[PlannedWork]:
    """What is planned of some clients' and overlaps [start, end), the first first, in three queries.

    Without a `start` all that ever was. `at_most` bounds what is taken of each series.
    """
    ids = set(client_ids)
    windows = MaintenanceWindow.objects.filter(client__in=ids, cancelled_at__isnull=True, starts_at__lt=end)
    series = WindowSeries.objects.filter(client__in=ids, valid_from__lt=end)
    if start is not None:
        windows = windows.filter(ends_at__gt=start)
        series = series.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=start - LONGEST))
    found = [_of_window(each) for each in windows.select_related("website", "approved_by")]
    versions = list(series.select_related("website", "approved_by"))
    skipped = _skipped(versions)
    for each in versions:
        found += islice(_of_series(each, skipped[each.pk], start, end), at_most)
    return sorted(found, key=lambda work: (work.starts_at, work.ends_at))


def windows_between(client: Organisation, website: Website | None, start: datetime, end: datetime) -> list[PlannedWork]:
    """Work not called off that overlaps [start, end): of `website` and of the whole client, or all when it is None."""
    found = planned([client.pk], start, end)
    return found if website is None else [each for each in found if each.website_id in (None, website.pk)]


def coming_windows(client: Organisation, at: datetime, at_most: int) -> list[PlannedWork]:
    """The next work that is not over and not called off."""
    return planned([client.pk], at, at + HORIZON, at_most=at_most)[:at_most]


def series_of(client: Organisation, at: datetime) -> list[WindowSeries]:
    """The series of a client that go on at `at`."""
    going = client.window_series.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))
    return list(going.select_related("website"))


def _of_window(window: MaintenanceWindow) -> PlannedWork:
    return PlannedWork(
        window.client_id,
        window.starts_at,
        window.ends_at,
        window.reason,
        window.announced_at,
        window.website,
        window_id=window.pk,
        down_minutes=window.down_minutes,
        approved_by=window.approved_by,
        approval=window.approval,
    )


def _of_series(
    series: WindowSeries, skipped: set[datetime], start: datetime | None, end: datetime
) -> Iterator[PlannedWork]:
    first = series.valid_from if start is None else max(series.valid_from, start - LONGEST)
    last = end if series.valid_until is None else min(end, series.valid_until)
    for starts_at, ends_at in series.schedule.between(first, last):
        if starts_at not in skipped and (start is None or ends_at > start):
            yield PlannedWork(
                series.client_id,
                starts_at,
                ends_at,
                series.reason,
                series.announced_at,
                series.website,
                series_id=series.pk,
                down_minutes=series.down_minutes,
                approved_by=series.approved_by,
                approval=series.approval,
            )


def _skipped(versions: list[WindowSeries]) -> dict[int, set[datetime]]:
    found: dict[int, set[datetime]] = defaultdict(set)
    for series_id, starts_at in SkippedWindow.objects.filter(series__in=versions).values_list("series", "starts_at"):
        found[series_id].add(starts_at)
    return found
