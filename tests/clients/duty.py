"""Rosters for tests."""

from datetime import UTC, datetime, timedelta

from mainstay.access.models import User
from mainstay.clients import actions
from mainstay.clients.models import Absence, Roster, Shift
from mainstay.common.facts import Process

TESTS = Process("tests")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
FAR = datetime(2099, 6, 1, 9, tzinfo=UTC)


def roster_of_agency(name: str = "On call") -> Roster:
    """The roster of this name, made when it is missing."""
    found = Roster.objects.filter(name=name).first()
    return found or actions.make_roster(name=name, time_zone="Europe/London", by=TESTS, at=SINCE)


def shift_of(user: User, start: datetime = FAR, end: datetime | None = None, *, is_override: bool = False) -> Shift:
    """A shift of `user`, of a day in the far future unless said otherwise."""
    until = end or start + timedelta(days=1)
    return actions.plan_shift(
        roster=roster_of_agency(),
        user=user,
        starts_at=start,
        ends_at=until,
        is_override=is_override,
        by=TESTS,
        at=SINCE,
    )


def absence_of(user: User, start: datetime = FAR, end: datetime | None = None) -> Absence:
    """A day away."""
    until = end or start + timedelta(days=1)
    return actions.note_absence(user=user, starts_at=start, ends_at=until, by=TESTS, at=SINCE)
