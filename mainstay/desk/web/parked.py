"""Mail that was set aside, in the console."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.desk import actions, gates, queries
from mainstay.desk.web.files import download

PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for somebody's decision, oldest first; and what stays unread longer than it should."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    page = Paginator(queries.parked(), PAGE).get_page(request.GET.get("page"))
    unread = queries.unread(timezone.now()).count()
    return kit.page(request, "desk/console/parked.html", page=page, mails=page.object_list, unread=unread)


@require_safe
def original(request: HttpRequest, raw_id: int) -> HttpResponse:
    """A mail as it came, as a download."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    raw = gates.mail_for(request.user, raw_id, Permission.TICKET_VIEW)
    return download(bytes(raw.body.content), f"mail-{raw.pk}.eml", "application/octet-stream")


@require_POST
def dismissal(request: HttpRequest, raw_id: int) -> HttpResponse:
    """Nothing is to be done about it."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    raw = gates.mail_for(request.user, raw_id, Permission.TICKET_EDIT)
    try:
        actions.dismiss(raw=raw, by=request.user, at=timezone.now())
    except actions.NotParked as problem:
        return kit.not_done(request, reverse("console-mail"), str(problem))
    return kit.done(request, reverse("console-mail"), "Mail dismissed. It is kept.")


@require_POST
def ticket(request: HttpRequest, raw_id: int) -> HttpResponse:
    """It is a person's request after all."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    raw = gates.mail_for(request.user, raw_id, Permission.TICKET_EDIT)
    try:
        opened = actions.open_parked(raw=raw, by=request.user, at=timezone.now())
    except actions.NotParked as problem:
        return kit.not_done(request, reverse("console-mail"), str(problem))
    return kit.done(request, opened.url, "The mail is part of this ticket now.")
