"""Who is on call, in the console."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients import actions, gates, queries
from mainstay.clients.facts import Duty
from mainstay.clients.models import Roster, Rotation
from mainstay.clients.rules.roster import Stretch, cover
from mainstay.clients.web import duty_forms as forms

WEEKS_SHOWN = 4
ROWS_MAX = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch of the calendar with people in it; without `person` it is a gap, of `missing` where that is known."""

    start: datetime
    end: datetime
    person: User | None
    missing: User | None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar and who is on call in it: from when by the roster's clock (empty: from midnight), and who.

    Without a name nobody is.
    """

    day: date
    held: list[tuple[str, str]]
    has_gap: bool


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Who is on call of each roster now and next, and over the coming weeks."""
    gates.require(request.user, Permission.CONSOLE_USE)
    now = timezone.now()
    rosters = queries.rosters(Duty.ON_CALL)
    return kit.page(
        request,
        "clients/on_call.html",
        rosters=[_shown(each, request.user, now) for each in rosters],
        absences=queries.coming_absences(now)[:ROWS_MAX],
        may_take=gates.may_anywhere(request.user, Permission.DUTY_TAKE),
        may_edit=gates.may_anywhere(request.user, Permission.ROSTER_EDIT),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest) -> HttpResponse:
    """A new roster."""
    gates.require(request.user, Permission.ROSTER_EDIT)
    asked = request.GET.get("duty", "")
    initial = {"duty": asked, "name": "Desk"} if asked == Duty.DESK else {}
    form = forms.NewRoster(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        roster = actions.make_roster(**form.cleaned_data, by=request.user, at=timezone.now())
        if roster.is_desk:
            said = f"{roster.name} was made. Say who is there when: add shifts, or let people take turns."
            return kit.done(request, reverse("console-roster"), said)
        next_ = reverse("console-roster-rotation", args=[roster.pk])
        return kit.done(request, next_, f"{roster.name} was made. Say who takes turns.")
    return _form(request, form, "New roster", "Make this roster")


@require_http_methods(["GET", "HEAD", "POST"])
def rotation(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Say who takes turns from now on."""
    roster = gates.roster_for(request.user, roster_id, Permission.ROSTER_EDIT)
    form = forms.SetRotation(request.POST or None, roster=roster, initial=_initial(roster))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("first_on", "hand_over_at", "weeks")}
        now = timezone.now()
        made = actions.set_rotation(roster=roster, people=form.people, **given, by=request.user, at=now)
        return _back(request, _from_when(made, roster, now))
    return _form(request, form, f"Who takes turns: {roster.name}", "Set this rotation", roster=roster)


@require_POST
def rotation_end(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Nobody takes turns any more."""
    roster = gates.roster_for(request.user, roster_id, Permission.ROSTER_EDIT)
    actions.end_rotation(roster=roster, by=request.user, at=timezone.now())
    return _back(request, "The rotation has ended. Shifts made by hand stay.")


@require_http_methods(["GET", "HEAD", "POST"])
def shift_creation(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Put a person on call for a time."""
    roster = gates.roster_for(request.user, roster_id, Permission.ROSTER_EDIT)
    now = timezone.now()
    form = forms.OfPerson(request.POST or None, zone=roster.zone, at=now, people=queries.staff())
    if request.method == "POST" and form.is_valid() and _is_planned(form, roster, now, by=request.user):
        return _back(request, "The shift was planned.")
    return _form(request, form, f"New shift: {roster.name}", "Plan this shift", roster=roster)


@require_http_methods(["GET", "HEAD", "POST"])
def taking_over(request: HttpRequest, roster_id: int) -> HttpResponse:
    """Take the duty over: at once with one press, or for a time that is typed."""
    roster = gates.roster_for(request.user, roster_id, Permission.DUTY_TAKE)
    now, user = timezone.now(), request.user
    form = forms.Stretch(request.POST or None, zone=roster.zone, at=now)
    if request.method == "POST" and request.POST.get("when") == "now":
        return _take_over_now(request, roster, now)
    mine = {"user": user, "is_override": True, "by": user}
    if request.method == "POST" and form.is_valid() and _is_planned(form, roster, now, **mine):
        return _back(request, "You take over for that time.")
    return _form(request, form, f"Take over: {roster.name}", "I take over for this time", roster=roster)


@require_POST
def shift_cancellation(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Call a shift off, or end one that has begun."""
    shift = gates.shift_for(request.user, shift_id, Permission.ROSTER_EDIT)
    return _cut(request, lambda at: actions.cut_shift(shift=shift, by=request.user, at=at))


@require_http_methods(["GET", "HEAD", "POST"])
def absence_creation(request: HttpRequest) -> HttpResponse:
    """Note that somebody is away: oneself, or anybody for those who keep the rosters."""
    gates.require(request.user, Permission.DUTY_TAKE)
    now = timezone.now()
    is_editor = gates.may_anywhere(request.user, Permission.ROSTER_EDIT)
    people = queries.staff() if is_editor else queries.staff().filter(pk=request.user.pk)
    initial = {"user": request.user.pk}
    form = forms.Away(request.POST or None, zone=request.user.zone, at=now, people=people, initial=initial)
    if request.method == "POST" and form.is_valid() and _is_noted(form, request.user, now):
        stands_in = form.cleaned_data["deputy"]
        told = (
            f"{stands_in.name} takes over." if stands_in else "Turns in that time are gaps until somebody takes over."
        )
        return _back(request, f"The absence was noted. {told}")
    return _form(request, form, "Somebody is away", "Note this absence")


@require_POST
def absence_cancellation(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Call an absence off, or end one that has begun."""
    absence = gates.absence_for(request.user, absence_id)
    return _cut(request, lambda at: actions.cut_absence(absence=absence, by=request.user, at=at))


def _is_planned(form: forms.Stretch, roster: Roster, now: datetime, **given: Any) -> bool:
    """Plan the shift that was typed. Where the person is away then the form says so: False."""
    try:
        actions.plan_shift(roster=roster, **form.cleaned_data, **given, at=now)
    except actions.PersonAway as problem:
        form.add_error(None, str(problem))
        return False
    return True


def _is_noted(form: forms.Away, by: User, now: datetime) -> bool:
    """Note the absence that was typed. Where the deputy is away too the form says so: False."""
    try:
        actions.note_absence(**form.cleaned_data, by=by, at=now)
    except actions.PersonAway as problem:
        form.add_error("deputy", str(problem))
        return False
    return True


def _from_when(rotation: Rotation, roster: Roster, now: datetime) -> str:
    """What was done by setting a rotation, in words."""
    if rotation.starts_at <= now:
        return "The rotation holds from now on; what was before stays on record."
    begins = rotation.starts_at.astimezone(roster.zone)
    return f"The rotation holds from {begins:%A %-d %B, %H:%M} on; until then it stays as it is."


def _take_over_now(request: HttpRequest, roster: Roster, now: datetime) -> HttpResponse:
    was_away = queries.absences_in(request.user, now, now + queries.MOMENT).exists()
    try:
        shift = actions.take_over(roster=roster, user=request.user, by=request.user, at=now)
    except actions.NobodyToTake as problem:
        return _back(request, str(problem))
    until = shift.ends_at.astimezone(request.user.zone)
    ended = " Your absence ends now." if was_away else ""
    where, told = ("at the desk", "") if roster.is_desk else ("on call", " Both of you get a mail.")
    return _back(request, f"You are {where} until {until:%A %-d %B, %H:%M}.{ended}{told}")


def _cut(request: HttpRequest, cut: Any) -> HttpResponse:
    try:
        cut(timezone.now())
    except actions.DutyOver as problem:
        return _back(request, str(problem))
    return _back(request, "It was called off.")


def _shown(roster: Roster, reader: User, now: datetime) -> dict[str, Any]:
    """What the page shows of one roster. Days are those of the roster's zone."""
    end = now + timedelta(weeks=WEEKS_SHOWN)
    stretches = cover(queries.duty_plan(roster, now, end), now, end)
    people = User.objects.in_bulk({each.person or each.missing for each in stretches} - {None})
    held = [_held(each, people) for each in stretches]
    rotation = queries.rotation_of(roster)
    return {
        "roster": roster,
        "now": held[0],
        "next": held[1] if len(held) > 1 else None,
        "is_me": held[0].person == reader,
        "gaps": [each for each in held if each.person is None],
        "days": list(_days(held, roster)),
        "shifts": queries.coming_shifts(roster, now)[:ROWS_MAX],
        "rotation": rotation,
        "is_coming": rotation is not None and rotation.starts_at > now,
    }


def _held(stretch: Stretch, people: dict[int, User]) -> Held:
    return Held(
        stretch.start,
        stretch.end,
        people[stretch.person] if stretch.person else None,
        people[stretch.missing] if stretch.missing else None,
    )


def _days(held: list[Held], roster: Roster) -> Iterator[Day]:
    day = held[0].start.astimezone(roster.zone).date()
    last = (held[-1].end - timedelta(microseconds=1)).astimezone(roster.zone).date()
    while day <= last:
        begins = datetime.combine(day, datetime.min.time(), roster.zone)
        ends = datetime.combine(day + timedelta(days=1), datetime.min.time(), roster.zone)
        inside = [each for each in held if each.start < ends and each.end > begins]
        names = [(_since(each, begins, roster), each.person.name if each.person else "") for each in inside]
        yield Day(day, names, any(each.person is None for each in inside))
        day += timedelta(days=1)


def _since(held: Held, begins: datetime, roster: Roster) -> str:
    """From when somebody is on call on a day that begins then; empty from its beginning."""
    return f"{held.start.astimezone(roster.zone):%H:%M}" if held.start > begins else ""


def _initial(roster: Roster) -> dict[str, Any]:
    running = queries.rotation_of(roster)
    if running is None:
        return {}
    people = {f"person_{number + 1}": pk for number, pk in enumerate(running.people[: forms.PEOPLE_MAX])}
    return {"first_on": running.first_on, "hand_over_at": running.hand_over_at, "weeks": running.weeks, **people}


def _form(request: HttpRequest, form: Any, title: str, button: str, roster: Roster | None = None) -> HttpResponse:
    return kit.page(
        request, "clients/duty_form.html", form=form, title=title, button=button, roster=roster, back=_where(request)
    )


def _back(request: HttpRequest, message: str) -> HttpResponse:
    return kit.done(request, _where(request), message)


def _where(request: HttpRequest) -> str:
    """The page that somebody came from: the week of the roster (`from=YYYY-MM-DD`), or who is on call."""
    try:
        week = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return reverse("console-on-call")
    return f"{reverse('console-roster')}?week={week.isoformat()}"
