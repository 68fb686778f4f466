"""Forms about who is on call."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from mainstay.access.models import User
from mainstay.access.web.forms import NameField, time_zone_choices
from mainstay.clients import queries
from mainstay.clients.facts import Duty, Reason
from mainstay.clients.models import Roster
from mainstay.clients.models.roster import WEEKS_MAX
from mainstay.clients.web.forms import DayField, InstantField, in_zone

PEOPLE_MAX = 8
FILL_WEEKS_MAX = 26
COPY_WEEKS = 8
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")


class NewRoster(forms.Form):
    name = NameField(
        label="Name", help_text="As in: On call, or: Desk.", widget=forms.TextInput({"autocomplete": "off"})
    )
    duty = forms.ChoiceField(
        label="It says who is",
        choices=[(each.value, each.label) for each in Duty],
        required=False,
        help_text="Clients are promised somebody at the desk in office hours. Several desks cover them together.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zone_choices, initial="Europe/London", help_text="Hand-overs go by its clocks."
    )

    def clean_duty(self) -> Duty:
        return Duty(self.cleaned_data["duty"] or Duty.ON_CALL)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Roster.objects.filter(name=name).exists():
            raise forms.ValidationError("There is a roster of this name.")
        return name


class FillDays(forms.Form):
    """The same hours on several days of a week, and of weeks after it."""

    user = forms.ModelChoiceField(label="Person", queryset=User.objects.none(), empty_label=None)
    from_time = forms.TimeField(label="From", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    until_time = forms.TimeField(label="Until", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    on = forms.MultipleChoiceField(
        label="On",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one day."},
    )
    weeks = forms.IntegerField(
        label="For weeks", min_value=1, max_value=FILL_WEEKS_MAX, initial=1, help_text="1: only the week of these days."
    )

    def __init__(self, *args: Any, roster: Roster, monday: date, day: str = "", **kwargs: Any) -> None:
        wall = (time(9), time(17, 30)) if roster.is_desk else (time(17, 30), time(9))
        week = [(monday + timedelta(days=number)) for number in range(7)]
        asked = [day] if day in {each.isoformat() for each in week} else [each.isoformat() for each in week[:5]]
        kwargs["initial"] = {"from_time": wall[0], "until_time": wall[1], "on": asked}
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = queries.staff()  # type: ignore[attr-defined]
        choices = [(each.isoformat(), f"{each:%A} {each.day} {each:%B}") for each in week]
        self.fields["on"].choices = choices  # type: ignore[attr-defined]
        zone = roster.time_zone.replace("_", " ")
        self.fields["until_time"].help_text = f"Local time in {zone}. Earlier than the beginning: on the day after."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("from_time") is not None and cleaned.get("from_time") == cleaned.get("until_time"):
            self.add_error(
                "until_time", "The end must differ from the beginning. For a whole day choose 00:00 to 23:59."
            )
        return cleaned

    @property
    def days(self) -> list[date]:
        """Every day that was asked for, in order."""
        ticked = [date.fromisoformat(each) for each in self.cleaned_data["on"]]
        return sorted(day + timedelta(weeks=week) for week in range(self.cleaned_data["weeks"]) for day in ticked)


class CopyWeek(forms.Form):
    """To which week the one that begins on `monday` is copied."""

    to = forms.ChoiceField(label="Copy this week to")

    def __init__(self, *args: Any, monday: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        later = [monday + timedelta(weeks=number) for number in range(1, COPY_WEEKS + 1)]
        choices = [(each.isoformat(), f"the week of {each.day} {each:%B %Y}") for each in later]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class SetRotation(forms.Form):
    """People in order, and when they hand over."""

    first_on = DayField(label="First hand-over on", help_text="Its day of the week is that of every hand-over.")
    hand_over_at = forms.TimeField(
        label="Handed over at", initial="09:00", widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    weeks = forms.IntegerField(label="Weeks each", min_value=1, max_value=WEEKS_MAX, initial=1)

    def __init__(self, *args: Any, roster: Roster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hand_over_at"].help_text = f"Local time in {roster.time_zone}, summer and winter."
        for number in range(PEOPLE_MAX):
            self.fields[f"person_{number + 1}"] = forms.ModelChoiceField(
                label=ORDINALS[number], queryset=queries.staff(), required=number == 0, empty_label="nobody"
            )

    @property
    def people(self) -> list[User]:
        """Who was chosen, in order."""
        chosen = (self.cleaned_data[f"person_{number + 1}"] for number in range(PEOPLE_MAX))
        return [each for each in chosen if each is not None]


class Stretch(forms.Form):
    """A stretch of time, typed as local time of a zone."""

    starts_at = InstantField(label="From")
    ends_at = InstantField(label="Until")

    def __init__(self, *args: Any, zone: ZoneInfo, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at
        for name in ("starts_at", "ends_at"):
            self.fields[name].help_text = f"Local time in {zone.key}."

    def clean_starts_at(self) -> datetime:
        return in_zone(self.cleaned_data["starts_at"], self.zone)

    def clean_ends_at(self) -> datetime:
        ends_at = in_zone(self.cleaned_data["ends_at"], self.zone)
        if ends_at <= self.at:
            raise forms.ValidationError("This is over already: what was, stands.")
        return ends_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("starts_at") and cleaned.get("ends_at") and cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("ends_at", "The end must come after the beginning.")
        return cleaned


class Away(Stretch):
    """When somebody is away, why, and who stands in."""

    user = forms.ModelChoiceField(label="Person", queryset=User.objects.none(), empty_label=None)
    reason = forms.ChoiceField(
        label="Reason",
        choices=[(each.value, each.label) for each in Reason],
        required=False,
        initial=Reason.HOLIDAY.value,
        help_text="Shown to that person and to those who keep the rosters alone.",
    )
    deputy = forms.ModelChoiceField(
        label="Who takes over",
        queryset=User.objects.none(),
        required=False,
        empty_label="nobody: turns in that time are gaps",
        help_text="They hold the turns of that person on all rosters, and are told by mail.",
    )
    field_order = ["user", "reason", "starts_at", "ends_at", "deputy"]

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = queries.staff()  # type: ignore[attr-defined]

    def clean_reason(self) -> Reason:
        return Reason(self.cleaned_data["reason"] or Reason.OTHER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("deputy") is not None and cleaned["deputy"] == cleaned.get("user"):
            self.add_error("deputy", "Somebody else must take over.")
        return cleaned


class OfPerson(Stretch):
    """A stretch of time of a person. `people` are those who may be chosen."""

    user = forms.ModelChoiceField(label="Person", queryset=User.objects.none(), empty_label=None)
    field_order = ["user", "starts_at", "ends_at"]

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
