"""Who may do what: the page that says it, roles for single websites, and the second person for the highest right."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import WEBSITE_ROLES, Permission, Role
from mainstay.access.web import role_words
from mainstay.clients import actions, gates, queries
from mainstay.clients.models import Contact, Website
from mainstay.clients.web.ways import back_to

WEBSITES_MAX = 100
NOTHING_MORE = gettext_lazy("Nothing more than for the client")


class WebsiteRoles(forms.Form):
    """One choice for each website of the client."""

    def __init__(self, *args: Any, contact: Contact, websites: list[Website], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.websites = websites
        held = {each.website_id: each.role for each in contact.website_roles.all()}
        choices = [("", NOTHING_MORE), *((role.value, _(role.label)) for role in Role if role in WEBSITE_ROLES)]
        for website in websites:
            self.fields[f"website-{website.pk}"] = forms.ChoiceField(
                label=website.name, choices=choices, required=False, initial=held.get(website.pk, "")
            )

    def roles(self) -> dict[int, Role | None]:
        """What was chosen, by the number of the website."""
        chosen = {each.pk: self.cleaned_data[f"website-{each.pk}"] for each in self.websites}
        return {pk: Role(role) if role else None for pk, role in chosen.items()}


def websites_of(contact: Contact) -> list[Website]:
    """The websites that a person can have a role for."""
    return list(contact.client.websites.filter(is_active=True).order_by("name", "pk")[:WEBSITES_MAX])


@require_safe
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """What each role may do in plain words; who has it, for those who may know the client's people."""
    client = gates.client_for(request.user, slug, Permission.CLIENT_VIEW)
    may_see = gates.may(request.user, Permission.CONTACT_VIEW, client)
    holders: dict[str, list[Any]] = {}
    if may_see:
        for contact in queries.people_with_access(client).prefetch_related("website_roles__website"):
            holders.setdefault(contact.role, []).append((contact, None))
            for each in contact.website_roles.all():
                holders.setdefault(each.role, []).append((contact, each.website))
    said = [(each, holders.get(each.role, [])) for each in role_words.client_roles()]
    own = {role for organisation, _website, role in queries.roles_held(request.user) if organisation == client}
    return kit.page(request, "clients/portal_roles.html", client=client, roles=said, may_see=may_see, own=own)


@require_safe
def agency_roles(request: HttpRequest) -> HttpResponse:
    """What each role at the agency may do, and who has it."""
    gates.require(request.user, Permission.CONSOLE_USE)
    holders: dict[str, list[Any]] = {}
    for user in queries.staff_with_access():
        holders.setdefault(user.agency_role, []).append(user)
    said = [(each, holders.get(each.role, [])) for each in role_words.agency_roles()]
    return kit.page(request, "clients/roles.html", roles=said)


@require_POST
def website_roles(request: HttpRequest, slug: str, contact_id: int) -> HttpResponse:
    """Say what one of the client's people is for single websites."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    contact = gates.contact_of(client, request.user, contact_id, Permission.PEOPLE_EDIT)
    back = reverse("portal-person", args=[client.slug, contact.pk])
    form = WebsiteRoles(request.POST, contact=contact, websites=websites_of(contact))
    if not form.is_valid():
        return kit.done(request, back, _("Choose one of the roles for each website."))
    try:
        actions.set_website_roles(contact=contact, roles=form.roles(), by=request.user, at=timezone.now())
    except actions.OwnAccess:
        said = _("What you may do yourself, another administrator or your account manager changes.")
        return kit.done(request, back, said)
    return kit.done(request, back, _("%(name)s was changed.") % {"name": contact.name})


@require_POST
def confirmation(request: HttpRequest, slug: str, grant_id: int) -> HttpResponse:
    """The second person says that somebody is to be the client's administrator."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    grant = gates.grant_of(client, request.user, grant_id, Permission.PEOPLE_EDIT)
    try:
        contact = actions.confirm_administrator(grant=grant, by=request.user, at=timezone.now())
    except actions.NotTheSecond:
        return kit.done(request, back_to(client), _("Somebody else has to confirm this."))
    except actions.GrantOver:
        said = _("This was answered, has lapsed, or whoever asked has no right to it any more.")
        return kit.done(request, back_to(client), said)
    return kit.done(request, back_to(client), _("%(name)s is an administrator now.") % {"name": contact.name})


@require_POST
def refusal(request: HttpRequest, slug: str, grant_id: int) -> HttpResponse:
    """Somebody is not to be the client's administrator."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    grant = gates.grant_of(client, request.user, grant_id, Permission.PEOPLE_EDIT)
    try:
        actions.refuse_administrator(grant=grant, by=request.user, at=timezone.now())
    except actions.GrantOver:
        return kit.done(request, back_to(client), _("This was answered already."))
    said = _("%(name)s is not to be an administrator.") % {"name": grant.contact.name}
    return kit.done(request, back_to(client), said)
