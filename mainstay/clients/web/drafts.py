"""A draft of a client's next terms in the console: written, looked at, sent, recalled, dropped."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates, queries
from mainstay.clients.actions.agreements import holiday_dates, text_of
from mainstay.clients.models import Agreement, AgreementDraft, Organisation
from mainstay.clients.web.term_forms import Draft
from mainstay.policy.document import lines
from mainstay.policy.terms import load

GONE = "There is no draft any more: it was signed or dropped."


@require_POST
def beginning(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a draft, or go on with the one that is open."""
    client = _client(request, slug)
    actions.begin_draft(client=client, by=request.user, at=timezone.now())
    return kit.done(request, _draft_url(client))


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, slug: str) -> HttpResponse:
    """Every term, in groups, with what it usually is and what is in force."""
    client = _client(request, slug)
    draft = queries.open_draft(client)
    if draft is None:
        return redirect(_agreement_url(client))
    latest = client.agreements.order_by("-version").first()
    form = _form(request, draft, latest)
    if request.method == "POST" and form.is_valid() and _save(request, draft, form):
        return kit.done(request, reverse("console-agreement-draft-preview", args=[slug]), "The draft is kept.")
    return kit.page(
        request,
        "clients/draft.html",
        client=client,
        draft=draft,
        form=form,
        sections=form.sections(
            form.content or load(draft.terms).as_dict(), load(latest.terms).as_dict() if latest else None
        ),
        latest=latest,
        offer=queries.open_offer(client),
    )


@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The policy's text with the draft's terms filled in, what changes, and what was sent of it."""
    client = _client(request, slug)
    draft = queries.open_draft(client)
    if draft is None:
        return redirect(_agreement_url(client))
    latest = client.agreements.order_by("-version").first()
    return kit.page(
        request,
        "clients/draft_preview.html",
        client=client,
        draft=draft,
        latest=latest,
        changes=queries.changes_of(latest, draft.terms),
        lines=lines(_text(client, draft, latest)),
        offer=queries.open_offer(client),
        offers=queries.offers_of(draft)[:20],
    )


@require_POST
def sending(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the draft to the client's administrators, to be signed in the portal."""
    client, draft = _of(request, slug)
    if draft is None:
        return kit.done(request, _agreement_url(client), GONE)
    try:
        offer = actions.send_draft(draft=draft, by=request.user, at=timezone.now())
    except (actions.NobodyToSign, actions.OfferOver, actions.DraftClosed, actions.AgreementRefused) as problem:
        return _refused(request, client, str(problem))
    said = f"Version {offer.version} was sent to {client.name} to be signed."
    return kit.done(request, reverse("console-agreement-draft-preview", args=[slug]), said)


@require_POST
def recall(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back what was sent."""
    client, draft = _of(request, slug)
    offer = queries.open_offer(client)
    if draft is None or offer is None:
        return kit.done(request, _agreement_url(client), "Nothing waits to be signed any more.")
    try:
        actions.recall_offer(offer=offer, by=request.user, at=timezone.now())
    except actions.OfferOver as problem:
        return _refused(request, client, str(problem))
    return kit.done(request, reverse("console-agreement-draft-preview", args=[slug]), "It was recalled.")


@require_POST
def dropping(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the draft up."""
    client, draft = _of(request, slug)
    if draft is None:
        return kit.done(request, _agreement_url(client), GONE)
    try:
        actions.drop_draft(draft=draft, by=request.user, at=timezone.now())
    except actions.DraftClosed as problem:
        return _refused(request, client, str(problem))
    return kit.done(request, _agreement_url(client), "The draft was dropped. What is signed stays as it is.")


def _client(request: HttpRequest, slug: str) -> Organisation:
    return gates.client_for(request.user, slug, Permission.AGREEMENT_SIGN)


def _of(request: HttpRequest, slug: str) -> tuple[Organisation, AgreementDraft | None]:
    client = _client(request, slug)
    return client, queries.open_draft(client)


def _form(request: HttpRequest, draft: AgreementDraft, latest: Agreement | None) -> Draft:
    dates = {"effective_from": draft.effective_from, "starts_on": draft.starts_on, "note": draft.note}
    terms = load(draft.terms).as_dict()
    return Draft(request.POST or None, terms=terms, is_first=latest is None, initial=dates)


def _save(request: HttpRequest, draft: AgreementDraft, form: Draft) -> bool:
    """Whether the draft was kept; when it is refused the reason stands at the field."""
    given: dict[str, Any] = form.cleaned_data
    try:
        actions.edit_draft(
            draft=draft,
            terms=form.content,
            effective_from=given["effective_from"],
            starts_on=given.get("starts_on"),
            note=given["note"],
            by=request.user,
            at=timezone.now(),
        )
    except actions.AgreementRefused as problem:
        key, _, said = str(problem).partition(": ")
        if key == "support.holidays":
            form.refuse(key, said)
        else:
            form.add_error("effective_from", str(problem))
    except actions.DraftClosed as problem:
        form.add_error(None, str(problem))
    else:
        return True
    return False


def _text(client: Organisation, draft: AgreementDraft, latest: Agreement | None) -> str:
    terms = load(draft.terms)
    closed = _holidays(terms.support.holidays, draft.starts_on, draft.effective_from)
    version = latest.version + 1 if latest else 1
    return text_of(client, version, draft.starts_on, draft.effective_from, terms, closed)


def _holidays(calendar: str, starts_on: date, effective_from: date) -> list[str]:
    try:
        return holiday_dates(calendar, starts_on, effective_from)
    except actions.AgreementRefused:
        return []  # saving and sending say so at the field


def _refused(request: HttpRequest, client: Organisation, problem: str) -> HttpResponse:
    draft = queries.open_draft(client)
    if draft is None:
        return kit.done(request, _agreement_url(client), problem)
    return kit.page(request, "clients/draft_refused.html", status=422, client=client, problem=problem)


def _draft_url(client: Organisation) -> str:
    return reverse("console-agreement-draft", args=[client.slug])


def _agreement_url(client: Organisation) -> str:
    return reverse("console-agreement", args=[client.slug])
