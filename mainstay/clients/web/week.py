"""The roster of a week in the console: who is at the desk and on call, by day, with gaps; planning and copying it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients import actions, gates, queries
from mainstay.clients.models import Roster
from mainstay.clients.rules.roster import Plan, Span, Stretch, cover, gaps, joined, without
from mainstay.clients.web import duty_forms as forms
from mainstay.policy.hours import OfficeHours

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
YEARS = range(2000, 2100)
SHIFTS_SHOWN = 100
LEFT_OUT_NAMED = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a day: from when to when (empty: all day), who, and for whom they stand in. Without a name: nobody."""

    hours: str
    name: str
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of one roster, or of the office hours."""

    day: date
    entries: list[Entry]
    has_gap: bool
    is_over: bool


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """One week, this one unless another is asked for."""
    gates.require(request.user, Permission.CONSOLE_USE)
    now = timezone.now()
    monday = _monday(request.GET.get("week", ""), request.user, now)
    rosters = list(queries.rosters())
    may_edit = gates.may_anywhere(request.user, Permission.ROSTER_EDIT)
    return kit.page(
        request,
        "clients/week.html",
        monday=monday,
        before=monday - WEEK,
        after=monday + WEEK,
        this=_monday("", request.user, now),
        last=monday + WEEK - DAY,
        has_desk=any(each.is_desk for each in rosters),
        **_shown(rosters, monday, now, may_edit=may_edit),
        absences=_absences(monday, request.user, may_edit=may_edit),
        may_take=gates.may_anywhere(request.user, Permission.DUTY_TAKE),
        may_edit=may_edit,
        copy_form=forms.CopyWeek(monday=monday) if may_edit else None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def filling(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Put a person on several days of a week, and of the weeks after it."""
    roster = gates.roster_for(request.user, roster_id, Permission.ROSTER_EDIT)
    now = timezone.now()
    monday = _monday(request.GET.get("week", ""), request.user, now)
    form = forms.FillDays(request.POST or None, roster=roster, monday=monday, day=request.GET.get("day", ""))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("user", "from_time", "until_time")}
        planned = actions.fill_days(roster=roster, days=form.days, **given, by=request.user, at=now)
        return kit.done(request, _page(form.days[0]), _said(planned, roster.zone))
    title = f"Shifts: {roster.name}"
    return kit.page(request, "clients/fill_days.html", form=form, roster=roster, title=title, back=_page(monday))


@require_POST
def copying(request: HttpRequest) -> HttpResponse:
    """Plan another week like the one that is shown."""
    gates.require(request.user, Permission.CONSOLE_USE)
    gates.require(request.user, Permission.ROSTER_EDIT)
    now = timezone.now()
    monday = _monday(request.GET.get("week", ""), request.user, now)
    form = forms.CopyWeek(request.POST, monday=monday)
    if not form.is_valid():
        return kit.done(request, _page(monday), "Nothing was copied: choose a week from the list.")
    to = date.fromisoformat(form.cleaned_data["to"])
    try:
        planned = actions.copy_week(rosters=queries.rosters(), monday=monday, to=to, by=request.user, at=now)
    except actions.TooManyShifts as problem:
        return kit.not_done(request, _page(monday), str(problem))
    return kit.done(request, _page(to), _said(planned, request.user.zone))


