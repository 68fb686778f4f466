"""Who is on duty: on call, or at the desk; and who is away."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from mainstay.access.facts import Role, RoleChanged, UserRestored, UserSuspended
from mainstay.access.models import User
from mainstay.clients.facts import Duty
from mainstay.clients.models import Absence, Agreement, Roster, Rotation, Shift
from mainstay.clients.rules.roster import Plan, Span, Turn, gaps, joined, who_is_on_call, without
from mainstay.clients.rules.roster import Rotation as Turns
from mainstay.common.models import FactRecord
from mainstay.policy.hours import OfficeHours
from mainstay.policy.terms import default, load

MOMENT = timedelta(microseconds=1)
ROSTERS_MAX = 20
CALENDARS_MAX = 20
NEVER = datetime.max.replace(tzinfo=UTC)
LEFT_OR_BACK = (UserSuspended.kind, UserRestored.kind, RoleChanged.kind)


def rosters(duty: Duty | None = None) -> QuerySet[Roster]:
    """The agency's rosters, those of one duty where it is said; at most 20."""
    found = Roster.objects.order_by("duty", "name", "pk")
    return (found.filter(duty=duty) if duty else found)[:ROSTERS_MAX]


def duty_plan(roster: Roster, start: datetime, end: datetime) -> Plan:
    """What decides who holds `roster` in [start, end)."""
    return duty_plans([roster], start, end)[roster.pk]


def duty_plans(
    among: Iterable[Roster], start: datetime, end: datetime, known_at: datetime | None = None
) -> dict[int, Plan]:
    """What decides who holds each roster in [start, end), in five queries.

    With `known_at`, single shifts and absences are taken as they were planned at that instant.
    """
    ids = [each.pk for each in among]
    if not ids:
        return {}
    shifts, rotations = _shifts(ids, start, end, known_at), _rotations(ids, start, end)
    away = _away(start, end, known_at)
    people = {turn.person for turns in shifts.values() for _, turn in turns}
    people |= {person for turns in rotations.values() for each in turns for person in each.people}
    left, gone = _left(people | {each.deputy for each in away if each.deputy}, known_at)
    return {
        pk: Plan(
            overrides=[turn for is_override, turn in shifts[pk] if is_override],
            shifts=[turn for is_override, turn in shifts[pk] if not is_override],
            rotations=rotations[pk],
            absences=[*away, *left],
            gone=gone,
        )
        for pk in ids
    }


def on_call(roster: Roster, at: datetime) -> User | None:
    """Who holds `roster` at `at`; None when nobody does."""
    person = who_is_on_call(duty_plan(roster, at, at + MOMENT), at)
    return None if person is None else User.objects.get(pk=person)


def on_duty(at: datetime) -> list[tuple[Roster, User | None]]:
    """Who holds each roster at `at`: desks first, None where nobody does. The queries do not grow with the rosters."""
    among = list(rosters())
    if not among:
        return []
    plans = duty_plans(among, at, at + MOMENT)
    held = {each.pk: who_is_on_call(plans[each.pk], at) for each in among}
    people = User.objects.in_bulk([each for each in held.values() if each is not None])
    return [(each, people.get(held[each.pk] or 0)) for each in among]


def desk_kept_since(at: datetime) -> datetime | None:
    """When somebody was rostered at the desk for the first time, as known at `at`; None where nobody ever was."""
    desk = {"roster__duty": Duty.DESK, "starts_at__lte": at}
    known = Q(noted_at__isnull=True) | Q(noted_at__lte=at)
    first = [
        Rotation.objects.filter(**desk).order_by("starts_at").values_list("starts_at", flat=True).first(),
        Shift.objects.filter(known, **desk, cancelled_at__isnull=True)
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
        .first(),
    ]
    return min((each for each in first if each is not None), default=None)


def desk_gaps(start: datetime, end: datetime) -> list[Span]:
    """The office hours of [start, end) in which nobody is rostered at any desk; none where there is no such roster."""
    desks = list(rosters(Duty.DESK))
    if not desks:
        return []
    nobody = gaps(duty_plans(desks, start, end).values(), start, end)
    held = without([(start, end)], nobody)
    openings = (span for each in office_calendars(start) for span in each.openings(start, end))
    return joined(without(openings, held))


def office_calendars(at: datetime) -> list[OfficeHours]:
    """The different office hours that clients are promised at `at`; the default terms' where no agreement is in force.

    At most 20: the page that shows gaps needs no more, and each client's own are judged by its promise.
    """
    later = Agreement.objects.filter(
        client=OuterRef("client"), effective_at__lte=at, effective_at__gt=OuterRef("effective_at")
    )
    in_force = Agreement.objects.filter(effective_at__lte=at, client__is_active=True).exclude(Exists(later))
    said = in_force.order_by().values_list("terms__support", "holidays").distinct()[:CALENDARS_MAX]
    found = [
        load({"support": support} if support else {}).office_hours({date.fromisoformat(day) for day in holidays})
        for support, holidays in said
    ]
    return found or [default().office_hours()]


def rotation_of(roster: Roster) -> Rotation | None:
    """The rotation that was set last: it runs, or begins with its first hand-over."""
    return roster.rotations.filter(ends_at__isnull=True).first()


