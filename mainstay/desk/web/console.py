"""The desk in the console: the queue, one ticket, answering it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import clients_for, may
from mainstay.desk import actions, gates, queries
from mainstay.desk.facts import TicketState
from mainstay.desk.models import Ticket
from mainstay.desk.rules import PRIORITIES
from mainstay.desk.web import forms

PAGE = 50
VIEWS = (("all", "All"), ("mine", "Mine"), ("unassigned", "Unassigned"), ("late", "Late"), ("hand", "Need a hand"))
STATES = (("", "Under way"), *((each.value, each.value.capitalize()) for each in TicketState), ("any", "Any state"))


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """All tickets under way, least time left first, narrowed as asked."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    at, among, wanted = timezone.now(), gates.tickets_for(request.user), _filter(request)
    page = Paginator(queries.queue(among, wanted, user=request.user, at=at), PAGE).get_page(request.GET.get("page"))
    counts = queries.view_counts(among, user=request.user, at=at)
    return kit.page(
        request,
        "desk/console/queue.html",
        page=page,
        rows=rows(list(page.object_list), at),
        wanted=wanted,
        tabs=_tabs(wanted, counts),
        query=_query(wanted),
        states=STATES,
        priorities=PRIORITIES,
        clients=clients_for(request.user, Permission.TICKET_VIEW).only("name", "slug"),
        parked=queries.parked().count(),
        may_open=may_open(request),
    )


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
    actions.note(ticket=found, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
    return kit.done(request, found.url, "Note kept. Only the team can read it.")


def ticket_page(request: HttpRequest, found: Ticket, **bound: Any) -> HttpResponse:
    """The page of a ticket; `bound` holds forms that came back with something to put right."""
    at, mine = timezone.now(), clients_for(request.user, Permission.TICKET_EDIT)
    context: dict[str, Any] = {
        "ticket": found,
        "story": queries.story(found, for_client=False),
        "clocks": queries.clocks(found, at),
        "follow_ups": found.follow_ups.order_by("id")[:20],
        "raw_mails": found.raw_mails.filter(state="parked")[:20],
        "may_reply": may(request.user, Permission.TICKET_REPLY, found.client),
        "may_note": may(request.user, Permission.TICKET_NOTE, found.client),
        "may_edit": may(request.user, Permission.TICKET_EDIT, found.client),
        "is_mine": found.assignee_id == request.user.pk,
        "reply_form": forms.Reply(),
        "note_form": forms.Note(),
        "assignment_form": forms.Assignment(initial={"assignee": found.assignee_id}),
        "priority_form": forms.Priority(initial={"impact": found.impact, "urgency": found.urgency}),
        "closing_form": forms.Closing(),
        "client_form": forms.ClientChoice(clients=mine.filter(kind="client")),
    }
    has_problem = any(form.errors for form in bound.values())
    return kit.page(request, "desk/console/ticket.html", **{**context, **bound}, status=422 if has_problem else 200)


def rows(tickets: list[Ticket], at: datetime) -> list[dict[str, Any]]:
    """Tickets for a list, each with the clock to look at first."""
    clocks = queries.clocks_of(tickets, at)
    return [{"ticket": each, "clock": queries.foremost(clocks[each.pk])} for each in tickets]


def may_open(request: HttpRequest) -> bool:
    """Whether the reader may log calls."""
    return clients_for(request.user, Permission.TICKET_OPEN).exists()


def _answer(found: Ticket, given: dict[str, Any], request: HttpRequest, at: datetime) -> str:
    """Send the answer; what was done, in words."""
    if given["then"] == "resolve":
        actions.resolve(ticket=found, text=given["text"], parts=given["files"], by=request.user, at=at)
        return "Answer sent, ticket resolved."
    then_wait = given["then"] == "wait"
    actions.reply(ticket=found, text=given["text"], parts=given["files"], then_wait=then_wait, by=request.user, at=at)
    return "Answer sent. The ticket waits for the client." if then_wait else "Answer sent."


def _filter(request: HttpRequest) -> queries.Filter:
    """What the address asks for; a value that is none of those offered asks for nothing."""
    given, views, states = request.GET, dict(VIEWS), dict(STATES)
    priority = given.get("priority", "")
    return queries.Filter(
        view=given.get("view", "") if given.get("view", "") in views else "all",
        state=given.get("state", "") if given.get("state", "") in states else "",
        client=given.get("client", "")[:60],
        priority=int(priority) if priority in {str(each) for each in PRIORITIES} else None,
        words=given.get("words", "").replace("\x00", "")[:100],
    )


def _tabs(wanted: queries.Filter, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The views of the queue, each with how many tickets it holds."""
    return [
        {"url": f"?{_query(wanted, view=key)}", "label": label, "count": counts[key], "is_current": wanted.view == key}
        for key, label in VIEWS
    ]


def _query(wanted: queries.Filter, **changes: Any) -> str:
    """What is asked for, as it stands in an address."""
    asked = {**asdict(wanted), **changes}
    return urlencode({name: value for name, value in asked.items() if value})
