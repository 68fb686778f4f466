"""A client's agreement in the console."""

import tomllib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates, queries
from mainstay.clients.web import forms
from mainstay.clients.web.console import back_to
from mainstay.policy import terms
from mainstay.policy.document import lines

SHOWN_MAX = 50


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version that was signed, and the terms in force."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    now = timezone.now()
    agreement = queries.agreement_for(client, now)
    return kit.page(
        request,
        "clients/agreement.html",
        client=client,
        may=gates.permissions_named(request.user, client),
        agreement=agreement,
        terms=queries.terms_listed(agreement) if agreement else [],
        versions=client.agreements.select_related("signed_by").defer("terms", "holidays", "text")[:SHOWN_MAX],
        draft=queries.open_draft(client),
        offer=queries.open_offer(client),
    )


@require_safe
def version(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """One version as it was signed, with what it changed."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    agreement = gates.agreement_of(client, request.user, version, Permission.AGREEMENT_VIEW)
    before = client.agreements.filter(version=version - 1).first()
    return kit.page(
        request,
        "clients/agreement_version.html",
        client=client,
        agreement=agreement,
        lines=lines(queries.text_of(agreement)),
        changes=queries.changes_of(before, agreement.terms) if before else (),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def signing(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a version that was signed on paper: what differs from the default terms, from a day on."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_SIGN)
    latest = client.agreements.order_by("-version").first()
    form = forms.SignAgreement(request.POST or None, initial={"terms": queries.overrides_as_toml(latest)})
    if request.method == "POST" and form.is_valid() and (agreement := _sign(request, client, form)):
        said = (
            f"Recorded as signed on paper. Version {agreement.version} holds from {agreement.effective_from:%-d %B %Y}."
        )
        return kit.done(request, back_to(client), said)
    return kit.page(
        request,
        "clients/agreement_new.html",
        client=client,
        form=form,
        latest=latest,
        default_terms=terms.DEFAULT_FILE.read_text(encoding="utf-8"),
    )


def _sign(request: HttpRequest, client: Any, form: forms.SignAgreement) -> Any:
    """The signed agreement; None when it is refused, with the reason at the field."""
    try:
        return actions.sign_agreement(
            client=client,
            effective_from=form.cleaned_data["effective_from"],
            terms=tomllib.loads(form.cleaned_data["terms"]),
            by=request.user,
            at=timezone.now(),
        )
    except tomllib.TOMLDecodeError as problem:
        form.add_error("terms", f"This is not TOML: {problem}.")
    except terms.TermsWrong as problem:
        form.add_error("terms", str(problem))
    except actions.AgreementRefused as problem:
        form.add_error("effective_from", str(problem))
    return None
