"""What planned work will cost of the downtime budget, and when it would hurt least. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mainstay.policy.hours import OfficeHours
from mainstay.policy.instants import micros, moment

STEP = timedelta(minutes=30)
LOOKED_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Work:
    """Planned work in [start, end). `down` is how long of it the website is expected to be down; None: all of it."""

    start: datetime
    end: datetime
    down: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A stretch of a year that still lies ahead, and the downtime that is left for it."""

    start: datetime
    end: datetime
    left: timedelta


def cost(work: Work, share: Share, charged_hours: OfficeHours | None = None) -> timedelta:
    """What `work` takes of a year's share: its downtime that falls into the year and is charged at that time."""
    start, end = max(work.start, share.start), min(work.end, share.end)
    if end <= start:
        return timedelta()
    charged = _within(start, end, charged_hours)
    return charged if work.down is None else min(charged, work.down)


def planned(works: Iterable[Work], share: Share, charged_hours: OfficeHours | None = None) -> timedelta:
    """What all of `works` take together; two at the same time count twice, since each may fail on its own."""
    return sum((cost(each, share, charged_hours) for each in works), timedelta())


def quietest(work: Work, hours: OfficeHours, not_before: datetime) -> datetime:
    """When the same work meets the fewest office hours: of the week from its start on, the earliest such half hour."""
    first = max(work.start, not_before)
    length = moment(micros(work.end)) - moment(micros(work.start))
    starts = (moment(micros(first)) + STEP * step for step in range(LOOKED_AHEAD // STEP))
    return min(starts, key=lambda start: (_within(start, start + length, hours), start))


def _within(start: datetime, end: datetime, hours: OfficeHours | None) -> timedelta:
    if hours is None:
        return moment(micros(end)) - moment(micros(start))
    low, high = micros(start), micros(end)
    open_ = ((micros(begins), micros(ends)) for begins, ends in hours.openings(start, end))
    return timedelta(microseconds=sum(max(0, min(ends, high) - max(begins, low)) for begins, ends in open_))
