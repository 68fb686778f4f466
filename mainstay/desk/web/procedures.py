"""The escalation procedure: as a client reads it, and where the agency writes a new version."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients.gates import client_for, clients_for, may_anywhere
from mainstay.clients.queries import terms_for
from mainstay.desk import gates
from mainstay.desk.actions import procedures as actions
from mainstay.desk.escalation_words import roles
from mainstay.desk.markdown import html_of
from mainstay.desk.models import EscalationProcedure
from mainstay.desk.queries import procedures as queries
from mainstay.desk.rules_escalation import Procedure, ProcedureWrong
from mainstay.desk.rules_ladders import groups
from mainstay.desk.web.procedure_forms import (
    ProcedureForm,
    ReachForm,
    StepForms,
    initial_of,
    procedure_in,
    with_one_more,
)
from mainstay.policy.durations import say
from mainstay.policy.terms import Terms, default

VERSIONS_MAX = 100


@require_safe
def portal(request: HttpRequest, slug: str) -> HttpResponse:
    """The procedure as it holds for a client; `?version=` shows another version, `standard` the standard one."""
    client = client_for(request.user, slug, Permission.TICKET_VIEW)
    at = timezone.now()
    terms = terms_for(client, at)
    return kit.page(
        request,
        "desk/portal/procedure.html",
        client=client,
        may_escalate=terms.escalation.client_may_escalate,
        **_shown(request, terms, at),
    )


@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """The procedure under the agency's default terms, with all its versions."""
    gates.require_staff(request.user, Permission.TICKET_VIEW)
    return kit.page(
        request,
        "desk/console/procedure.html",
        may_edit=may_anywhere(request.user, Permission.PROCEDURE_EDIT),
        draft=queries.draft_of(_user(request)),
        may_escalate=True,
        **_shown(request, default(), timezone.now()),
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a new version: keep it as a draft, look at it, put it in force from a day on, or throw it away."""
    gates.require_staff(request.user, Permission.PROCEDURE_EDIT)
    if request.method == "GET":
        return _form_page(request, **_begun(request))
    then = request.POST.get("then", "keep")
    if then == "discard":
        actions.discard_draft(by=_user(request), at=timezone.now())
        return kit.done(request, reverse("console-procedure"), "The draft is thrown away. Nothing else has changed.")
    if then == "more":
        return _form_page(request, **_bound(with_one_more(request.POST)), checks=False)
    return _posted(request, then)


def ladder_context(procedure: Procedure, terms: Terms) -> dict[str, Any]:
    """The ladders of a procedure as a page shows them, and what the client's own button does."""
    asked = procedure.asked
    return {
        "groups": groups(procedure, terms),
        "asked_tells": roles(asked.tells),
        "asked_accept": say(asked.accept_within),
        "asked_repeat": say(asked.repeat_every),
    }


def _shown(request: HttpRequest, terms: Terms, at: datetime) -> dict[str, Any]:
    current = queries.version_at(at)
    versions = list(queries.versions()[:VERSIONS_MAX])
    shown = _asked_for(request.GET.get("version", ""), versions, current)
    return {
        **ladder_context(queries.said_by(shown), terms),
        "version": shown,
        "current": current,
        "is_current": shown == current,
        "coming": queries.coming_version(at),
        "versions": versions,
        "text": html_of(shown.text) if shown else "",
        "now": at,
    }


def _asked_for(
    asked: str, versions: list[EscalationProcedure], current: EscalationProcedure | None
) -> EscalationProcedure | None:
    """The version asked for, else the one in force; None is the standard procedure.

    Raises:
        Http404: there is no such version.
    """
    if asked in ("", "standard"):
        return current if not asked else None
    found = next((each for each in versions if str(each.number) == asked), None)
    if found is None:
        raise Http404
    return found


def _posted(request: HttpRequest, then: str) -> HttpResponse:
    bound = _bound(request.POST)
    form = bound["form"]
    if not all(each.is_valid() for each in bound.values()):
        return _form_page(request, **bound)
    if then == "force" and form.cleaned_data["effective_on"] is None:
        form.add_error("effective_on", "Choose the day from which this version is to hold.")
        return _form_page(request, **bound)
    procedure = procedure_in(bound["steps"], bound["asked"])
    try:
        where, said = _kept(request, procedure, form.cleaned_data, then)
    except (ProcedureWrong, actions.DayIsPast) as problem:
        form.add_error("effective_on" if isinstance(problem, actions.DayIsPast) else None, str(problem))
        return _form_page(request, **bound)
    if then == "preview":
        return _form_page(request, **bound, preview=procedure, preview_text=html_of(form.cleaned_data["text"]))
    return kit.done(request, where, said)


@transaction.atomic
def _kept(request: HttpRequest, procedure: Procedure, given: dict[str, Any], then: str) -> tuple[str, str]:
    """Keep the draft, and where that is asked put it in force; where to go then, and what to say."""
    at, on = timezone.now(), given["effective_on"]
    draft = actions.keep_draft(procedure=procedure, text=given["text"], by=_user(request), at=at)
    if then != "force":
        return reverse("console-procedure"), "Kept as your draft. Nothing is in force yet."
    kept = actions.put_in_force(draft=draft, effective_on=on, by=_user(request), at=at)
    return _page_of(kept), f"{kept} holds from {on.day} {on:%B %Y} on."


def _begun(request: HttpRequest) -> dict[str, Any]:
    """The forms as they begin: with the draft, or with what is in force."""
    begun = queries.draft_of(_user(request)) or queries.version_at(timezone.now())
    steps, asked = initial_of(queries.said_by(begun))
    return {
        "form": ProcedureForm(initial={"text": begun.text if begun else ""}),
        "steps": StepForms(prefix="steps", initial=steps),
        "asked": ReachForm(prefix="asked", initial=asked),
    }


def _bound(given: Any) -> dict[str, Any]:
    return {
        "form": ProcedureForm(given),
        "steps": StepForms(given, prefix="steps"),
        "asked": ReachForm(given, prefix="asked"),
    }


def _form_page(
    request: HttpRequest, *, checks: bool = True, preview: Procedure | None = None, **context: Any
) -> HttpResponse:
    """The page with the forms; `checks` says whether what is wrong in them is shown already."""
    form, steps, asked = context["form"], context["steps"], context["asked"]
    has_problem = checks and form.is_bound and not (form.is_valid() and steps.is_valid() and asked.is_valid())
    shown = ladder_context(preview, default()) if preview else {}
    if not checks:
        _silence(form, steps, asked)
    return kit.page(
        request,
        "desk/console/procedure_new.html",
        **context,
        **shown,
        has_preview=preview is not None,
        may_escalate=True,
        draft=queries.draft_of(_user(request)),
        clients=clients_for(request.user, Permission.TICKET_VIEW).filter(kind="client", is_active=True).count(),
        status=422 if has_problem else 200,
    )


def _silence(form: Any, steps: Any, asked: Any) -> None:
    """What is not finished is not wrong yet."""
    for each in (form, asked, *steps.forms):
        each._errors, each.cleaned_data = {}, {}
    steps._errors, steps._non_form_errors = [], []


def _page_of(version: EscalationProcedure) -> str:
    return f"{reverse('console-procedure')}?version={version.number}"


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
