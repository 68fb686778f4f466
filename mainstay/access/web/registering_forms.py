"""Forms with which people register themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mainstay.access.models import User
from mainstay.access.web.forms import FirstPassword, NameField


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


CONSENT = _(
    "By opening the account you agree that your name, your address and what you do here are kept, as “What is kept"
    " about you” on your account page says."
)


class Finish(FirstPassword):
    """Asks for a name and a password, once the address is known to be the person's own."""

    name = NameField(label=_("Your name"), widget=forms.TextInput({"autocomplete": "name", "autofocus": "autofocus"}))
    field_order = ("name", "password1", "password2")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        owner = User(email=email)
        super().__init__(*args, user=owner, **kwargs)
        owner.name = self.data.get("name", "") if self.is_bound else ""
