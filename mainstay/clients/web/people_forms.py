"""Forms with which a client's administrators manage their own people, and strangers ask to be among them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mainstay.access.facts import Role
from mainstay.access.rules import in_one_line
from mainstay.access.web.forms import NameField
from mainstay.clients.facts import Audience
from mainstay.clients.models import Organisation
from mainstay.clients.models.asking import DOMAIN_ROLES
from mainstay.clients.web.forms import DayField, as_typed, client_roles, in_zone

ROLE_HELP = _("“Who may do what” on the page of people says what each may do.")
UNTIL_HELP = _("The last day, in your organisation’s time zone. Empty: until somebody ends it.")


class Ask(forms.Form):
    """Somebody with an account says where access is needed."""

    wanted = forms.CharField(
        label=_("Website or organisation"),
        max_length=200,
        help_text=_("The address of the website, or the name of the organisation."),
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    note = forms.CharField(
        label=_("What you need it for"),
        max_length=1000,
        required=False,
        help_text=_("So that whoever decides knows who you are."),
        widget=forms.Textarea({"rows": 3}),
    )

    def clean_wanted(self) -> str:
        wanted = in_one_line(self.cleaned_data["wanted"])
        if not wanted:
            raise forms.ValidationError(_("Say where you need access."))
        return wanted


class UntilMixin(forms.Form):
    """Turns the last day of access into the instant at which it ends, in the client's zone."""

    client: Organisation
    at: datetime

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day and day < self.at.astimezone(self.client.zone).date():
            raise forms.ValidationError(_("This day is over. Give today or a later one."))
        return day

    @property
    def access_until(self) -> datetime | None:
        """The end of the last day; None when access is not to end by itself."""
        day: date | None = self.cleaned_data["last_day"]
        return in_zone(datetime.combine(day + timedelta(days=1), time()), self.client.zone) if day else None


class Grant(UntilMixin):
    """Lets somebody in who asked."""

    role = forms.ChoiceField(label=_("May"), help_text=ROLE_HELP)
    last_day = DayField(label=_("Access until"), required=False, help_text=UNTIL_HELP)

    def __init__(self, *args: Any, client: Organisation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client, self.at = client, at
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            each for each in client_roles() if each[0] != Role.CLIENT_ADMINISTRATOR
        ]
        self.fields["role"].initial = Role.VIEWER


class PersonFields(UntilMixin):
    """What a client's administrator says of one of their people."""

    name = NameField(label=_("Name"), widget=forms.TextInput({"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    audience = forms.ChoiceField(label=_("Is a"))
    role = forms.ChoiceField(label=_("May"), help_text=ROLE_HELP)
    last_day = DayField(label=_("Access until"), required=False, help_text=UNTIL_HELP)

    def __init__(self, *args: Any, client: Organisation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client, self.at = client, at
        self.fields["role"].choices = client_roles()  # type: ignore[attr-defined]
        self.fields["audience"].choices = [(each.value, _(each.label)) for each in Audience]  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Any]:
        """What the action takes."""
        given = dict(self.cleaned_data)
        given.pop("last_day")
        return {**given, "access_until": self.access_until}


class NewPerson(PersonFields):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The invitation goes there."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    field_order = ["name", "email", "phone", "audience", "role", "last_day"]


class EditPerson(PersonFields):
    """As it is known now, but for the address, which is what the person is known by."""


class NewDomain(forms.Form):
    name = forms.CharField(
        label=_("Domain"),
        max_length=253,
        help_text=_("What stands behind the @ of your addresses: museum.example."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    role = forms.ChoiceField(label=_("Its people may"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [each for each in client_roles() if each[0] in DOMAIN_ROLES]  # type: ignore[attr-defined]
        self.fields["role"].initial = Role.VIEWER


class WhoseRequest(forms.Form):
    """The agency says whose a request is."""

    client = forms.ModelChoiceField(label="Client", queryset=Organisation.objects.none(), empty_label="Choose a client")

    def __init__(self, *args: Any, clients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]


def last_day_of(until: datetime | None, client: Organisation) -> date | None:
    """The last whole day before access ends, to fill a field with."""
    typed = as_typed(until, client.zone)
    return (typed - timedelta(microseconds=1)).date() if typed else None
