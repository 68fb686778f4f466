"""Clocks counted anew, in the console: what would change, letting it happen, and correcting single results."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients.gates import clients_for, may
from mainstay.clients.models import Agreement
from mainstay.desk import actions, gates, worker
from mainstay.desk.models import Recomputation, Ticket, TicketClock
from mainstay.desk.queries import recounting, results
from mainstay.desk.queries.timing import WITH_CALENDAR

PAGE = 50
REASON_MAX = 500
RIGHT = Permission.AGREEMENT_SIGN
"""Whoever may sign what is promised may let it be counted anew."""


class Asking(forms.Form):
    """Whose clocks are to be looked at."""

    client = forms.ModelChoiceField(
        None, label="Client", required=False, to_field_name="slug", empty_label="All clients",
    )  # fmt: skip

    def __init__(self, *args: Any, clients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]


def _reason(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Why", max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2}), help_text=help_text
    )


class Confirming(forms.Form):
    """Why due dates move."""

    reason = _reason("The clients read this on every ticket whose due dates move.")


class Correcting(forms.Form):
    """Which result is put right, by which calendar, and why."""

    clock = forms.IntegerField(widget=forms.HiddenInput)
    calendar = forms.ModelChoiceField(
        None, label="Count by the office hours and holidays of", to_field_name="version", empty_label=None
    )
    reason = _reason("The client reads this on the ticket. The result that was kept stays beside the new one.")

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calendar: Any = self.fields["calendar"]
        calendar.queryset = Agreement.objects.filter(client=ticket.client).defer("text").order_by("-version")
        calendar.label_from_instance = lambda each: f"Version {each.version}, from {each.effective_from:%-d %B %Y}"


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every recomputation there was, and asking for another."""
    gates.require_staff(request.user, RIGHT)
    given = request.POST if request.method == "POST" else None
    form = Asking(given, clients=clients_for(request.user, RIGHT).filter(kind="client"))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            asked = actions.ask_recomputation(
                client=form.cleaned_data["client"], by=request.user, at=timezone.now()  # type: ignore[arg-type]
            )  # fmt: skip
            worker.enqueue_recomputation(asked)
        return kit.done(request, asked.url)
    found = Recomputation.objects.select_related("client", "asked_by", "confirmed_by").defer("seen")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return kit.page(request, "desk/console/recomputations.html", form=form, page=page, found=page.object_list)


@require_safe
def recomputation(request: HttpRequest, recomputation_id: int) -> HttpResponse:
    """What one would change or has changed, and how far it is."""
    gates.require_staff(request.user, RIGHT)
    found = gates.recomputation_for(request.user, recomputation_id, RIGHT)
    if request.headers.get("HX-Request"):
        part = kit.part(request, "desk/console/_recomputation_progress.html", act=found)
        if not found.is_busy:
            part["HX-Refresh"] = "true"  # the whole page says what can be done now, and asks no more
        return part
    return _page(request, found, Confirming())


@require_POST
def confirmation(request: HttpRequest, recomputation_id: int) -> HttpResponse:
    """Let it be carried out."""
    gates.require_staff(request.user, RIGHT)
    found = gates.recomputation_for(request.user, recomputation_id, RIGHT)
    form = Confirming(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                actions.confirm_recomputation(
                    recomputation=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()  # type: ignore[arg-type]
                )  # fmt: skip
                worker.enqueue_recomputation(found)
            return kit.done(request, found.url, "The due dates are being counted anew.")
        except (actions.NotLookedAt, actions.ReasonNeeded) as problem:
            form.add_error(None, str(problem))
    return _page(request, found, form)


@require_POST
def dropping(request: HttpRequest, recomputation_id: int) -> HttpResponse:
    """Leave everything as it is."""
    gates.require_staff(request.user, RIGHT)
    found = gates.recomputation_for(request.user, recomputation_id, RIGHT)
    actions.drop_recomputation(recomputation=found, at=timezone.now())
    return kit.done(request, reverse("console-recomputations"), "Everything was left as it is.")


@require_safe
def clocks(request: HttpRequest, reference: str) -> HttpResponse:
    """All that is kept about the clocks of a ticket."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    return _clocks(request, gates.ticket_for(request.user, reference, Permission.TICKET_VIEW))


@require_POST
def correction(request: HttpRequest, reference: str) -> HttpResponse:
    """Look at what a result would be by another calendar, or put it right."""
    gates.require_staff(request.user, RIGHT)
    found = gates.ticket_for(request.user, reference, RIGHT)
    form = Correcting(request.POST, ticket=found)
    if not form.is_valid():
        return _clocks(request, found, form=form)
    clock = TicketClock.objects.filter(ticket=found, pk=form.cleaned_data["clock"]).select_related("ticket").first()
    given, at = form.cleaned_data, timezone.now()
    try:
        if clock is None:
            raise actions.CannotCorrect("Choose one of this ticket’s clocks.")
        if request.POST.get("then") == "correct":
            actions.correct_result(
                clock=clock, calendar=given["calendar"], reason=given["reason"], by=request.user, at=at  # type: ignore[arg-type]
            )  # fmt: skip
            return kit.done(request, reverse("console-ticket-clocks", args=[reference]), "The result is corrected.")
        row = TicketClock.objects.select_related(*WITH_CALENDAR).get(pk=clock.pk)
        before, after = actions.corrected_result(row, given["calendar"], at)
        return _clocks(request, found, form=form, before=before, after=after)
    except (actions.CannotCorrect, actions.ReasonNeeded) as problem:
        form.add_error(None, str(problem))
        return _clocks(request, found, form=form)


def _page(request: HttpRequest, found: Recomputation, form: Confirming) -> HttpResponse:
    return kit.page(
        request,
        "desk/console/recomputation.html",
        act=found,
        seen=found.seen,
        form=form,
        by_client=recounting.by_client(found),
        examples=recounting.examples(found),
    )


def _clocks(request: HttpRequest, found: Ticket, **shown: Any) -> HttpResponse:
    form = shown.pop("form", None)
    kept = results.accounts(found, timezone.now())
    may_correct = may(request.user, RIGHT, found.client)
    forms_of = {}
    for each in kept if may_correct and not found.client.is_agency else ():
        if each.results and each.clock.is_over:
            is_this = form is not None and form.data.get("clock") == str(each.clock.pk)
            forms_of[each.clock.pk] = form if is_this else Correcting(
                ticket=found, initial={"clock": each.clock.pk}, auto_id=f"clock{each.clock.pk}_%s"
            )  # fmt: skip
    rows = [{"account": each, "form": forms_of.get(each.clock.pk)} for each in kept]
    return kit.page(
        request, "desk/console/clocks.html", ticket=found, rows=rows, form=form,
        status=422 if form and form.errors else 200, **shown,
    )  # fmt: skip
