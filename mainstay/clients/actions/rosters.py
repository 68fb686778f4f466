"""Who is on duty: rosters, rotations, shifts, absences, and hand-overs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from mainstay.access.models import User
from mainstay.clients import queries
from mainstay.clients.actions.duty_news import tell_both, tell_stand_in
from mainstay.clients.actions.people import NotStaff
from mainstay.clients.facts import (
    AbsenceCut,
    AbsenceNoted,
    Duty,
    DutyHandedOver,
    Reason,
    RosterMade,
    RotationSet,
    ShiftCut,
    ShiftPlanned,
)
from mainstay.clients.models import Absence, Roster, Rotation, Shift
from mainstay.clients.rules.roster import cover
from mainstay.common import facts

LOOK_AHEAD = timedelta(days=28)
DEFAULT_TURN = timedelta(hours=24)
"""How long somebody takes over who says no end, when no other turn ends before."""

By = User | facts.Process


class DutyOver(ValueError):
    """The shift or absence is over or was called off before: what was, stands."""


class NobodyToTake(ValueError):
    """The person is on call already: there is nothing to take over."""


class PersonAway(ValueError):
    """The person is noted as away in that time: nobody would be on call."""


@transaction.atomic
def make_roster(*, name: str, time_zone: str, duty: Duty = Duty.ON_CALL, by: By, at: datetime) -> Roster:
    """A new duty, with nobody on it yet."""
    roster = Roster.objects.create(name=name, time_zone=time_zone, duty=Duty(duty).value, created_at=at)
    facts.record(RosterMade(roster_id=roster.pk, duty=roster.duty), by=by, at=at)
    return roster


@transaction.atomic
def set_rotation(
    *, roster: Roster, people: Sequence[User], first_on: date, hand_over_at: time, weeks: int, by: By, at: datetime
) -> Rotation:
    """Let `people` take turns from the first hand-over on, now at the earliest; until then the one that runs goes on.

    A rotation that has not begun yet is replaced: it never does.

    Raises:
        NotStaff: somebody does not work for the agency.
    """
    _require_staff(*people)
    first = datetime.combine(first_on, hand_over_at, ZoneInfo(roster.time_zone)).astimezone(UTC)
    begins_at = max(at, first)
    _end_rotation(roster, at, begins_at)
    rotation = Rotation.objects.create(
        roster=roster,
        people=[each.pk for each in people],
        first_on=first_on,
        hand_over_at=hand_over_at,
        time_zone=roster.time_zone,
        weeks=weeks,
        starts_at=begins_at,
    )
    ids = tuple(rotation.people)
    fact = RotationSet(roster_id=roster.pk, people=ids, first_on=first_on.isoformat(), weeks=weeks)
    facts.record(fact, by=by, at=at)
    return rotation


@transaction.atomic
def end_rotation(*, roster: Roster, by: By, at: datetime) -> None:
    """Nobody takes turns any more; shifts made by hand stay."""
    if _end_rotation(roster, at, at):
        facts.record(RotationSet(roster_id=roster.pk, people=()), by=by, at=at)


@transaction.atomic
def plan_shift(
    *,
    roster: Roster,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    is_override: bool = False,
    by: By,
    at: datetime,
) -> Shift:
    """Put a person on duty for a time, of which what is over stays as it was. An override goes before everything.

    Raises:
        NotStaff: the person does not work for the agency.
        DutyOver: all of that time is over.
        PersonAway: an absence of theirs lies in that time.
    """
    _require_staff(user)
    starts_at = _from_now(starts_at, ends_at, at)
    if queries.absences_in(user, starts_at, ends_at).exists():
        raise PersonAway(f"{user} is noted as away in that time: call the absence off first, or choose another time.")
    shift = Shift.objects.create(
        roster=roster, user=user, starts_at=starts_at, ends_at=ends_at, is_override=is_override, noted_at=at
    )
    fact = ShiftPlanned(
        roster_id=roster.pk,
        shift_id=shift.pk,
        user_id=user.pk,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
        is_override=is_override,
    )
    facts.record(fact, by=by, at=at)
    return shift


@transaction.atomic
def take_over(*, roster: Roster, user: User, by: By, at: datetime) -> Shift:
    """Make `user` on call from now to the end of the present turn (a day at most), and tell both at once.

    Whoever takes over is there: an absence of theirs that runs ends now. They are on call until the next one at most.

    Raises:
        NobodyToTake: that person is on call already.
        NotStaff: the person does not work for the agency.
    """
    present = cover(queries.duty_plan(roster, at, at + LOOK_AHEAD), at, at + LOOK_AHEAD)[0]
    if present.person == user.pk:
        raise NobodyToTake(f"{user} is on call already.")
    for absence in queries.absences_in(user, at, at + queries.MOMENT):
        cut_absence(absence=absence, by=by, at=at)
    until = min(present.end, at + DEFAULT_TURN)
    coming = queries.absences_in(user, at, until).first()
    until = coming.starts_at if coming is not None else until
    shift = plan_shift(roster=roster, user=user, starts_at=at, ends_at=until, is_override=True, by=by, at=at)
    note_hand_over(roster=roster, by=by, at=at)
    return shift


@transaction.atomic
def cut_shift(*, shift: Shift, by: By, at: datetime) -> None:
    """Call a shift off; one that has begun ends now.

    Raises:
        DutyOver: it is over, or was called off before.
    """
    _cut(shift, at)
    facts.record(ShiftCut(roster_id=shift.roster_id, shift_id=shift.pk), by=by, at=at)


@transaction.atomic
def note_absence(
    *,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    reason: Reason = Reason.OTHER,
    deputy: User | None = None,
    by: By,
    at: datetime,
) -> Absence:
    """Somebody will be away: their turns are held by `deputy`, who is told, or are gaps until another takes over.

    Raises:
        DutyOver: all of that time is over.
        NotStaff: the deputy does not work for the agency.
        PersonAway: the deputy is away in that time too.
    """
    starts_at = _from_now(starts_at, ends_at, at)
    if deputy is not None:
        _require_deputy(deputy, user, starts_at, ends_at)
    absence = Absence.objects.create(
        user=user, starts_at=starts_at, ends_at=ends_at, reason=Reason(reason).value, deputy=deputy, noted_at=at
    )
    fact = AbsenceNoted(
        user_id=user.pk,
        absence_id=absence.pk,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
        deputy_id=deputy.pk if deputy else None,
    )
    facts.record(fact, by=by, at=at)
    if deputy is not None and deputy != by:
        tell_stand_in(absence, at)
    return absence


@transaction.atomic
def cut_absence(*, absence: Absence, by: By, at: datetime) -> None:
    """Call an absence off; one that has begun ends now. Raises as `cut_shift`."""
    _cut(absence, at)
    facts.record(AbsenceCut(user_id=absence.user_id, absence_id=absence.pk), by=by, at=at)


@transaction.atomic
def note_hand_over(*, roster: Roster, by: By, at: datetime) -> bool:
    """Find out whether the duty went to another person since it was looked at last, and tell both. Whether it did.

    Desks change hands daily and stand empty at night: of them nobody is told.
    """
    if roster.is_desk:
        return False
    roster = Roster.objects.select_for_update(of=("self",)).select_related("holder").get(pk=roster.pk)
    before, now = roster.holder, queries.on_call(roster, at)
    if roster.held_since is not None and before == now:
        return False
    if before is None and now is None:
        return False
    Roster.objects.filter(pk=roster.pk).update(holder=now, held_since=at)
    fact = DutyHandedOver(
        roster_id=roster.pk,
        from_user_id=before.pk if before else None,
        to_user_id=now.pk if now else None,
    )
    facts.record(fact, by=by, at=at)
    tell_both(roster, before, now, at)
    return True


def _from_now(starts_at: datetime, ends_at: datetime, at: datetime) -> datetime:
    """What was rostered in the past is a fact: what is planned begins at `at` at the earliest."""
    if ends_at <= at:
        raise DutyOver("All of that time is over: what was, stands.")
    return max(starts_at, at)


def _require_deputy(deputy: User, user: User, starts_at: datetime, ends_at: datetime) -> None:
    _require_staff(deputy)
    if deputy == user:
        raise PersonAway(f"{user} cannot stand in for themselves: choose somebody else, or nobody.")
    if queries.absences_in(deputy, starts_at, ends_at).exists():
        raise PersonAway(f"{deputy} is noted as away in that time too: choose somebody else, or nobody.")


def _cut(row: Shift | Absence, at: datetime) -> None:
    mine = type(row).objects.filter(pk=row.pk, cancelled_at__isnull=True)
    if mine.filter(starts_at__gte=at).update(cancelled_at=at):
        return
    if not mine.filter(starts_at__lt=at, ends_at__gt=at).update(was_until=F("ends_at"), ends_at=at):
        raise DutyOver("This is over, or was called off before.")


def _end_rotation(roster: Roster, at: datetime, ends_at: datetime) -> int:
    """End at `ends_at` what runs at `at`; what has not begun by then never does. How many there were."""
    going = Rotation.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), roster=roster)
    never = going.filter(starts_at__gte=at).delete()[0]
    return never + going.update(ends_at=ends_at)


def _require_staff(*people: User) -> None:
    for person in people:
        if not person.is_staff_member or not person.is_active:
            raise NotStaff(f"{person} does not work for the agency.")
