"""Where tasks report: the one address at which a GET changes something (docs/decisions/0014-signals-by-get.md)."""

import codecs
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mainstay.access.web.callers import address_of as address_of_caller
from mainstay.common import sealed, tenancy
from mainstay.watch import actions, gates, queries
from mainstay.watch.facts import Signal
from mainstay.watch.models import Beat, Monitor
from mainstay.watch.models.beat import NOTE_MAX

READ_MAX = 5 * 1024 * 1024
READ_AT_ONCE = 64 * 1024
EXIT_STATUS_MAX = 255
ADDRESS_MAX = 45
CUT = "\n[cut: a note is kept up to 10 kB]"
TEXT = "text/plain; charset=utf-8"


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, token: str, signal: str = "") -> HttpResponse:
    """Take in what a task says: nothing or `success`, `start`, `fail`, `log`, or its exit status."""
    try:
        said, exit_status = _signal(signal)
        _take_in(token, said, exit_status, _note(request), address_of_caller(request)[:ADDRESS_MAX])
    except Http404:
        return HttpResponse("There is no such task.\n", TEXT, status=404)
    return HttpResponse("OK", TEXT)


def address_of(monitor: Monitor) -> str | None:
    """Where the task of `monitor` reports; None where it is not called, or its token was sealed with another key."""
    beat: Beat | None = getattr(monitor, "beat", None)
    if beat is None:
        return None
    try:
        path = reverse("beat", args=[sealed.unseal(beat.token)])
    except sealed.CannotBeOpened:
        return None
    return f"{settings.MAINSTAY.url.rstrip('/')}{path}"


def shown(monitor: Monitor) -> dict[str, Any]:
    """What a heartbeat's page needs."""
    address = address_of(monitor)
    call = f"curl -fsS -m 10 --retry 5 -o /dev/null {address}"
    return {
        "beat": queries.beat_now(monitor),
        "beat_lines": [
            ("At the end of the task", call),
            ("With its beginning and its exit status", f"{call}/start; my-task; {call}/$?"),
            ("As a line of a crontab", f"30 2 * * * {call}/start; my-task; {call}/$?"),
        ]
        if address
        else [],
    }


def _take_in(token: str, signal: Signal, exit_status: int | None, note: str, from_address: str) -> None:
    """Raises Http404 where no task has the token. Where it is just moving to another monitor, it is looked for anew."""
    while True:
        with tenancy.everything():
            beat = gates.beat_with(token)
        try:
            with tenancy.scope([beat.client_id]):
                return actions.hear(
                    beat=beat,
                    signal=signal,
                    exit_status=exit_status,
                    note=note,
                    from_address=from_address,
                    at=timezone.now(),
                )
        except actions.TokenGone:
            continue


def _signal(word: str) -> tuple[Signal, int | None]:
    """What the last part of the address means. Raises Http404 for a word that means nothing."""
    if word in list(Signal):
        return Signal(word), None
    if not word:
        return Signal.SUCCESS, None
    if word.isascii() and word.isdigit() and len(word) <= len(str(EXIT_STATUS_MAX)) and int(word) <= EXIT_STATUS_MAX:
        return Signal.FAIL if int(word) else Signal.SUCCESS, int(word)
    raise Http404


def _note(request: HttpRequest) -> str:
    """What the task adds: the body, else `?note=`. Of what is longer the beginning is kept; no byte is refused."""
    body = _body(request)
    raw = body or request.GET.get("note", "").encode("utf-8", "replace")
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(raw[:NOTE_MAX]).replace("\x00", "\ufffd")
    return text[: NOTE_MAX - len(CUT)] + CUT if len(raw) > NOTE_MAX else text


def _body(request: HttpRequest) -> bytes:
    """The beginning of the body. The rest is read and let go, so that whoever sends it hears the answer."""
    kept, read = b"", 0
    try:
        while read < READ_MAX and (part := request.read(READ_AT_ONCE)):
            kept, read = (kept + part)[: NOTE_MAX + 1], read + len(part)
    except UnreadablePostError:
        return kept  # whoever called is gone: what was said by the address holds
    return kept
