"""One ticket in the console: reading and answering it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import clients_for, may
from mainstay.desk import actions, gates, queries
from mainstay.desk.facts import DraftKind, MessageKind
from mainstay.desk.models import Message, Ticket
from mainstay.desk.queries.copying import takers
from mainstay.desk.queries.history import history, woven
from mainstay.desk.queries.life import newest_public, said_since
from mainstay.desk.queries.mail import not_arrived
from mainstay.desk.queries.updates import updates_due
from mainstay.desk.web import forms, saved
from mainstay.desk.web.beside import beside
from mainstay.desk.web.escalation import ticket_context


@require_safe
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """One ticket as a story, with what can be done about it."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    return ticket_page(request, gates.ticket_for(request.user, reference, Permission.TICKET_VIEW))


@require_POST
def reply(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer the client, and keep the ticket open, wait, or resolve it."""
    gates.require_staff(request.user, Permission.TICKET_REPLY)
    found = gates.ticket_for(request.user, reference, Permission.TICKET_REPLY)
    form = forms.Reply(request.POST, request.FILES)
    if form.is_valid():
        if meanwhile := _said_meanwhile(found, form):
            return ticket_page(request, found, reply_form=_seen_now(request, found), meanwhile=meanwhile)
        try:
            return kit.done(request, found.url, _answer(found, form.cleaned_data, request, timezone.now()))
        except actions.TicketIsOver as problem:
            form.add_error(None, str(problem))
    return ticket_page(request, found, reply_form=form)


@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a note that only the team reads."""
    gates.require_staff(request.user, Permission.TICKET_NOTE)
    found = gates.ticket_for(request.user, reference, Permission.TICKET_NOTE)
    form = forms.Note(request.POST)
    if not form.is_valid():
        return ticket_page(request, found, note_form=form)
    at = timezone.now()
    with transaction.atomic():
        kept = actions.note(ticket=found, text=form.cleaned_data["text"], by=request.user, at=at)
        _sent(found, form.cleaned_data, DraftKind.NOTE, kept, request, at)
    return kit.done(request, found.url, "Note kept. Only the team can read it.")


def ticket_page(request: HttpRequest, found: Ticket, **bound: Any) -> HttpResponse:
    """The page of a ticket; `bound` holds forms that came back with something to put right."""
    at, mine = timezone.now(), clients_for(request.user, Permission.TICKET_EDIT)
    said, clocks = queries.story(found, for_client=False), queries.clocks(found, at)
    context: dict[str, Any] = {
        **beside(request, found, said, at),
        "ticket": found,
        "story": woven(said, history(found)),
        "clocks": clocks,
        "update_at": updates_due([found], {found.pk: clocks}).get(found.pk),
        "at": at,
        **ticket_context(found, at),
        "follow_ups": found.follow_ups.order_by("id")[:20],
        "not_arrived": not_arrived(found)[:20],
        "raw_mails": found.raw_mails.filter(state="parked")[:20],
        "may_reply": may(request.user, Permission.TICKET_REPLY, found.client),
        "may_note": may(request.user, Permission.TICKET_NOTE, found.client),
        "may_edit": may(request.user, Permission.TICKET_EDIT, found.client),
        "is_mine": found.assignee_id == request.user.pk,
        **saved.context(request, found),
        "assignment_form": forms.Assignment(initial={"assignee": found.assignee_id}),
        "priority_form": forms.Priority(initial={"impact": found.impact, "urgency": found.urgency}),
        "closing_form": forms.Closing(),
        "client_form": forms.ClientChoice(clients=mine.filter(kind="client")),
    }
    has_problem = any(getattr(each, "errors", each) for each in bound.values())
    shown = {**context, **bound}
    shown["reply_form"].initial.setdefault("copies", ", ".join(takers(found)))
    return kit.page(request, "desk/console/ticket.html", **shown, status=422 if has_problem else 200)


def _said_meanwhile(found: Ticket, form: forms.Reply) -> list[Message]:
    """What was said since the page on which the answer was written."""
    seen = form.cleaned_data["seen"]
    return said_since(found, seen) if seen is not None else []


def _seen_now(request: HttpRequest, found: Ticket) -> forms.Reply:
    """The same answer again, by somebody who has been shown all that was said."""
    given = request.POST.copy()
    given["seen"] = str(newest_public(found))
    return forms.Reply(given, request.FILES)


def _sent(
    found: Ticket, given: dict[str, Any], kind: DraftKind, message: Message, request: HttpRequest, at: datetime
) -> None:
    """What was typed is no draft any more, and the minutes it took are kept with it."""
    actions.drop_draft(ticket=found, kind=kind, by=request.user)
    if given["minutes"]:
        actions.spend_time(ticket=found, minutes=given["minutes"], message=message, by=request.user, at=at)


@transaction.atomic
def _answer(found: Ticket, given: dict[str, Any], request: HttpRequest, at: datetime) -> str:
    """Send the answer; what was done, in words."""
    said = _send(found, given, request, at)
    answer = found.messages.filter(kind=MessageKind.REPLY).latest("id")
    _sent(found, given, DraftKind.REPLY, answer, request, at)
    return said


def _send(found: Ticket, given: dict[str, Any], request: HttpRequest, at: datetime) -> str:
    said = {"text": given["text"], "parts": given["files"], "copies": given["copies"], "by": request.user, "at": at}
    if given["then"] == "resolve":
        actions.resolve(ticket=found, **said)
        return "Answer sent, ticket resolved."
    then_wait = given["then"] == "wait"
    actions.reply(ticket=found, then_wait=then_wait, **said)
    return "Answer sent. The ticket waits for the client." if then_wait else "Answer sent."
