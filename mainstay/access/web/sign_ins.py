"""What is noted when somebody signs in, or changes how: receivers of the signals that Django and allauth send."""

import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mainstay.access import actions
from mainstay.access.models import User
from mainstay.access.models.session import AGENT_MAX
from mainstay.access.notices import Seen
from mainstay.access.sessions import SIGN_IN
from mainstay.access.web.callers import address_of

HAS_ONE = "second_factor"
"""Where a session keeps that its person has a second factor: looked up once, and forgotten when one goes."""

DEVICE_COOKIE = "mainstay_device"
DEVICE_COOKIE_AGE_S = 400 * 24 * 60 * 60
KEY_LENGTH = 43


def start() -> None:
    """Listen; once, however often it is called."""
    user_logged_in.connect(remember_sign_in, dispatch_uid="access-sign-in")
    authenticator_added.connect(factor_added, dispatch_uid="access-factor-added")
    authenticator_removed.connect(factor_removed, dispatch_uid="access-factor-removed")
    authenticator_reset.connect(factor_added, dispatch_uid="access-factor-reset")
    authenticator_used.connect(factor_used, dispatch_uid="access-factor-used")


def seen_from(request: HttpRequest) -> Seen:
    """With what and from where `request` came."""
    agent = request.headers.get("User-Agent", "").replace("\x00", "")
    return Seen(agent=agent[:AGENT_MAX], address=address_of(request)[:64])


def remember_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Keep in the session when, with what and from where it began; the row of the session shows it."""
    seen = seen_from(request)
    now = timezone.now().isoformat()
    request.session[SIGN_IN] = {"at": now, "agent": seen.agent, "address": seen.address}


def note_device(request: HttpRequest, user: User) -> None:
    """Tell the owner when the browser is a new one; `keep_device` gives it the cookie it is known by."""
    key = request.COOKIES.get(DEVICE_COOKIE, "")
    if len(key) != KEY_LENGTH:
        key = secrets.token_urlsafe(32)
    request.device_key = key  # type: ignore[attr-defined]
    actions.note_device(user=user, key=key, seen=seen_from(request), at=timezone.now())


def keep_device(request: HttpRequest, answer: HttpResponse) -> None:
    """Give a browser that somebody signed in with its cookie."""
    key = getattr(request, "device_key", None)
    if key is not None:
        answer.set_cookie(
            DEVICE_COOKIE, key, max_age=DEVICE_COOKIE_AGE_S, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip


def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    _note(request, user, authenticator, is_added=True)


def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    request.session.pop(HAS_ONE, None)
    _note(request, user, authenticator, is_added=False)


def factor_used(sender: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    """A recovery code is for the day the device is lost: its use is told."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        left = len(Authenticator.objects.get(pk=authenticator.pk).wrap().get_unused_codes())
        actions.note_recovery_code(user=user, left=left, seen=seen_from(request), at=timezone.now())


def _note(request: HttpRequest, user: User, authenticator: Any, *, is_added: bool) -> None:
    key, kind = request.session.session_key, str(authenticator.type)
    actions.note_factor(user=user, factor=kind, is_added=is_added, session=key, at=timezone.now())
