"""The account manager's pages: one client, and the clients that the reader looks after."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.web.notes import NoteForm
from mainstay.faces import care

PAGE_SIZE = 50


@login_required
@require_safe
def account(request: HttpRequest, slug: str) -> HttpResponse:
    """One client as its account manager sees it."""
    gates.require(request.user, Permission.CONSOLE_USE)
    client = gates.client_for(request.user, slug, Permission.NOTE_VIEW)
    now = timezone.now()
    return kit.page(
        request,
        "faces/console/account.html",
        client=client,
        now=now,
        shown=care.account(client, now),
        may=gates.permissions_named(request.user, client),
        note_form=NoteForm(),
        back=request.path,
    )


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The clients that the reader looks after, those that ask for attention first."""
    gates.require(request.user, Permission.CONSOLE_USE)
    now = timezone.now()
    page = Paginator(care.looked_after(request.user, now), PAGE_SIZE).get_page(request.GET.get("page"))
    return kit.page(
        request,
        "faces/console/my_clients.html",
        page=page,
        reminders=care.reminders_for(request.user, now),
        may_remind=gates.may_anywhere(request.user, Permission.REMINDER_EDIT),
        back=request.path,
        now=now,
    )
