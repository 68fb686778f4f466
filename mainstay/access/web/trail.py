"""What a request leaves on record: from where it came, what it changed, what it took away, and what was refused."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mainstay.access.facts import FileTaken, Refused, SignedIn, SignedOut, SignInFailed
from mainstay.access.models import ApiToken, User
from mainstay.access.web.callers import address_of
from mainstay.common import facts, trail
from mainstay.common.trail.changes import Change

API = "/api/"
FILES = ("application/pdf", "application/zip", "text/csv", "application/x-ndjson", "application/yaml")
REFUSED_EVERY_S = 60
OBJECTS = frozenset({"slug", "reference", "month", "version"})
"""Arguments of addresses that are kept beside numbers; others may be keys that open something."""

PAGES = facts.Process("web")


class TrailMiddleware:
    """Stands outside of the transaction of a request: what was refused stays on record though all else is undone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with trail.during(_origin(request)) as here:
            answer = self.get_response(request)
            self._note(request, answer, here)
        return answer

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> None:
        here = trail.origin()
        if here is not None and request.resolver_match is not None:
            here.page = request.resolver_match.view_name[:80]

    def _note(self, request: HttpRequest, answer: HttpResponse, here: trail.Origin) -> None:
        changes = list(_still_so(here.changes))
        here.changes[:] = changes
        if changes:
            _record(trail.rows_changed(here), request, here)
        if answer.status_code == 403 and request.user.is_authenticated and _is_first(request, here):
            _record(Refused(page=here.page or "unknown", method=str(request.method)), request, here)
        elif answer.status_code == 200 and request.method == "GET" and _is_file(answer):
            _record(FileTaken(page=here.page, objects=_objects(request)), request, here)


def token_used(token: ApiToken) -> None:
    """Say with which token the request came."""
    here = trail.origin()
    if here is not None:
        here.token_id = token.pk


def start() -> None:
    """Hear of those who come, go, and do not get in."""
    user_logged_in.connect(_came, dispatch_uid="trail")
    user_logged_out.connect(_went, dispatch_uid="trail")
    user_login_failed.connect(_not_let_in, dispatch_uid="trail")


def _came(sender: Any, user: User, **_rest: Any) -> None:
    if trail.origin() is not None:
        facts.record(SignedIn(user_id=user.pk), by=user, at=timezone.now())


def _went(sender: Any, user: User | None, **_rest: Any) -> None:
    if user is not None and trail.origin() is not None:
        facts.record(SignedOut(user_id=user.pk), by=user, at=timezone.now())


def _not_let_in(sender: Any, credentials: dict[str, Any], **_rest: Any) -> None:
    """The same is written for an address that nobody has; the address itself is not: it may be a password."""
    if trail.origin() is None:
        return
    given = str(credentials.get("email") or credentials.get("username") or "").replace("\x00", "").strip().lower()
    user_id = User.objects.filter(email=given).values_list("pk", flat=True).first()
    facts.record(SignInFailed(user_id=user_id), by=PAGES, at=timezone.now())


def _origin(request: HttpRequest) -> trail.Origin:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return trail.Origin(
        door="api" if request.path.startswith(API) else "page",
        address=address_of(request)[:45],
        session=sha256(key.encode(errors="replace")).hexdigest()[:16] if key else "",
    )


def _record(fact: Any, request: HttpRequest, here: trail.Origin) -> None:
    """For the client whose object the request was about, if it was one's."""
    client_id = next(iter(here.clients)) if len(here.clients) == 1 else None
    user = request.user if request.user.is_authenticated else PAGES
    facts.record(fact, by=user, at=timezone.now(), client_id=client_id)


def _still_so(changes: Iterable[Change]) -> Iterable[Change]:
    """Of what no fact took along, what stands in the database: the rest was undone with its transaction."""
    return [each for each in changes if each.holds()]


def _is_first(request: HttpRequest, here: trail.Origin) -> bool:
    """Whether this was not refused to the same person within the minute: nobody can flood the record."""
    return bool(cache.add(f"refused:{request.user.pk}:{here.page}", 1, REFUSED_EVERY_S))


def _is_file(answer: HttpResponse) -> bool:
    kind = answer.get("Content-Type", "").partition(";")[0].strip()
    return answer.get("Content-Disposition", "").startswith("attachment") or kind in FILES


def _objects(request: HttpRequest) -> dict[str, str]:
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    return {name: str(value)[:80] for name, value in kwargs.items() if isinstance(value, int) or name in OBJECTS}
