"""Instants as whole microseconds, and a zone's offsets as stretches of time in which they stand still.

All arithmetic of the policy is done on integers in UTC: two aware datetimes of one zone subtract as wall-clock times,
which is wrong across a change of the clocks, and a float forgets microseconds.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
FIRST_DAY = date(1, 1, 3).toordinal() - EPOCH_ORDINAL
LAST_DAY = date(9999, 12, 28).toordinal() - EPOCH_ORDINAL
"""Days near enough to the ends of what a datetime holds are left out: no zone's local time can then lie beyond."""

_MICROSECOND = timedelta(microseconds=1)
Stretch = tuple[int, int, int]
"""From, up to (microseconds in UTC), and the offset of local time in microseconds."""


class NaiveInstant(ValueError):
    """A datetime without a zone: it names no instant."""


class ZoneUnknown(ValueError):
    """No time zone has that name."""


def micros(at: datetime) -> int:
    """`at` as microseconds since 1970 in UTC.

    Raises:
        NaiveInstant: `at` has no zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise NaiveInstant(f"{at!r} has no time zone: give an aware datetime")
    return (at.astimezone(UTC) - EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """Microseconds since 1970 as an aware datetime in UTC."""
    return EPOCH + timedelta(microseconds=at)


def length(micros: int) -> timedelta:
    """A number of microseconds as a length of time."""
    return timedelta(microseconds=micros)


def whole(length: timedelta) -> int:
    """A length of time as a number of microseconds."""
    return length // _MICROSECOND


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return day.toordinal() - EPOCH_ORDINAL


def date_of(number: int) -> date:
    """The date that is `number` days after 1 January 1970."""
    return date.fromordinal(number + EPOCH_ORDINAL)


def parse_date(text: object) -> date:
    """The date written as YYYY-MM-DD; no other way of writing it is taken, so that none is named twice.

    Raises:
        ValueError: the text is none; its message says so.
    """
    try:
        found = date.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.isoformat() != str(text):
        raise ValueError(f"{text!r} is no date: write YYYY-MM-DD")
    return found


def find_zone(name: str) -> ZoneInfo:
    """The zone of that IANA name.

    Raises:
        ZoneUnknown: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise ZoneUnknown(f"{name!r} is no time zone: write it as Europe/London") from None


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The date on the wall in `zone` at `at`."""
    micros(at)
    return at.astimezone(zone).date()


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant in UTC at which clocks in `zone` show the naive time `wall`.

    Of a time that happens twice it is the first; for one that does not exist, the change of the clocks that skips it.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    other = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    low, high = sorted((micros(first), micros(other)))
    return moment(_change_between(low, high, zone))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` in `zone`, in UTC; where 00:00 is skipped, the first moment after it."""
    return instant(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001 - a wall-clock time is meant


@lru_cache(maxsize=16_384)
def stretches(zone: ZoneInfo, day: int) -> tuple[Stretch, ...]:
    """The UTC day with that number, divided where the offset of `zone` changes; usually one stretch.

    No zone ever kept an offset for less than three days; so a day has one change at most, and its ends show it.
    """
    start, end = day * DAY, (day + 1) * DAY
    before, after = _offset(start, zone), _offset(end, zone)
    change = end if before == after else _change_between(start, end, zone)
    if change == end:
        return ((start, end, before),)
    return (start, change, before), (change, end, after)


def _offset(at: int, zone: ZoneInfo) -> int:
    found = moment(at).astimezone(zone).utcoffset()
    return whole(found) if found is not None else 0


def _change_between(low: int, high: int, zone: ZoneInfo) -> int:
    """The first whole second after `low`, up to `high`, with another offset than `low` has."""
    before = _offset(low, zone)
    low, high = low // SECOND, -(-high // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle * SECOND, zone) == before:
            low = middle
        else:
            high = middle
    return high * SECOND
