"""Forms of accounts: those of allauth in our own words, and our own."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from allauth.account import forms as account
from allauth.account.fields import PasswordField, SetPasswordField
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mainstay.access import worker
from mainstay.access.facts import AGENCY_ROLES, Permission, Role
from mainstay.access.models import User
from mainstay.access.portraits import BYTES_MAX
from mainstay.access.rules import in_one_line
from mainstay.access.web import rates
from mainstay.common.languages import LANGUAGES_SPOKEN

PASSWORD_HELP = _("At least 15 characters. A few words in a row are easy to remember.")
LIFETIMES = {"30": _("30 days"), "90": _("90 days"), "365": _("one year")}


class Worded(forms.Form):
    """A form with our own labels and help, and no text inside its fields that vanishes on typing."""

    labels: dict[str, str] = {}
    helps: dict[str, str] = {}
    attributes: dict[str, dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(self.attributes.get(name, {}))


class SignIn(Worded, account.LoginForm):
    labels = {
        "login": _("E-mail address"),
        "password": _("Password"),
        "remember": _("Keep me signed in on this device"),
    }
    attributes = {"login": {"autocomplete": "username webauthn", "autofocus": "autofocus"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = self.labels["login"]  # type: ignore[index]


class Recovery(Worded, account.ResetPasswordForm):
    """Asks for a link. The answer and the time it takes are the same whether or not the address has an account."""

    labels = {"email": _("E-mail address")}
    attributes = {"email": {"autocomplete": "username", "autofocus": "autofocus"}}

    def clean_email(self) -> str:
        if not rates.allowed_everywhere(context.request, "recover"):
            raise forms.ValidationError(_("That was too often in a short time. Wait a few minutes, then try again."))
        return self.cleaned_data["email"].strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        worker.recover_password.enqueue(email=self.cleaned_data["email"], key=uuid.uuid4().hex)
        return self.cleaned_data["email"]


class NewPassword(Worded, account.ResetPasswordKeyForm):
    labels = {"password1": _("New password"), "password2": _("New password again")}
    helps = {"password1": PASSWORD_HELP}


class ChangePassword(Worded, account.ChangePasswordForm):
    labels = {
        "oldpassword": _("Password you have now"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    helps = {"password1": PASSWORD_HELP}


class Reauthentication(Worded, account.ReauthenticateForm):
    labels = {"password": _("Password")}


class SecondFactor(Worded, AuthenticateForm):
    labels = {"code": _("Code")}
    helps = {"code": _("The six digits your app shows now, or one of your recovery codes.")}
    attributes = {"code": {"inputmode": "text", "autofocus": "autofocus"}}


class SecondFactorAgain(Worded, ReauthenticateForm):
    labels = {"code": _("Code")}
    helps = {"code": _("The six digits your app shows now, or one of your recovery codes.")}


class ActivateTOTP(Worded, ActivateTOTPForm):
    labels = {"code": _("Code that your app shows")}
    helps = {"code": _("Six digits.")}
    attributes = {"code": {"inputmode": "numeric"}}


class AddPasskey(Worded, AddWebAuthnForm):
    """A name, and what the browser made; each key can open the account alone, so there is nothing to choose."""

    labels = {"name": _("Name")}
    helps = {"name": _("So that you recognise it later: “My telephone”.")}
    attributes = {"name": {"maxlength": "80", "autocomplete": "off"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]

    def clean_name(self) -> str:
        return in_one_line(super().clean_name())[:80]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True  # the device has to have asked who holds it
        return super().clean()


class NamePasskey(Worded, EditWebAuthnForm):
    labels = {"name": _("Name")}
    attributes = {"name": {"maxlength": "80", "autocomplete": "off"}}

    def clean_name(self) -> str:
        return in_one_line(self.cleaned_data["name"])[:80]


class FirstPassword(forms.Form):
    """Sets the password of somebody invited."""

    password1 = SetPasswordField(label=_("Password"), help_text=PASSWORD_HELP)
    password2 = PasswordField(label=_("Password again"), autocomplete="new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].user = user  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ. Type the same one twice."))
        return cleaned


class NameField(forms.CharField):
    """A name in one line, whatever was pasted: it stands in subjects of mails."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)

    def to_python(self, value: Any) -> str:
        name: str = super().to_python(value)
        return name if "\x00" in name else in_one_line(name)  # NUL is refused with a message of its own


class Profile(forms.Form):
    name = NameField(label=_("Name"), widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        help_text=_("As people should dial it, with the country's code."),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Times are shown to you in this zone."))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As my browser says")), *LANGUAGES_SPOKEN],
        required=False,
        help_text=_("Of the portal and of your account. The console is in English."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zone_choices()  # type: ignore[attr-defined]


class Portrait(forms.Form):
    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG or WebP, up to 5 MB. It is cut to a square."),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_picture(self) -> UploadedFile:
        picture: UploadedFile = self.cleaned_data["picture"]
        if (picture.size or 0) > BYTES_MAX:
            raise forms.ValidationError(_("This file is too large. Choose one of at most 5 MB."))
        return picture


class NewToken(forms.Form):
    """Asks what a program may do. Only the rights that its owner may give are offered."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("So that you recognise it later: “Status screen in reception”."),
    )
    scopes = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)
    lifetime = forms.ChoiceField(label=_("It works for"), choices=LIFETIMES.items(), initial="90")

    def __init__(self, *args: Any, allowed: frozenset[Permission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(each.value, each.value) for each in sorted(allowed)]  # type: ignore[attr-defined]

    def lifetime_chosen(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["lifetime"]))


class Invite(forms.Form):
    """A new member of staff."""

    name = NameField(label=_("Name"), widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("The invitation goes there."))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices()  # type: ignore[attr-defined]


class ChangeRole(forms.Form):
    role = forms.ChoiceField(label=_("Role"))
    last_day = forms.DateField(
        label=_("Access until"),
        required=False,
        help_text=_("The last day. Empty: until somebody ends it."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, at: datetime, **kwargs: Any) -> None:
        self.zone, self.at = zone, at
        given = kwargs.get("initial") or {}
        until = given.pop("access_until", None)
        if until is not None:
            given["last_day"] = (until - timedelta(microseconds=1)).astimezone(zone).date()
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices()  # type: ignore[attr-defined]

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day and day < self.at.astimezone(self.zone).date():
            raise forms.ValidationError(_("This day is over. Give today or a later one."))
        return day

    @property
    def access_until(self) -> datetime | None:
        """The end of the last day in the zone of whoever says so; None when access is not to end by itself."""
        day: date | None = self.cleaned_data["last_day"]
        return datetime.combine(day + timedelta(days=1), time(), self.zone).astimezone(UTC) if day else None


def role_choices() -> list[tuple[str, str]]:
    """The roles at the agency, in the order of their definition."""
    return [(role.value, role.label) for role in Role if role in AGENCY_ROLES]


def time_zone_choices() -> list[tuple[str, str]]:
    """Every zone of the world by its name, without the historical aliases at the top level."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [(name, name.replace("_", " ")) for name in [*names, "UTC"]]
