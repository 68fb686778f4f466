"""Forms for the life of a ticket: merging, splitting, links, rest, tags, watching, minutes, drafts and presence."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.desk import actions, gates
from mainstay.desk.facts import DraftKind
from mainstay.desk.models import Ticket
from mainstay.desk.queries import life
from mainstay.desk.web import life_forms
from mainstay.desk.web.beside import choices_of, contacts_of
from mainstay.desk.web.console import ticket_page

REFUSALS = (
    actions.TicketIsOver, actions.CannotMerge, actions.CannotSplit, actions.CannotLink, actions.NotInFuture,
    actions.HoldRefused,
)  # fmt: skip
DRAFT_MAX = 20_000
WRITING = {"reply": "is writing an answer", "note": "is writing a note", "": "has this ticket open"}


@require_POST
def merging(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the ticket go on in another one."""
    found = _ticket(request, reference)
    form = life_forms.Merge(request.POST, among=gates.tickets_for(request.user))
    return _carry_out(
        request, found, "merge_form", form, "Merged. You can undo it for 15 minutes.",
        lambda given, **who: actions.merge(ticket=found, target=given["reference"], **who),
    )  # fmt: skip


@require_POST
def parting(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo a merge."""
    found = _ticket(request, reference)
    return _carry_out(
        request, found, "parting_form", Form(request.POST), "The merge is undone.",
        lambda _, **who: actions.undo_merge(ticket=found, **who),
    )  # fmt: skip


@require_POST
def splitting(request: HttpRequest, reference: str) -> HttpResponse:
    """Take chosen messages out into a new ticket."""
    found = _ticket(request, reference)
    form = life_forms.Split(request.POST, entries=choices_of(list(found.messages.all())))
    return _carry_out(
        request, found, "split_form", form, "This is the new ticket.",
        lambda given, **who: actions.split(
            ticket=found, messages=[int(each) for each in given["messages"]], subject=given["subject"], **who
        ),
    )  # fmt: skip


@require_POST
def linking(request: HttpRequest, reference: str) -> HttpResponse:
    """Link the ticket with another; `remove` takes the link away."""
    found = _ticket(request, reference)
    if request.POST.get("remove"):
        other = gates.ticket_for(request.user, request.POST["remove"], Permission.TICKET_VIEW)
        actions.unlink(ticket=found, other=other, by=request.user, at=timezone.now())
        return kit.done(request, found.url, "Link taken away.")
    form = life_forms.Link(request.POST, among=gates.tickets_for(request.user))
    return _carry_out(
        request, found, "link_form", form, "Linked.",
        lambda given, **who: actions.link(ticket=found, other=given["reference"], kind=given["kind"], **who),
    )  # fmt: skip


@require_POST
def rest(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the ticket to rest until an instant, or bring a resting one back."""
    found = _ticket(request, reference)
    if found.snoozed_until:
        actions.bring_back(ticket=found, by=request.user, at=timezone.now())
        return kit.done(request, found.url, "The ticket is back in the queue.")
    return _carry_out(
        request, found, "snooze_form", life_forms.Snooze(request.POST), "The ticket rests. Its clocks go on.",
        lambda given, **who: actions.snooze(ticket=found, until=given["until"], **who),
    )  # fmt: skip


@require_POST
def follow_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the ticket come back on a day, or (`done`) tick that off."""
    found = _ticket(request, reference)
    if request.POST.get("done"):
        actions.tick_off(ticket=found, by=request.user, at=timezone.now())
        return kit.done(request, found.url, "Ticked off.")
    return _carry_out(
        request, found, "follow_up_form", life_forms.FollowUp(request.POST), "It comes back on that day.",
        lambda given, **who: actions.plan_follow_up(ticket=found, **given, **who),
    )  # fmt: skip


@require_POST
def hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a hold that the client agreed to, or (`end`) end it before its day."""
    found = _ticket(request, reference)
    if request.POST.get("end"):
        actions.end_hold(ticket=found, by=request.user, at=timezone.now())
        return kit.done(request, found.url, "The hold is over. The client is told.")
    form = life_forms.Hold(request.POST, contacts=contacts_of(found))
    return _carry_out(
        request, found, "hold_form", form, "The hold is on record. The client is told.",
        lambda given, **who: actions.agree_hold(ticket=found, **given, **who),
    )  # fmt: skip


@require_POST
def tags(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the ticket other tags."""
    found = _ticket(request, reference)
    return _carry_out(
        request, found, "tags_form", life_forms.Tags(request.POST), "Tags changed.",
        lambda given, **who: actions.tag(ticket=found, words=given["words"], **who),
    )  # fmt: skip


@require_POST
def watching(request: HttpRequest, reference: str) -> HttpResponse:
    """Watch the ticket, or stop."""
    found = _ticket(request, reference)
    is_watched = found.ticketwatchs.filter(user=request.user).exists()
    action, said = (actions.unwatch, "You hear no more of it.") if is_watched else (actions.watch, "You hear of news.")
    action(ticket=found, by=request.user, at=timezone.now())
    return kit.done(request, found.url, said)


@require_POST
def time(request: HttpRequest, reference: str) -> HttpResponse:
    """Enter minutes worked."""
    found = _ticket(request, reference)
    return _carry_out(
        request, found, "time_form", life_forms.Time(request.POST), "Time kept.",
        lambda given, **who: actions.spend_time(ticket=found, minutes=given["minutes"], **who),
    )  # fmt: skip


@require_POST
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what is being typed, for its writer alone."""
    found = _ticket(request, reference, Permission.TICKET_NOTE)
    kind, text = request.POST.get("kind", ""), request.POST.get("text", "").replace("\x00", "")[:DRAFT_MAX]
    if kind not in set(DraftKind):
        return HttpResponse(status=422)
    actions.keep_draft(ticket=found, kind=kind, text=text, by=request.user, at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def presence(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that the reader has the ticket open; answers who else has, and what was said last."""
    found, at = _ticket(request, reference, Permission.TICKET_NOTE), timezone.now()
    actions.be_present(ticket=found, writing=request.POST.get("writing", ""), by=request.user, at=at)
    words = [f"{each.user.name} {WRITING[each.writing]}." for each in life.others_on(found, request.user, at)]
    return JsonResponse({"words": " ".join(words), "newest": life.newest_public(found)})


def _ticket(request: HttpRequest, reference: str, permission: Permission = Permission.TICKET_EDIT) -> Ticket:
    gates.require_staff(request.user, permission)
    return gates.ticket_for(request.user, reference, permission)


def _carry_out(
    request: HttpRequest, found: Ticket, name: str, form: Form, said: str, action: Callable[..., Any]
) -> HttpResponse:
    """Take the action with what the form holds; what stands in its way is said beside the form."""
    if form.is_valid():
        try:
            made = action(form.cleaned_data, by=request.user, at=timezone.now())
        except REFUSALS as problem:
            form.add_error(None, str(problem))
        else:
            return kit.done(request, made.url if name == "split_form" else found.url, said)
    return ticket_page(request, found, **{name: form})
