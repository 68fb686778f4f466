"""A client's agreement in the portal: what is signed, and what waits to be."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates, queries
from mainstay.clients.models import AgreementOffer, Organisation
from mainstay.policy.document import lines

SHOWN_MAX = 50


class Signature(forms.Form):
    """The signature: a typed name, and the word that it is meant."""

    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Your full name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}),
        help_text=_("Typed, it is your signature. It is kept with the date and the text."),
    )  # fmt: skip
    confirmed = forms.BooleanField(
        label=_("I have read this version and sign it for my organisation"),
        error_messages={"required": _("Tick this when you mean to sign.")},
    )


class Refusal(forms.Form):
    reason = forms.CharField(
        label=_("What is not right"),
        max_length=2_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Your account manager reads it and can send a changed version."),
    )


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a signature, and every version that was signed."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    now = timezone.now()
    return kit.page(
        request,
        "clients/portal_agreements.html",
        client=client,
        may=gates.permissions_named(request.user, client),
        offer=queries.open_offer(client),
        agreement=queries.agreement_for(client, now),
        versions=client.agreements.select_related("signed_by").defer("terms", "holidays", "text")[:SHOWN_MAX],
    )


@require_safe
def version(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """One version as it was signed."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    agreement = gates.agreement_of(client, request.user, version, Permission.AGREEMENT_VIEW)
    before = client.agreements.filter(version=version - 1).first()
    return kit.page(
        request,
        "clients/portal_agreement.html",
        client=client,
        agreement=agreement,
        lines=lines(queries.text_of(agreement)),
        changes=queries.changes_of(before, agreement.terms) if before else (),
    )


@require_safe
def version_text(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """The text as it was signed, byte for byte: its SHA-256 is the one that is shown."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    agreement = gates.agreement_of(client, request.user, version, Permission.AGREEMENT_VIEW)
    disposition = f'attachment; filename="{agreement.file_stem}.txt"'
    content = queries.text_of(agreement).encode()
    return HttpResponse(content, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": disposition})


@require_safe
def offer(request: HttpRequest, slug: str, offer_id: int) -> HttpResponse:
    """What was sent: what changes, the whole text, and where to sign."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_VIEW)
    found = gates.offer_of(client, request.user, offer_id, Permission.AGREEMENT_VIEW)
    return _page(request, client, found)


@require_POST
def signature(request: HttpRequest, slug: str, offer_id: int) -> HttpResponse:
    """Sign what was sent."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_ACCEPT)
    found = gates.offer_of(client, request.user, offer_id, Permission.AGREEMENT_ACCEPT)
    form = Signature(request.POST)
    if form.is_valid():
        try:
            agreement = actions.sign_offer(
                offer=found,
                text_sha256=form.cleaned_data["text_sha256"],
                name=form.cleaned_data["name"],
                by=request.user,
                at=timezone.now(),
            )
        except actions.SignerUnnamed as problem:
            form.add_error("name", str(problem))
        except (actions.OfferOver, actions.AgreementRefused) as problem:
            form.add_error(None, str(problem))
        else:
            said = _("Signed. Version %(version)s holds from %(day)s.") % {
                "version": agreement.version,
                "day": date_format(agreement.effective_from),
            }
            return kit.done(request, agreement.portal_url, said)
    found.refresh_from_db()
    return _page(request, client, found, form=form)


@require_POST
def refusal(request: HttpRequest, slug: str, offer_id: int) -> HttpResponse:
    """Do not sign what was sent, and say why."""
    client = gates.client_for(request.user, slug, Permission.AGREEMENT_ACCEPT)
    found = gates.offer_of(client, request.user, offer_id, Permission.AGREEMENT_ACCEPT)
    form = Refusal(request.POST)
    if form.is_valid():
        try:
            actions.refuse_offer(offer=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except actions.SignerUnnamed as problem:
            form.add_error("reason", str(problem))
        except actions.OfferOver as problem:
            form.add_error(None, str(problem))
        else:
            said = _("Your account manager has been told that you do not sign, and why.")
            return kit.done(request, reverse("portal-agreements", args=[slug]), said)
    found.refresh_from_db()
    return _page(request, client, found, refusal=form)


def _page(
    request: HttpRequest,
    client: Organisation,
    found: AgreementOffer,
    *,
    form: Signature | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    wrong = form if form is not None and form.errors else refusal
    return kit.page(
        request,
        "clients/portal_offer.html",
        status=422 if wrong is not None and wrong.errors else 200,
        client=client,
        offer=found,
        may=gates.permissions_named(request.user, client),
        changes=queries.changes_of(found.follows, found.terms),
        lines=lines(found.text),
        form=form or Signature(initial={"text_sha256": found.text_sha256}),
        refusal=refusal or Refusal(),
        wrong=wrong,
    )
