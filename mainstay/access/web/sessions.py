"""Where one is signed in."""

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access import actions, gates, queries

SHOWN_MAX = 100


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Each device that is signed in: what it is, from where, since when and when it was last used."""
    key, now = request.session.session_key, timezone.now()
    sessions = [
        (each, queries.number_of_session(each), each.pk == key)
        for each in queries.sessions_of(request.user, now, SHOWN_MAX)
    ]
    sessions.sort(key=lambda row: not row[2])
    return kit.page(request, "access/sessions.html", sessions=sessions, others=len(sessions) - 1)


@require_POST
def ending(request: HttpRequest, number: str) -> HttpResponse:
    """Sign one device out. It is named by a part of a hash: a session's key is shown to nobody."""
    session = gates.own_session_for(request.user, number, timezone.now())
    actions.end_session(session=session, by=request.user, at=timezone.now())
    return kit.done(request, reverse("account-sessions"), _("That device is signed out."))


@require_POST
def ending_others(request: HttpRequest) -> HttpResponse:
    """Sign all devices out but this one."""
    count = actions.end_other_sessions(user=request.user, session=request.session.session_key, at=timezone.now())
    said = _("Signed out elsewhere: %(count)d.") % {"count": count} if count else _("You are signed in only here.")
    return kit.done(request, reverse("account-sessions"), said)


@require_safe
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """For somebody without password or second factor, as whoever comes by a mailed code: sign in once more."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    onwards = urlencode({REDIRECT_FIELD_NAME: wanted if is_ours else "/"})
    return kit.page(request, "access/sign_in_again.html", again_url=f"{reverse('account_login')}?{onwards}")
