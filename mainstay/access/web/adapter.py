"""How Mainstay uses django-allauth: no registration by it, mails through our own outbox, links to our own address."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mainstay.access import actions, letters, ways_in
from mainstay.access.models import User
from mainstay.access.web.callers import address_of
from mainstay.common import mail


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

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:  # type: ignore[override]
        """Nobody by a password whose organisation signs its people in itself; said only once the password was right."""
        if not getattr(request, "by_provider", False) and ways_in.is_elsewhere(user):
            clear_login(request)
            return redirect("organisation-sign-in")
        found: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return found

    def set_password(self, user: User, password: str) -> None:
        """Whoever is not signed in came by the mailed link."""
        how = "changed" if self.request.user.is_authenticated else "recovered"
        actions.set_password(user=user, password=password, how=how, at=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return letters.recovery_link(key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post what allauth wants to say through the outbox, in our own words where we have some."""
        user = context.get("user") or User.objects.filter(email=email).first()
        write = letters.BY_TEMPLATE.get(template_prefix)
        if write is None or user is None:
            message = self.render_mail(template_prefix, email, {**context, "site_name": "Mainstay"})
            letter = mail.Letter(subject=message.subject, text=str(message.body))
        else:
            letter = write(user)
        mail.post(letter, to=email, key=f"{template_prefix}:{uuid.uuid4()}", at=timezone.now())

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address; those who have none share one rate limit."""
        return address_of(request)
