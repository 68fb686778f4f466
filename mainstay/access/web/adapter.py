"""How Mainstay uses django-allauth: no registration by it, mails through our own outbox, links to our own address."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mainstay.access import actions, letters, notices, ways_in
from mainstay.access.devices import in_words
from mainstay.access.models import User
from mainstay.access.web import rates, sign_ins, step_up
from mainstay.access.web.callers import address_of
from mainstay.common import mail, sealed

NOTICES = {
    "account/email/password_changed": "password",
    "account/email/password_reset": "password",
    "account/email/password_set": "password",
    "mfa/email/totp_activated": "app_added",
    "mfa/email/totp_deactivated": "app_removed",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
    "mfa/email/recovery_codes_generated": "codes_made",
}
"""Our notice for each mail that allauth sends by itself."""

SAID = {
    "account/messages/logged_in.txt": "",
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("Your password was changed. You are signed out everywhere else."),
    "account/messages/password_set.txt": _("Your password is set."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app was removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey was added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey was removed."),
    "mfa/messages/recovery_codes_generated.txt": "",
}
"""What a page says where allauth would say something by itself; nothing where the page itself says it."""

WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}
"""What each way of showing once more who is there is called."""


class AccountAdapter(DefaultAccountAdapter):
    """Overrides what allauth leaves to the project."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "Address and password do not belong together. Check both, or recover your password."
        ),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, or recover your password."),
        "enter_current_password": _("Enter the password you have now."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right, or it has run out. Enter the one your app shows now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never by allauth: `registering` has pages of its own, which tell nobody who has an account."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, until the browser is closed unless the person said otherwise; a new device is told of by mail."""
        super().login(request, user)
        if "_session_expiry" not in request.session:
            request.session.set_expiry(0)
        sign_ins.note_device(request, user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not while it was shown a short while ago who is there, as everywhere (`step_up`)."""
        return not step_up.is_fresh(self.request or context.request, timezone.now())

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [{**each, "description": WAYS[each["id"]]} for each in super().get_reauthentication_methods(user)]

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say it in our words, or not at all where the page says it."""
        if message_template not in SAID:
            super().add_message(request, level, message_template, *args, **kwargs)
        elif SAID[message_template]:
            super().add_message(request, level, message=str(SAID[message_template]))

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:  # type: ignore[override]
        """Nobody by a password whose organisation signs its people in itself; said only once the password was right."""
        if not getattr(request, "by_provider", False) and ways_in.is_elsewhere(user):
            clear_login(request)
            return redirect("organisation-sign-in")
        found: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return found

    def set_password(self, user: User, password: str) -> None:
        """Whoever is not signed in came by the mailed link."""
        is_here = self.request.user.is_authenticated
        how, here = ("changed", self.request.session.session_key) if is_here else ("recovered", None)
        actions.set_password(user=user, password=password, how=how, session=here, at=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return letters.recovery_link(key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post what allauth wants to say through the outbox, in our own words where we have some."""
        user = context.get("user") or User.objects.filter(email=email).first()
        kind = NOTICES.get(template_prefix)
        if kind is not None and user is not None:
            notices.post(user, kind, seen=sign_ins.seen_from(self.request), at=timezone.now())
            return
        message = self.render_mail(template_prefix, email, {**context, "site_name": "Mainstay"})
        letter = mail.Letter(subject=message.subject, text=str(message.body))
        mail.post(letter, to=email, key=f"{template_prefix}:{uuid.uuid4()}", at=timezone.now())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Guessing is limited for an address by the library, and here for a network and for all together."""
        if not rates.allowed_everywhere(request, "sign_in"):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address; those who have none share one rate limit."""
        return address_of(request)


class MfaAdapter(DefaultMFAAdapter):
    """How Mainstay uses second factors: secrets are sealed with a key outside the database, names are readable."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This did not work: the code or passkey is not right, or was too late. Try once more."),
    }

    def encrypt(self, text: str) -> str:
        return sealed.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was kept before secrets were sealed is read as it is."""
        return sealed.unseal(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - the library's word
        """`Firefox, Windows`, numbered when there is one of that name."""
        agent = context.request.headers.get("User-Agent", "") if context.request else ""
        name = in_words(agent) or str(_("Passkey"))
        rows = Authenticator.objects.filter(user=user, type=type)
        taken = {each.data.get("name") for each in rows}
        numbers = (f"{name} {number}" for number in range(2, 100))
        return name if name not in taken else next(each for each in numbers if each not in taken)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Mainstay"}

    def _get_site_name(self) -> str:
        return "Mainstay"
