"""Websites and tools that sign people in with Mainstay, in the console."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.access.gates import may_at_agency, require_at_agency
from mainstay.idp import actions, gates, queries
from mainstay.idp.web.discovery import address_of, metadata
from mainstay.idp.web.forms import NewParty, PartyForm

VISITS_SHOWN = 50
EDITS = ["GET", "HEAD", "POST"]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All of them, with how many people are there, and the keys that sign."""
    require_at_agency(request.user, Permission.PARTY_VIEW)
    return kit.page(
        request,
        "idp/parties.html",
        parties=queries.parties()[: queries.SHOWN_MAX],
        keys=queries.signing_keys(),
        issuer=metadata()["issuer"],
        may_edit=may_at_agency(request.user, Permission.PARTY_EDIT),
        may_make_key=may_at_agency(request.user, Permission.USER_EDIT),
    )


@never_cache
@sensitive_variables("secret")
@require_http_methods(EDITS)
def registration(request: HttpRequest) -> HttpResponse:
    """A further one; its secret is in the answer, this once."""
    require_at_agency(request.user, Permission.PARTY_EDIT)
    form = NewParty(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            party, secret = actions.register_party(**form.cleaned_data, by=request.user, at=timezone.now())
        except actions.PartyRefused as problem:
            form.add_error(problem.field, str(problem))
        else:
            return _secret_page(request, party, secret)
    return kit.page(request, "idp/party_new.html", form=form)


@require_http_methods(EDITS)
def editing(request: HttpRequest, party_id: int) -> HttpResponse:
    """One of them: what to enter there, whom it lets in, who was there."""
    changes = request.method == "POST"
    party = gates.party_for(request.user, party_id, Permission.PARTY_EDIT if changes else Permission.PARTY_VIEW)
    form = PartyForm(request.POST or None, initial=PartyForm.of(party))
    if changes and form.is_valid():
        try:
            actions.change_party(party=party, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.PartyRefused as problem:
            form.add_error(problem.field, str(problem))
        else:
            return kit.done(request, request.path, f"{party.name} was changed.")
    return kit.page(
        request,
        "idp/party.html",
        party=party,
        form=form,
        **_ends(),
        visits=queries.visits_at(party)[:VISITS_SHOWN],
        may_edit=may_at_agency(request.user, Permission.PARTY_EDIT),
    )


@never_cache
@require_POST
def secret(request: HttpRequest, party_id: int) -> HttpResponse:
    """Another secret; the one before ends at once."""
    party = gates.party_for(request.user, party_id, Permission.PARTY_EDIT)
    return _secret_page(request, party, actions.rotate_secret(party=party, by=request.user, at=timezone.now()))


@require_POST
def removal(request: HttpRequest, party_id: int) -> HttpResponse:
    """Let it sign nobody in any more."""
    party = gates.party_for(request.user, party_id, Permission.PARTY_EDIT)
    actions.remove_party(party=party, by=request.user, at=timezone.now())
    return kit.done(request, reverse("console-parties"), f"{party.name} signs nobody in any more.")


@require_POST
def signing_key(request: HttpRequest) -> HttpResponse:
    """A new key to sign with, which takes over in two hours."""
    require_at_agency(request.user, Permission.USER_EDIT)
    actions.make_signing_key(by=request.user, at=timezone.now())
    return kit.done(request, reverse("console-parties"), "There is a new key. It signs from two hours from now on.")


def _secret_page(request: HttpRequest, party: Any, secret: str) -> HttpResponse:
    return kit.page(request, "idp/party_secret.html", party=party, secret=secret, **_ends())


def _ends() -> dict[str, Any]:
    """What has to be entered elsewhere."""
    names = ("authorization", "token", "userinfo", "logout", "configuration")
    return {"issuer": metadata()["issuer"], **{f"{name}_url": address_of(name) for name in names}}
