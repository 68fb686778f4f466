"""Forms with which people register themselves."""

from typing import Any

from allauth.account.fields import PasswordField, SetPasswordField
from django import forms
from django.utils.translation import gettext_lazy as _

from mainstay.access.models import User
from mainstay.access.web.forms import PASSWORD_HELP, NameField


class Register(forms.Form):
    """Asks for an address alone: what a stranger wrote before it is known whose the address is, is not kept."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Best the one you have at your organisation."),
        widget=forms.EmailInput({"autocomplete": "email", "autofocus": "autofocus"}),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class Finish(forms.Form):
    """Asks for a name and a password, once the address is known to be the person's own."""

    name = NameField(label=_("Your name"), widget=forms.TextInput({"autocomplete": "name", "autofocus": "autofocus"}))
    password1 = SetPasswordField(label=_("Password"), help_text=PASSWORD_HELP)
    password2 = PasswordField(label=_("Password again"), autocomplete="new-password")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = self.data.get("name", "") if self.is_bound else ""
        self.fields["password1"].user = User(email=email, name=typed)  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ. Type the same one twice."))
        return cleaned
