"""Steps of the escalation procedure: what waits to be accepted, accepting it, and the client's own button."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import may_anywhere
from mainstay.desk import actions, escalation_words, gates
from mainstay.desk.models import EscalationStep, Ticket
from mainstay.desk.queries import escalation as queries
from mainstay.desk.queries.timing import terms_of, yardstick
from mainstay.desk.rules_escalation import ASK_EVERY, may_ask

PAGE = 50
REASON_MAX = 2000


class Escalate(forms.Form):
    """Why a client takes the next step itself."""

    reason = forms.CharField(
        label="What is at stake?", max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3, "id": "reason"}),
        help_text="In a sentence or two: what cannot wait, and until when.",
    )  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Steps that nobody has accepted, the longest waiting first."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    page = Paginator(gates.steps_for(request.user), PAGE).get_page(request.GET.get("page"))
    return kit.page(
        request,
        "desk/console/escalations.html",
        page=page,
        rows=[step_row(each) for each in page.object_list],
        may_edit=may_anywhere(request.user, Permission.TICKET_EDIT),
        at=timezone.now(),
    )


@require_POST
def acceptance(request: HttpRequest, reference: str) -> HttpResponse:
    """Take on what the open steps of a ticket are about."""
    gates.require_staff(request.user, Permission.TICKET_EDIT)
    found = gates.ticket_for(request.user, reference, Permission.TICKET_EDIT)
    said = "Accepted. Nobody is reminded of it any more."
    try:
        actions.accept(ticket=found, by=request.user, at=timezone.now())
    except actions.NothingToAccept as problem:
        said = str(problem)
    back = reverse("console-escalations") if request.POST.get("back") == "list" else found.url
    return kit.done(request, back, said)


def step_row(step: EscalationStep) -> dict[str, Any]:
    """A step as lists and tickets show it. Its people are those who were told last, each once."""
    kind = step.clock.kind if step.clock else None
    names = {each.user_id: escalation_words.person(each.user.name, each.rung) for each in step.people.all()}
    said = escalation_words.used(kind, step.percent)
    return {"step": step, "said": said[:1].upper() + said[1:], "told": escalation_words.listed(names.values())}


def ticket_context(found: Ticket, at: datetime) -> dict[str, Any]:
    """What a ticket's page in the console shows of its steps: those to accept, and what comes next."""
    steps = list(queries.steps_of(found))
    return {
        "open_steps": [step_row(each) for each in steps if each.is_open],
        "steps_taken": len(steps),
        "next_step": None if found.is_over else next_step(found, at),
    }


def next_step(found: Ticket, at: datetime) -> dict[str, Any] | None:
    """The step that a ticket comes to first, if nothing is done: when, at which share, and whom it tells."""
    coming = []
    for line in queries.live_lines(found, yardstick(found)):
        done = {each.percent for each in line.steps}
        coming += [
            (due.due_at, line.row.kind, due.step)
            for due in queries.coming(line, found.reckoned_at, at)
            if line.row is not None and due.step.percent not in done
        ]
    if not coming:
        return None
    due_at, kind, step = min(coming, key=lambda each: each[0])
    said = escalation_words.used(kind, step.percent)
    return {"at": due_at, "said": said, "tells": escalation_words.roles(step.tells)}


def asking_context(found: Ticket, at: datetime) -> dict[str, Any]:
    """Whether a client may escalate the ticket now, and if not why."""
    latest = queries.latest_asked(found)
    agreed = terms_of(found).escalation.client_may_escalate and not found.is_over
    return {
        "may_escalate": agreed,
        "escalates_again_at": None if may_ask(latest, at) or latest is None else latest + ASK_EVERY,
        "escalation_told": escalation_words.roles(queries.asked_roles(found)),
    }
