"""Mailboxes and addresses of the desk, in the console."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import may_anywhere
from mainstay.common import sealed
from mainstay.desk import gates
from mainstay.desk.actions import mailboxes as actions
from mainstay.desk.channels import imap, places
from mainstay.desk.models import DeskAddress, Mailbox
from mainstay.desk.queries import mailboxes as queries
from mainstay.desk.web.mailbox_forms import AddressForm, MailboxForm, values_of

EDITS = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every mailbox with how its reading goes, the addresses of the desk, and the way out."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    now = timezone.now()
    return kit.page(
        request,
        "desk/console/mailboxes.html",
        rows=[(each, each.is_lost(now)) for each in queries.seen()],
        addresses=queries.addresses(),
        listed=queries.listed_addresses(),
        way=queries.way_out(),
        may_edit=may_anywhere(request.user, Permission.MAILBOX_EDIT),
    )


@require_http_methods(EDITS)
def new(request: HttpRequest) -> HttpResponse:
    """Read another mailbox."""
    gates.require_staff(request.user, Permission.MAILBOX_EDIT)
    form = MailboxForm(request.POST or None, may_allow_private=_may_allow_private())
    if box := _kept(request, form, None):
        return kit.done(request, box.url, "The mailbox is kept, and read from now on. Try it now.")
    return kit.page(request, "desk/console/mailbox.html", form=form, groups=_groups(form))


@require_http_methods(EDITS)
def edit(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """One mailbox: how its reading goes, and what it is."""
    box = gates.mailbox_for(request.user, mailbox_id)
    form = MailboxForm(
        request.POST or None, mailbox=box, may_allow_private=_may_allow_private(), initial=values_of(box)
    )
    if _kept(request, form, box):
        return kit.done(request, box.url, "The mailbox is changed.")
    seen, now = queries.seen_one(gates.mailbox_for(request.user, mailbox_id)), timezone.now()
    return kit.page(
        request, "desk/console/mailbox.html", form=form, groups=_groups(form), seen=seen, is_lost=seen.is_lost(now)
    )


@require_POST
def trial(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Look whether the mailbox can be read, without taking anything from it."""
    box, now = gates.mailbox_for(request.user, mailbox_id), timezone.now()
    try:
        found = imap.try_out(places.of(box))
    except (imap.NotOpened, sealed.CannotBeOpened) as problem:
        actions.note_failure(key=box.key, error=str(problem), at=now)
        return kit.done(request, box.url, f"It cannot be read: {problem}")
    actions.note_look(key=box.key, waits=found.tells_of_news, at=now)
    news = "tells of new mail at once" if found.tells_of_news else f"is asked every {settings.MAINSTAY.imap_interval} s"
    words = f"Signed in. Mails in {box.folder}: {found.mails}, unread: {found.unseen}. The server {news}."
    return kit.done(request, box.url, words)


@require_POST
def pause(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Read it no more for now."""
    box = gates.mailbox_for(request.user, mailbox_id)
    actions.pause_mailbox(mailbox=box, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return kit.done(request, box.url, "The mailbox is paused. What comes meanwhile is read when it goes on.")


@require_POST
def resumption(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Read it again."""
    box = gates.mailbox_for(request.user, mailbox_id)
    actions.resume_mailbox(mailbox=box, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return kit.done(request, box.url, "The mailbox is read again.")


@require_POST
def removal(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Forget it and its secrets."""
    box = gates.mailbox_for(request.user, mailbox_id)
    actions.remove_mailbox(mailbox=box, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return kit.done(request, reverse("console-mailboxes"), f"{box.name} is removed. Its mail stays where it is.")


@require_http_methods(EDITS)
def address_new(request: HttpRequest) -> HttpResponse:
    """Take mail in at another address."""
    gates.require_staff(request.user, Permission.MAILBOX_EDIT)
    return _address(request, None)


@require_http_methods(EDITS)
def address(request: HttpRequest, address_id: int) -> HttpResponse:
    """Change what is known of mail to an address."""
    return _address(request, gates.mail_address_for(request.user, address_id))


@require_POST
def address_removal(request: HttpRequest, address_id: int) -> HttpResponse:
    """Take in no more mail to it."""
    kept = gates.mail_address_for(request.user, address_id)
    try:
        actions.remove_address(kept=kept, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except actions.AddressInUse as problem:
        return kit.not_done(request, kept.url, str(problem))
    return kit.done(request, reverse("console-mailboxes"), f"{kept.address} is removed.")


def _address(request: HttpRequest, kept: DeskAddress | None) -> HttpResponse:
    names = ("address", "client", "category", "audience")
    form = AddressForm(request.POST or None, initial={each: getattr(kept, each) for each in names} if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_address(kept=kept, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
        except actions.AddressTaken as problem:
            form.add_error("address", str(problem))
        else:
            return kit.done(request, reverse("console-mailboxes"), "The address is kept.")
    return kit.page(request, "desk/console/mail_address.html", form=form, kept=kept)


def _kept(request: HttpRequest, form: MailboxForm, box: Mailbox | None) -> Mailbox | None:
    """The mailbox as the form says, once that was sent and is right."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return actions.keep_mailbox(mailbox=box, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
    except actions.MailboxTaken as problem:
        form.add_error("name", str(problem))
        return None


def _groups(form: MailboxForm) -> list[tuple[str, list[Any]]]:
    """The fields of the form under the headings that they stand under."""
    titles = {
        "What it is": ("name", "address"),
        "Where it is": ("host", "security", "port", "user", "folder", "allow_private"),
        "Signing in": ("sign_in", "password"),
        "For OAuth 2": ("client_number", "client_secret", "refresh_token", "token_url"),
    }
    return [(title, [form[each] for each in names if each in form.fields]) for title, names in titles.items()]


def _may_allow_private() -> bool:
    """Where the setting lets administrators allow private addresses; only they come here."""
    return bool(settings.MAINSTAY.watch_allow_private)
