"""Planning a week of a roster at once: the same hours on several days, and one week like another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients import queries
from mainstay.clients.actions.people import NotStaff
from mainstay.clients.actions.rosters import By, DutyOver, PersonAway, plan_shift
from mainstay.clients.models import Roster, Shift

DAY = timedelta(days=1)
SHIFTS_MAX = 500
"""Shifts that are planned at once, at most."""


class TooManyShifts(ValueError):
    """More would be planned at once than anybody can look over."""


@dataclass
class Planned:
    """What came of planning several shifts: those that were made, and those left out, each with the reason."""

    made: list[Shift] = field(default_factory=list)
    left_out: list[tuple[User, datetime, str]] = field(default_factory=list)
    there_already: int = 0


@transaction.atomic
def fill_days(
    *, roster: Roster, user: User, days: Iterable[date], from_time: time, until_time: time, by: By, at: datetime
) -> Planned:
    """Put a person on duty at the same hours of several days; hours that end before they begin go past midnight.

    Raises:
        TooManyShifts: more than 500 days.
    """
    wanted = [(user, *_hours(roster, day, from_time, until_time)) for day in days]
    return _plan(roster, wanted, Planned(), by, at)


@transaction.atomic
def copy_week(*, rosters: Iterable[Roster], monday: date, to: date, by: By, at: datetime) -> Planned:
    """Plan the week that begins on `to` like the one that begins on `monday`: shifts made by hand, at their wall times.

    Neither what was taken over nor an absence is copied. Copying again plans nothing twice.

    Raises:
        TooManyShifts: more than 500 shifts.
    """
    found = Planned()
    for roster in rosters:
        start, end = (_instant(roster, day, time()) for day in (monday, monday + 7 * DAY))
        usual = queries.shifts_between([roster], start, end).filter(is_override=False)[: SHIFTS_MAX + 1]
        _plan(roster, [(each.user, *_moved(roster, each, to - monday)) for each in usual], found, by, at)
    return found


def _plan(
    roster: Roster, wanted: list[tuple[User, datetime, datetime]], found: Planned, by: By, at: datetime
) -> Planned:
    if len(wanted) > SHIFTS_MAX:
        raise TooManyShifts(f"These would be {len(wanted)} shifts: at most {SHIFTS_MAX} are planned at once.")
    known = set(_known(roster, wanted))
    for user, starts_at, ends_at in wanted:
        if (user.pk, starts_at, ends_at) in known:
            found.there_already += 1
            continue
        try:
            shift = plan_shift(roster=roster, user=user, starts_at=starts_at, ends_at=ends_at, by=by, at=at)
        except PersonAway:
            found.left_out.append((user, starts_at, "away"))
        except NotStaff:
            found.left_out.append((user, starts_at, "no longer here"))
        except DutyOver:
            found.left_out.append((user, starts_at, "over already"))
        else:
            found.made.append(shift)
    return found


def _known(roster: Roster, wanted: list[tuple[User, datetime, datetime]]) -> Iterator[tuple[int, datetime, datetime]]:
    if not wanted:
        return
    first, last = min(each[1] for each in wanted), max(each[2] for each in wanted)
    rows = queries.shifts_between([roster], first, last)
    yield from rows.values_list("user_id", "starts_at", "ends_at")


def _moved(roster: Roster, shift: Shift, by: timedelta) -> tuple[datetime, datetime]:
    """The same wall times, days later: an hour that the clocks skip or repeat moves nobody's hand-over."""
    walls = (each.astimezone(roster.zone).replace(tzinfo=None) + by for each in (shift.starts_at, shift.ends_at))
    starts_at, ends_at = (each.replace(tzinfo=roster.zone).astimezone(UTC) for each in walls)
    return starts_at, ends_at


def _hours(roster: Roster, day: date, from_time: time, until_time: time) -> tuple[datetime, datetime]:
    last = day if until_time > from_time else day + DAY
    return _instant(roster, day, from_time), _instant(roster, last, until_time)


def _instant(roster: Roster, day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, roster.zone).astimezone(UTC)
