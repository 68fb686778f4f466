"""Risky acts ask once more who is there, unless that was shown within the last quarter of an hour.

`RISKY` is the list, by the name of the address. The pages of the accounts library that change how one signs in ask by
themselves, by the same rule (`AccountAdapter.is_reauthentication_required`).
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode

from mainstay.access.sessions import SIGN_IN

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ALL = CHANGES | {"GET", "HEAD"}

RISKY: Mapping[str, frozenset[str]] = {
    # how one signs in
    "account_set_password": ALL,
    "mfa_edit_webauthn": ALL,
    # keys for programs
    "account-token-new": ALL,
    # who may do what
    "console-staff-new": CHANGES,
    "console-colleague": CHANGES,
    "console-role-confirmation": CHANGES,
    "portal-administrator-confirmation": CHANGES,
    "portal-person-new": CHANGES,
    "portal-person": CHANGES,
    "portal-person-websites": CHANGES,
    "console-contact": CHANGES,
    "console-contact-new": CHANGES,
    "portal-access-request": CHANGES,
    "console-access-request-client": CHANGES,
    "portal-person-return": CHANGES,
    "portal-person-waking": CHANGES,
    # somebody else's way back in
    "console-colleague-factor-reset": CHANGES,
    "portal-person-factor-reset": CHANGES,
    # closing and off-boarding
    "console-colleague-suspension": CHANGES,
    "console-colleague-departure": CHANGES,
    "portal-person-removal": CHANGES,
    # who is let in by themselves
    "portal-domains": CHANGES,
    "portal-provider": CHANGES,
    "portal-provider-removal": CHANGES,
    "portal-provisioning-key-new": CHANGES,
    # what mail comes in by, and what alerts go out by
    "console-mailbox-new": ALL,
    "console-mailbox": CHANGES,
    "console-mailbox-removal": CHANGES,
    "console-mail-address-new": CHANGES,
    "console-mail-address": CHANGES,
    "console-mail-address-removal": CHANGES,
    "console-channel-new": ALL,
    "console-channel": CHANGES,
    # what signs people in elsewhere
    "console-party-new": CHANGES,
    "console-party": CHANGES,
    "console-party-secret": CHANGES,
    "console-party-removal": CHANGES,
    "console-signing-key": CHANGES,
    # erasing for good
    "console-person-erasure": CHANGES,
    # what binds the client
    "portal-agreement-signature": CHANGES,
    # exports of everything
    "console-fleet-export": ALL,
    "console-monitors-export": ALL,
    "account-data-taking": CHANGES,
}
"""Name of each address whose use is risky, and by which methods. Changing the password asks for the one before.

What only takes away from programs or from oneself (ending a token or a session) asks nothing: it may be in haste.
"""

FILES: Mapping[str, str] = {"console-record": "form", "portal-record": "form"}
"""Pages that hand themselves out as a file of everything, which is risky, and by which word of the address."""

SECRET = frozenset({
    "account_set_password",
    "portal-provider",
    "console-mailbox-new",
    "console-mailbox",
    "console-channel-new",
    "console-channel",
})  # fmt: skip
"""What is sent there is not kept while somebody shows who is there: it is typed once more."""


def answer_before(request: HttpRequest, name: str | None, at: datetime) -> HttpResponse | None:
    """Where to show who is there before `request` is let through to the address `name`; None when that is fresh.

    What was sent goes on by itself afterwards.
    """
    if not is_risky(request, name or "") or is_fresh(request, at):
        return None
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    way = methods[0]["url"] if methods else reverse("sign-in-again")
    if not methods or name in SECRET:
        return redirect(f"{way}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
    return suspend_request(request, way)


def is_risky(request: HttpRequest, name: str) -> bool:
    """Whether what is asked for at the address `name` needs somebody who showed lately who is there."""
    is_file = name in FILES and bool(request.GET.get(FILES[name]))
    return is_file or request.method in RISKY.get(name, ())


def is_fresh(request: HttpRequest, at: datetime) -> bool:
    """Whether the person showed who is there within the time that the settings allow, by signing in or since."""
    signed_in = parse_datetime(request.session.get(SIGN_IN, {}).get("at", ""))
    limit = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    if signed_in is not None and at - signed_in < limit:
        return True
    shown = [each["at"] for each in get_authentication_records(request, request.user) if each.get("reauthenticated")]
    return bool(shown) and time.time() - max(shown) < limit.total_seconds()