def _monday(asked: str, user: User, now: datetime) -> date:
    """The Monday of the week of a day; of today where the day is none."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = now.astimezone(user.zone).date()
    day = day if day.year in YEARS else now.astimezone(user.zone).date()
    return day - timedelta(days=day.weekday())


def _page(day: date) -> str:
    monday = day - timedelta(days=day.weekday())
    return f"{reverse('console-roster')}?week={monday.isoformat()}"


def _said(planned: actions.Planned, zone: ZoneInfo) -> str:
    """What was planned and what was left out, in words."""
    made = len(planned.made)
    parts = [f"{made} shift{'' if made == 1 else 's'} planned." if made else "No shift was planned."]
    if planned.there_already:
        parts.append(f"{planned.there_already} stood there already.")
    for user, starts_at, why in planned.left_out[:LEFT_OUT_NAMED]:
        parts.append(f"Left out: {user.name}, {starts_at.astimezone(zone):%A %-d %B %H:%M} ({why}).")
    if len(planned.left_out) > LEFT_OUT_NAMED:
        parts.append(f"{len(planned.left_out) - LEFT_OUT_NAMED} more were left out.")
    return " ".join(parts)


def _shown(rosters: Sequence[Roster], monday: date, now: datetime, *, may_edit: bool) -> dict[str, Any]:
    """The office hours and each roster, day by day."""
    wide = (_midnight(monday, UTC) - DAY, _midnight(monday + WEEK, UTC) + DAY)
    plans = queries.duty_plans(rosters, *wide)
    stretches = {each.pk: _cover(plans[each.pk], monday, each.zone) for each in rosters}
    named = {pk for found in stretches.values() for each in found for pk in (each.person, each.missing)}
    people = User.objects.in_bulk(named - {None})
    shifts = queries.shifts_between(rosters, *wide)[:SHIFTS_SHOWN] if may_edit else []
    desks = [each for each in rosters if each.is_desk]
    return {
        "office": _office(desks, plans, monday, now) if desks else [],
        "zone": desks[0].time_zone if desks else "",
        "rosters": [
            {
                "roster": each,
                "days": list(_days(stretches[each.pk], people, each, monday, now)),
                "shifts": [shift for shift in shifts if shift.roster_id == each.pk and shift.ends_at > now],
            }
            for each in rosters
        ],
    }


def _cover(plan: Plan, monday: date, zone: ZoneInfo) -> list[Stretch]:
    return cover(plan, _midnight(monday, zone), _midnight(monday + WEEK, zone))


def _days(
    stretches: Iterable[Stretch], people: dict[int, User], roster: Roster, monday: date, now: datetime
) -> Iterator[Day]:
    held = list(stretches)
    for day in (monday + number * DAY for number in range(7)):
        low, high = _midnight(day, roster.zone), _midnight(day + DAY, roster.zone)
        inside = [each for each in held if _from(each, roster) < high and each.end > low]
        shown = [each for each in inside if each.person or each.missing or _is_gap(each, roster)]
        entries = [
            Entry(
                _hours(max(_from(each, roster), low), min(each.end, high), low, high, roster.zone),
                people[each.person].name if each.person else "",
                people[each.missing].name if each.missing else "",
            )
            for each in shown
        ]
        yield Day(day, entries, any(not each.person for each in shown), high <= now)


def _is_gap(stretch: Stretch, roster: Roster) -> bool:
    """Whether it is shown that nobody holds the roster: of desks the office hours say it; before it was made nobody
    was to hold it.
    """
    return not roster.is_desk and stretch.end > roster.created_at


def _from(stretch: Stretch, roster: Roster) -> datetime:
    return stretch.start if stretch.person else max(stretch.start, roster.created_at)


def _office(desks: Sequence[Roster], plans: dict[int, Plan], monday: date, now: datetime) -> list[Day]:
    """In which office hours of which day nobody is at any desk."""
    zone = desks[0].zone
    low, high = _midnight(monday, zone), _midnight(monday + WEEK, zone)
    held = without([(low, high)], gaps([plans[each.pk] for each in desks], low, high))
    calendars = queries.office_calendars(max(now, low))
    return list(_office_days(calendars, held, monday, zone, now))


def _office_days(
    calendars: Sequence[OfficeHours], held: list[Span], monday: date, zone: ZoneInfo, now: datetime
) -> Iterator[Day]:
    for day in (monday + number * DAY for number in range(7)):
        low, high = _midnight(day, zone), _midnight(day + DAY, zone)
        openings = sorted(span for each in calendars for span in each.openings(low, high))
        open_, nobody = joined(openings), joined(without(openings, held))
        entries = [Entry(_hours(*each, low, high, zone), "") for each in nobody]
        if open_ and not nobody:
            entries = [Entry("", "covered")]
        yield Day(day, entries or [Entry("", "closed")], bool(nobody), high <= now)


def _hours(start: datetime, end: datetime, low: datetime, high: datetime, zone: ZoneInfo) -> str:
    """`09:00–17:30`; empty for a whole day. A stretch that ends with the day ends at 24:00."""
    if (start, end) == (low, high):
        return ""
    until = "24:00" if end == high else f"{end.astimezone(zone):%H:%M}"
    return f"{start.astimezone(zone):%H:%M}–{until}"


def _absences(monday: date, reader: User, *, may_edit: bool) -> list[dict[str, Any]]:
    """Who is away in the week; why is for those who keep the rosters, and for the person."""
    low, high = _midnight(monday, reader.zone), _midnight(monday + WEEK, reader.zone)
    return [
        {
            "absence": each,
            "why": each.get_reason_display() if may_edit or each.user_id == reader.pk else "",
            "may_end": may_edit or each.user_id == reader.pk,
        }
        for each in queries.absences_between(low, high)[:SHIFTS_SHOWN]
    ]


def _midnight(day: date, zone: Any) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