def coming_shifts(roster: Roster, at: datetime) -> QuerySet[Shift]:
    """Shifts made by hand that are not over, next first."""
    return roster.shifts.filter(cancelled_at__isnull=True, ends_at__gt=at).select_related("user").order_by("starts_at")


def shifts_between(among: Sequence[Roster], start: datetime, end: datetime) -> QuerySet[Shift]:
    """Shifts made by hand that begin in [start, end), in order."""
    found = Shift.objects.filter(roster__in=among, cancelled_at__isnull=True, starts_at__gte=start, starts_at__lt=end)
    return found.select_related("user", "roster").order_by("starts_at", "pk")


def absences_in(user: User, start: datetime, end: datetime) -> QuerySet[Absence]:
    """When `user` is away in [start, end), the first absence first."""
    mine = Absence.objects.filter(user=user, cancelled_at__isnull=True, starts_at__lt=end, ends_at__gt=start)
    return mine.order_by("starts_at")


def absences_between(start: datetime, end: datetime) -> QuerySet[Absence]:
    """Who is away in [start, end), the first absence first."""
    found = Absence.objects.filter(cancelled_at__isnull=True, starts_at__lt=end, ends_at__gt=start)
    return found.select_related("user", "deputy").order_by("starts_at", "pk")


def coming_absences(at: datetime) -> QuerySet[Absence]:
    """Absences that are not over, next first."""
    found = Absence.objects.filter(cancelled_at__isnull=True, ends_at__gt=at)
    return found.select_related("user", "deputy").order_by("starts_at", "pk")


def away_at(at: datetime) -> list[Turn]:
    """Who is away at `at`, and who stands in: what `rules.roster.present` reads. One query."""
    return _away(at, at + MOMENT, None)


def staff() -> QuerySet[User]:
    """People of the agency who may sign in."""
    return User.objects.exclude(agency_role="").filter(is_active=True)


def administrators() -> QuerySet[User]:
    """Those of the agency's people who administer this installation and may sign in."""
    return staff().filter(agency_role=Role.ADMINISTRATOR).order_by("pk")


def _shifts(
    ids: list[int], start: datetime, end: datetime, known_at: datetime | None
) -> Mapping[int, list[tuple[bool, Turn]]]:
    found: dict[int, list[tuple[bool, Turn]]] = defaultdict(list)
    for each, turn in _turns(Shift.objects.filter(roster__in=ids), start, end, known_at):
        found[each.roster_id].append((each.is_override, turn))
    return found


def _away(start: datetime, end: datetime, known_at: datetime | None) -> list[Turn]:
    return [turn for _, turn in _turns(Absence.objects.all(), start, end, known_at)]


def _turns(rows: Any, start: datetime, end: datetime, known_at: datetime | None) -> Iterator[tuple[Any, Turn]]:
    """Each row that counts in [start, end), with its turn: with `known_at` as it was planned then."""
    if known_at is None:
        rows = rows.filter(cancelled_at__isnull=True, ends_at__gt=start)
    else:
        rows = rows.filter(Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=known_at))
        rows = rows.filter(Q(noted_at__isnull=True) | Q(noted_at__lte=known_at))
        rows = rows.filter(Q(ends_at__gt=start) | Q(was_until__gt=start))
    for each in rows.filter(starts_at__lt=end).order_by("pk"):
        cut_later = known_at is not None and each.was_until is not None and each.ends_at > known_at
        ends_at = each.was_until if cut_later else each.ends_at
        begins_at = max(each.starts_at, each.noted_at or each.starts_at)
        if begins_at < ends_at and ends_at > start:
            yield each, Turn(each.user_id, begins_at, ends_at, getattr(each, "deputy_id", None))


def _rotations(ids: list[int], start: datetime, end: datetime) -> Mapping[int, list[Turns]]:
    rows = Rotation.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=start), roster__in=ids, starts_at__lt=end)
    found: dict[int, list[Turns]] = defaultdict(list)
    for each in rows:
        turns = Turns(
            tuple(each.people),
            each.first_on,
            each.hand_over_at,
            ZoneInfo(each.time_zone),
            each.weeks,
            each.starts_at,
            each.ends_at,
        )
        found[each.roster_id].append(turns)
    return found


def _left(people: Iterable[int], known_at: datetime | None) -> tuple[list[Turn], frozenset[int]]:
    """From when to when any of `people` did not work for the agency, and those who do not since nobody knows when.

    Somebody who left is a gap from that instant on; what they did before stays theirs.
    """
    among = set(people)
    gone = set(User.objects.filter(Q(is_active=False) | Q(agency_role=""), pk__in=among).values_list("pk", flat=True))
    steps = FactRecord.objects.filter(kind__in=LEFT_OR_BACK, subject__in=[f"user:{pk}" for pk in among])
    turns: list[Turn] = []
    since: dict[int, datetime] = {}
    for kind, body, at in steps.order_by("id").values_list("kind", "body", "at"):
        if kind == UserSuspended.kind or (kind == RoleChanged.kind and not body["role"]):
            since.setdefault(body["user_id"], at)
        elif body["user_id"] in since:
            turns.append(Turn(body["user_id"], since.pop(body["user_id"]), at))
    turns += [Turn(person, at, NEVER) for person, at in since.items()]
    unknown = gone - {each.person for each in turns}
    return [each for each in turns if known_at is None or each.start <= known_at], frozenset(unknown)
