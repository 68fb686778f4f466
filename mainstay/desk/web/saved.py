"""Saved answers in the console: the list, writing one, and what a ticket's page needs of them."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients.gates import may_anywhere
from mainstay.desk import gates
from mainstay.desk.actions import saved as actions
from mainstay.desk.models import SavedReply, Ticket
from mainstay.desk.placeholders import MEANINGS, filled
from mainstay.desk.queries import saved as queries
from mainstay.desk.web.asking import TEXT_MAX

UNDO = "desk-macro"
"""Where a session keeps what the last macro set, so that it can be taken back."""


class SavedForm(forms.ModelForm):
    is_shared = forms.BooleanField(label="Everybody may use it", required=False)

    class Meta:
        model = SavedReply
        fields = ("title", "text", "then", "priority", "category", "takes_on")
        widgets = {"text": forms.Textarea(attrs={"rows": 9, "maxlength": TEXT_MAX})}
        help_texts = {"then": "What becomes of the ticket once the answer is sent."}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The shared ones and the reader's own."""
    gates.require_staff(request.user, Permission.TICKET_REPLY)
    found = queries.saved_replies(request.user)[: queries.LISTED_MAX]  # type: ignore[arg-type]
    may_word = may_anywhere(request.user, Permission.WORDING_EDIT)
    return kit.page(request, "desk/console/saved.html", replies=found, may_word=may_word)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write one."""
    gates.require_staff(request.user, Permission.TICKET_REPLY)
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Change one, or (`delete`) forget it."""
    gates.require_staff(request.user, Permission.TICKET_REPLY)
    found = saved_for(request.user, str(saved_id))
    if found and request.method == "POST" and request.POST.get("delete"):
        actions.delete_reply(saved=found, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return kit.done(request, reverse("console-saved"), f"“{found.title}” is deleted.")
    return _edit(request, found)


def context(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """What a ticket's page needs for saved answers."""
    kept = request.session.get(UNDO) or {}
    replies = queries.saved_replies(request.user)[: queries.LISTED_MAX]  # type: ignore[arg-type]
    return {"saved_replies": replies, "may_undo_macro": kept.get("reference") == ticket.reference}


def inserted(ticket: Ticket, found: SavedReply, typed: str, *, me: User, at: datetime) -> dict[str, str]:
    """What the answer form holds once the saved answer stands below what was typed already."""
    text = filled(found.text, queries.values(ticket, me=me, at=at))
    whole = f"{typed.rstrip()}\n\n{text}" if typed.strip() else text
    return {"text": whole, **({"then": found.then} if found.then else {})}


def saved_for(user: User, given: str) -> SavedReply | None:
    """The saved answer with this number, which `user` may use; None where nothing was chosen.

    Raises:
        Http404: there is none, or it is somebody else's own.
    """
    if not given:
        return None
    is_number = given.isascii() and given.isdigit() and len(given) < 10
    found = queries.saved_replies(user).filter(pk=int(given)).first() if is_number else None
    if found is None:
        raise Http404
    return found


def _edit(request: HttpRequest, found: SavedReply | None) -> HttpResponse:
    form = SavedForm(
        request.POST or None, instance=found, initial={"is_shared": found is not None and found.owner_id is None}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_reply(saved=found, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
        except actions.UnknownVariable as problem:
            form.add_error("text", str(problem))
        else:
            return kit.done(request, reverse("console-saved"), "Saved answer kept.")
    variables = [(f"{{{name}}}", meaning) for name, meaning in MEANINGS.items()]
    return kit.page(request, "desk/console/saved_edit.html", form=form, saved=found, variables=variables)
