"""Forms about who is on call."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from mainstay.access.models import User
from mainstay.access.web.forms import NameField, time_zone_choices
from mainstay.clients import queries
from mainstay.clients.models import Roster
from mainstay.clients.models.roster import WEEKS_MAX
from mainstay.clients.web.forms import DayField, InstantField, in_zone

PEOPLE_MAX = 8
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")


class NewRoster(forms.Form):
    name = NameField(label="Name", help_text="As in: On call.", widget=forms.TextInput({"autocomplete": "off"}))
    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zone_choices, initial="Europe/London", help_text="Hand-overs go by its clocks."
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Roster.objects.filter(name=name).exists():
            raise forms.ValidationError("There is a roster of this name.")
        return name


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


class OfPerson(Stretch):
    """A stretch of time of a person. `people` are those who may be chosen."""

    user = forms.ModelChoiceField(label="Person", queryset=User.objects.none(), empty_label=None)
    field_order = ["user", "starts_at", "ends_at"]

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
