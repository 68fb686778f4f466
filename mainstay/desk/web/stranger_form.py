"""The form of a help page: what the portal asks, and who somebody is whom nobody knows."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from mainstay.desk import uploads
from mainstay.desk.web.asking import NewTicket

SALT = "desk.help_page"
LEAST = timedelta(seconds=3)
"""Nobody reads and fills in a form faster; a program does."""
LONGEST = timedelta(hours=12)


class StrangersTicket(NewTicket):
    """A request of somebody who has not signed in. The website is left out where the page is about one alone.

    Args:
        one_website: the page is about one website, or there is none to choose.
    """

    name = forms.CharField(
        label=_("Your name"), max_length=120, error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    address = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, help_text=_("The answer goes there."),
        error_messages={"required": _("Write your e-mail address, or we cannot answer.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    homepage = forms.CharField(
        label=_("Leave this empty"), required=False, max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip

    def __init__(self, *args: Any, one_website: bool, **kwargs: Any) -> None:
        super().__init__(*args, limits=uploads.STRANGERS, **kwargs)
        if one_website:
            del self.fields["website"]
        self.order_fields(["website", "subject", "page", "person"])
        last = [name for name in self.fields if name not in ("name", "address", "homepage")]
        self.order_fields([*last, "name", "address", "homepage"])

    def clean_homepage(self) -> str:
        """Programs fill in every field there is; a person who did by mistake is told."""
        if self.cleaned_data["homepage"].strip():
            raise forms.ValidationError(_("Empty this field and send again. It is there to keep programs out."))
        return ""


def stamped(at: datetime) -> str:
    """A sign of when the form was shown."""
    return signing.dumps(int(at.timestamp()), salt=SALT)


def trouble_with(stamp: str, at: datetime) -> str:
    """Why a form is not taken that came back at `at`, with what to do; empty when it is."""
    try:
        shown = int(signing.loads(stamp, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return _("The form could not be told from one that a program sent. Please press Send again.")
    age = timedelta(seconds=at.timestamp() - shown)
    if age > LONGEST:
        return _("The form stood open for very long. Nothing is lost: please press Send again.")
    return _("That was very quick. Please wait a few seconds and press Send again.") if age < LEAST else ""
