"""Forms about clients."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from mainstay.access.facts import CLIENT_ROLES, Role
from mainstay.access.models import User
from mainstay.access.web.forms import NameField, time_zone_choices
from mainstay.clients.facts import Audience, AvailabilityRule, Part, Sees
from mainstay.clients.models import Organisation
from mainstay.common import addresses
from mainstay.common.languages import LANGUAGES_SPOKEN

LOCAL_TIME = "%Y-%m-%dT%H:%M"
YEARS = range(1990, 2101)
QUORUM_MAX = 20


class DateInput(forms.DateInput):
    input_type = "date"


def plausible(typed: date) -> None:
    """Refuse a slip of the keyboard like the year 0206 or 20026."""
    if typed.year not in YEARS:
        raise forms.ValidationError(f"Give a year from {YEARS[0]} to {YEARS[-1]}.")


class DayField(forms.DateField):
    """A date, in the form browsers send it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DateInput(format="%Y-%m-%d"), validators=[plausible], **kwargs)


class InstantField(forms.DateTimeField):
    """A local time as it is typed; the form says in which zone with `in_zone`."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL_TIME)
        super().__init__(widget=widget, input_formats=[LOCAL_TIME, "%Y-%m-%d %H:%M"], validators=[plausible], **kwargs)


class Client(forms.Form):
    """A new client, with the day its contract begins."""

    name = NameField(label="Name", widget=forms.TextInput({"autocomplete": "off"}))
    time_zone = forms.ChoiceField(label="Time zone", choices=time_zone_choices, initial="Europe/London")
    starts_on = DayField(
        label="Contract begins on",
        help_text="Its anniversary begins each new contract year. The default terms are signed with it.",
    )


class EditClient(forms.Form):
    name = NameField(label="Name", widget=forms.TextInput({"autocomplete": "off"}))
    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zone_choices, help_text="Signed agreements keep the zone they were signed with."
    )
    sees = forms.ChoiceField(
        label="Its people read",
        choices=[(each.value, each.label) for each in Sees],
        required=False,
        help_text="Of requests, in the portal and the API. The client’s administrators always read all of them.",
    )
    is_active = forms.BooleanField(
        label="We serve this client", required=False, help_text="Without the tick its people can no longer sign in."
    )

    def clean_sees(self) -> str:
        """Where nothing is said, it stays as it was."""
        return self.cleaned_data["sees"] or self.initial.get("sees", Sees.ALL)


class WebAddressField(forms.URLField):
    """An address of a website: http or https, with a host name that could be on the internet or on a test network."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", max_length=500, **kwargs)
        self.widget.attrs.update({"inputmode": "url", "autocomplete": "off", "placeholder": "https://www.example.org/"})

    def clean(self, value: Any) -> str:
        url: str = super().clean(value)
        if not url:
            return url
        try:
            addresses.parse(url)
        except addresses.AddressRefused as problem:
            raise forms.ValidationError(str(problem)) from problem
        return url


class NewWebsite(forms.Form):
    name = NameField(label="Name", widget=forms.TextInput({"autocomplete": "off"}))
    url = WebAddressField(label="Address", help_text="Where visitors find it. This live address is what is promised.")
    staging_url = WebAddressField(
        label="Address of the staging copy", required=False, help_text="Its downtime is never charged."
    )


class EditWebsite(forms.Form):
    name = NameField(label="Name", widget=forms.TextInput({"autocomplete": "off"}))
    url = WebAddressField(label="Address")
    is_active = forms.BooleanField(label="We look after this website", required=False)
    rule = forms.ChoiceField(
        label="It is down when",
        choices=[
            ("any", "any of its monitors fails"),
            ("all", "all of them fail"),
            ("quorum", "a number of them fail"),
        ],
    )
    quorum = forms.IntegerField(label="That number", min_value=1, max_value=QUORUM_MAX, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("rule") == AvailabilityRule.QUORUM and not cleaned.get("quorum") and "quorum" not in self.errors:
            self.add_error("quorum", "Say how many monitors must fail together.")
        return cleaned


class ContactFields(forms.Form):
    """What is known of a client's person."""

    name = NameField(label="Name", widget=forms.TextInput({"autocomplete": "off"}))
    phone = forms.CharField(
        label="Telephone", max_length=40, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    audience = forms.ChoiceField(label="Is a", choices=[(each.value, each.label) for each in Audience])
    role = forms.ChoiceField(label="May")
    language = forms.ChoiceField(
        label="Language of letters",
        choices=[("", "As the person has chosen, else English"), *LANGUAGES_SPOKEN],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = client_roles()  # type: ignore[attr-defined]


class NewContact(ContactFields):
    email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="Mail from this address becomes a ticket of this client."
    )
    invite = forms.BooleanField(label="Invite to the portal now", required=False, initial=True)
    field_order = ["name", "email", "phone", "audience", "role", "language", "invite"]


class EditContact(ContactFields):
    is_active = forms.BooleanField(
        label="Works for the client", required=False, help_text="Without the tick access ends at once."
    )


class NameManager(forms.Form):
    part = forms.ChoiceField(
        label="As", choices=[(Part.MANAGER.value, "Account manager"), (Part.DEPUTY.value, "Deputy")]
    )
    user = forms.ModelChoiceField(label="Person", queryset=User.objects.none())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class SignAgreement(forms.Form):
    """A new version: only what differs from the default terms is written down."""

    effective_from = DayField(label="These terms hold from", help_text="From midnight in their time zone.")
    terms = forms.CharField(
        label="Terms that differ from the default",
        required=False,
        max_length=20_000,
        help_text="TOML. Leave it empty for the default terms; each line names a term and its value.",
        widget=forms.Textarea({"rows": 14, "spellcheck": "false", "autocomplete": "off", "class": "code"}),
    )


class Review(forms.Form):
    arranged_for = InstantField(label="Arranged for", required=False)
    held_on = DayField(label="Held on", required=False)

    def __init__(self, *args: Any, client: Organisation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.today = client.zone, at.astimezone(client.zone).date()
        self.fields["arranged_for"].help_text = f"Local time in {client.time_zone}."

    def clean_arranged_for(self) -> datetime | None:
        value = self.cleaned_data["arranged_for"]
        return in_zone(value, self.zone) if value else None

    def clean_held_on(self) -> date | None:
        value: date | None = self.cleaned_data["held_on"]
        if value and value > self.today:
            raise forms.ValidationError("This day is still to come: say for when the meeting is arranged.")
        return value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("arranged_for") and not cleaned.get("held_on"):
            raise forms.ValidationError("Say when the meeting will be, or when it was.")
        return cleaned


def client_roles() -> list[tuple[str, Any]]:
    """What a client's person may be, in words that a client understands."""
    words = {
        Role.CLIENT_ADMINISTRATOR: _("Client administrator: everything, and manages people"),
        Role.PUBLISHER: _("Publisher: asks, edits, and puts approved amendments online"),
        Role.APPROVER: _("Approver: asks, edits, and approves amendments"),
        Role.EDITOR: _("Editor: asks, and writes amendments"),
        Role.REQUESTER: _("Requester: opens and answers tickets"),
        Role.VIEWER: _("Viewer: reads"),
    }
    return [(role.value, words[role]) for role in Role if role in CLIENT_ROLES]


def in_zone(typed: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which clocks in `zone` show what was typed; the first one when they show it twice."""
    return typed.replace(tzinfo=zone, fold=0).astimezone(UTC)


def as_typed(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """What clocks in `zone` show at an instant, to fill a field with."""
    return at.astimezone(zone).replace(tzinfo=None) if at else None
