"""Forms about a client's own identity provider."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mainstay.access.facts import Role
from mainstay.clients.models import ProviderConnection
from mainstay.clients.models.asking import DOMAIN_ROLES
from mainstay.clients.web.forms import client_roles

FOR_AGENCY = ("trusts_addresses", "is_private")


class OrganisationAddress(forms.Form):
    """Somebody says by which organisation they are to be signed in."""

    email = forms.EmailField(
        label=_("Your e-mail address at work"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": "autofocus"}),
    )


class Provider(forms.Form):
    """The client's provider. What only administrators of the agency may say is there for nobody else."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As your people know it: “Museum account”."))
    issuer = forms.URLField(
        label=_("Issuer"),
        assume_scheme="https",
        max_length=300,
        help_text=_("Letter by letter as your provider says it. Entra ID: https://login.microsoftonline.com/…/v2.0"),
    )
    application = forms.CharField(
        label=_("Client identifier"), max_length=200, help_text=_("What your provider calls Mainstay.")
    )
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Kept sealed, and never shown again. Empty: the one that is kept stays."),
    )
    makes_accounts = forms.BooleanField(
        label=_("Who is new gets in at once"),
        required=False,
        help_text=_("Otherwise only those whom you have invited."),
    )
    role = forms.ChoiceField(label=_("Who is new may"))
    is_required = forms.BooleanField(
        label=_("Sign in by it alone"),
        required=False,
        help_text=_("No passwords for addresses at your domains. Your administrators keep theirs, for an emergency."),
    )
    trusts_addresses = forms.BooleanField(
        label=_("Its addresses count as verified"),
        required=False,
        help_text=_("Only where people cannot choose the address that it tells."),
    )
    is_private = forms.BooleanField(label=_("It stands in a private network"), required=False)

    def __init__(self, *args: Any, by_agency: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [each for each in client_roles() if each[0] in DOMAIN_ROLES]  # type: ignore[attr-defined]
        self.fields["role"].initial = Role.VIEWER
        for name in () if by_agency else FOR_AGENCY:
            del self.fields[name]

    @staticmethod
    def of(connection: ProviderConnection | None) -> dict[str, Any]:
        """What the form begins with."""
        if connection is None:
            return {}
        names = ("name", "issuer", "application", "makes_accounts", "role", "is_required", *FOR_AGENCY)
        return {name: getattr(connection, name) for name in names}
