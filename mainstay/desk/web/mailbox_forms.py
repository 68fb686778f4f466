"""Forms of mailboxes and of the desk's addresses."""

import re
from typing import Any

from django import forms

from mainstay.access.web.forms import NameField
from mainstay.clients.facts import Audience
from mainstay.clients.models import Organisation
from mainstay.common.addresses import AddressRefused, parse
from mainstay.desk.channels.connecting import Unreachable, check_host
from mainstay.desk.channels.places import PORTS
from mainstay.desk.facts import Category
from mainstay.desk.mail_facts import Security, SignIn
from mainstay.desk.models import Mailbox
from mainstay.desk.models.choices import choices

SECRET = {"autocomplete": "off", "spellcheck": "false"}
SECURITY_WORDS = (
    (Security.TLS.value, "TLS (port 993)"),
    (Security.STARTTLS.value, "STARTTLS (port 143)"),
    (Security.NONE.value, "None: only inside a network that can be trusted"),
)
SIGN_IN_WORDS = ((SignIn.PASSWORD.value, "Password"), (SignIn.OAUTH2.value, "OAuth 2 (Microsoft 365, Gmail)"))
KEEP = "Leave it empty to keep the present one, which is not shown."
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _secret(label: str, help_text: str = "", most: int = 8000) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=most, strip=True, help_text=help_text,
        widget=forms.PasswordInput(SECRET),
    )  # fmt: skip


class MailboxForm(forms.Form):
    """A mailbox; its secrets are entered, and never shown again."""

    name = NameField(label="Name", help_text="As in: Support.")
    address = forms.EmailField(
        label="Address", max_length=254, help_text="Whose mail lies in it. It becomes one of the desk's addresses."
    )
    host = forms.CharField(label="IMAP server", max_length=253, help_text="As in: imap.agency.example.")
    security = forms.ChoiceField(label="Encryption", choices=SECURITY_WORDS)
    port = forms.IntegerField(
        label="Port", required=False, min_value=1, max_value=65535, help_text="Empty: the usual one."
    )
    user = forms.CharField(label="User name", max_length=254, help_text="Most often the whole address.")
    folder = forms.CharField(label="Folder", max_length=200, initial="INBOX")
    sign_in = forms.ChoiceField(label="Sign in by", choices=SIGN_IN_WORDS)
    password = _secret("Password", "With a second factor at the provider: an app password.", 1000)
    client_number = forms.CharField(
        label="Client ID", required=False, max_length=500, help_text="OAuth 2: of the application at the provider."
    )
    client_secret = _secret("Client secret", "OAuth 2: where the application has one.", 2000)
    refresh_token = _secret("Refresh token", "OAuth 2: with the right to read mail over IMAP.")
    token_url = forms.CharField(
        label="Token endpoint",
        required=False,
        max_length=500,
        help_text="OAuth 2: https://login.microsoftonline.com/YOUR-TENANT/oauth2/v2.0/token for Microsoft 365,"
        " https://oauth2.googleapis.com/token for Gmail.",
    )
    allow_private = forms.BooleanField(
        label="The server may be in a private network",
        required=False,
        help_text="For a mail server on this machine or inside the agency's own network.",
    )

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, may_allow_private: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mailbox, self.may_allow_private = mailbox, may_allow_private
        if not may_allow_private:
            del self.fields["allow_private"]
        for name in ("password", "client_secret", "refresh_token"):
            if mailbox is not None and getattr(mailbox, name):
                self.fields[name].help_text = KEEP

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("host", "user", "folder"):
            if CONTROL.search(given.get(name, "")):
                self.add_error(name, "It must not hold line breaks or other control characters.")
        if given.get("security") and not given.get("port") and "port" not in self.errors:
            given["port"] = PORTS[Security(given["security"])]
        self._check_sign_in(given)
        self._check_host(given)
        return given

    def _check_sign_in(self, given: dict[str, Any]) -> None:
        if given.get("sign_in") == SignIn.PASSWORD:
            if not given.get("password") and not self._kept("password"):
                self.add_error("password", "Give the password.")
            return
        if not given.get("client_number"):
            self.add_error("client_number", "Give the client ID of the application.")
        if not given.get("refresh_token") and not self._kept("refresh_token"):
            self.add_error("refresh_token", "Give the refresh token.")
        try:
            target = parse(given.get("token_url", ""))
        except AddressRefused as problem:
            self.add_error("token_url", problem.reason)
        else:
            if target.scheme != "https":
                self.add_error("token_url", "It must begin with https://, since secrets go there.")

    def _check_host(self, given: dict[str, Any]) -> None:
        if not given.get("host") or "host" in self.errors:
            return
        allowed = bool(given.get("allow_private")) if self.may_allow_private else self._kept("allow_private")
        try:
            check_host(given["host"].strip("[]"), allow_private=allowed)
        except Unreachable as problem:
            self.add_error("host", str(problem))
        else:
            given["host"] = given["host"].strip("[]").lower()

    def _kept(self, name: str) -> bool:
        return self.mailbox is not None and bool(getattr(self.mailbox, name))


def values_of(box: Mailbox) -> dict[str, Any]:
    """What a mailbox is, to fill its form with; without its secrets."""
    names = ("name", "host", "port", "security", "user", "folder", "sign_in", "client_number", "token_url")
    return {**{each: getattr(box, each) for each in names}, "address": box.address.address,
            "allow_private": box.allow_private}  # fmt: skip


class AddressForm(forms.Form):
    """An address of the desk, and what is known of mail to it."""

    address = forms.EmailField(label="Address", max_length=254)
    client = forms.ModelChoiceField(
        label="Client",
        queryset=Organisation.objects.filter(is_active=True),
        required=False,
        empty_label="All clients: whoever writes says whose it is",
        help_text="Mail of somebody unknown to this address becomes a ticket of this client. A contact's mail stays"
        " with the contact's own client.",
    )
    category = forms.ChoiceField(label="About", required=False, choices=[("", "Anything"), *choices(Category)])
    audience = forms.ChoiceField(label="Written by", required=False, choices=[("", "Anybody"), *choices(Audience)])
