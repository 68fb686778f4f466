"""Forms about relying parties."""

from typing import Any

from django import forms

from mainstay.access.facts import AGENCY_ROLES, CLIENT_ROLES, Permission, Role
from mainstay.access.rules import roles_with
from mainstay.access.web.forms import NameField
from mainstay.idp import holding
from mainstay.idp.models import RelyingParty

ROLES = [(role.value, role.label) for role in Role if role in CLIENT_ROLES or role in AGENCY_ROLES]
USUAL = sorted(roles_with(Permission.AMENDMENT_WRITE))
"""Who gets in unless something else is chosen: those who may write at a website."""


class PartyForm(forms.Form):
    """What is said of a relying party, at first and later."""

    name = NameField(label="Name", help_text="As people know it: “News site of the museum”.")
    redirects = forms.CharField(
        label="Redirect addresses",
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text="Where people come back to, one a line, letter by letter as the website sends it.",
    )
    lets_in = forms.MultipleChoiceField(
        label="Lets in",
        choices=ROLES,
        widget=forms.CheckboxSelectMultiple,
        help_text="It is told which of these roles somebody has there.",
    )
    start_url = forms.URLField(
        label="Where signing in begins",
        required=False,
        assume_scheme="https",
        max_length=500,
        help_text="A link for the people whom it lets in. Empty: no link.",
    )
    logout_url = forms.URLField(
        label="Back-channel logout address",
        required=False,
        assume_scheme="https",
        max_length=500,
        help_text="Is called when somebody is out, and ends their session there. Empty: it runs on.",
    )
    needs_proof_key = forms.BooleanField(
        label="It sends a proof key (PKCE)",
        required=False,
        initial=True,
        help_text="Take the tick away only where it keeps a secret and cannot send one.",
    )
    is_private = forms.BooleanField(
        label="It stands in a private network",
        required=False,
        help_text="Plain http:// and private addresses are allowed then. Only an administrator can say so.",
    )

    def clean_redirects(self) -> list[str]:
        return list(dict.fromkeys(self.cleaned_data["redirects"].split()))

    @staticmethod
    def of(party: RelyingParty) -> dict[str, Any]:
        """What the form begins with for a known one."""
        return {
            "name": party.name,
            "redirects": "\n".join(party.application.get_redirect_uris()),
            "lets_in": party.lets_in,
            "start_url": party.start_url,
            "logout_url": party.logout_url,
            "is_private": party.is_private,
            "needs_proof_key": party.needs_proof_key,
        }


class NewParty(PartyForm):
    """Where it belongs, and whether it can keep a secret, is said once."""

    place = forms.ChoiceField(label="Belongs to", help_text="Roles for this client, or this website, count.")
    is_confidential = forms.TypedChoiceField(
        label="Kind",
        choices=[("yes", "Runs on a server, and keeps a secret"), ("no", "Runs in a browser or on a phone: no secret")],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    field_order = ("name", "place", "is_confidential", "redirects", "lets_in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lets_in"].initial = USUAL
        self.fields["place"].choices = [("", "Choose…")] + [  # type: ignore[attr-defined]
            (
                f"{each.client_id}-{each.website_id or ''}",
                f"{each.client}: {each.website}" if each.website else each.client,
            )
            for each in holding.places()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        client_id, _, website_id = str(cleaned.pop("place", "")).partition("-")
        if client_id:
            cleaned |= {"client_id": int(client_id), "website_id": int(website_id) if website_id else None}
        return cleaned
