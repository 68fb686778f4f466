"""A client's own people in the portal, managed by the client's administrators, or by the account manager for them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access import actions as access
from mainstay.access import second_factors
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates
from mainstay.clients.models import Contact
from mainstay.clients.web import rights
from mainstay.clients.web.people_forms import EditPerson, NewPerson, PersonFields, last_day_of
from mainstay.clients.web.ways import back_to


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite somebody to the portal."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    now = timezone.now()
    form = NewPerson(request.POST or None, client=client, at=now)
    if request.method == "POST" and form.is_valid():
        try:
            contact = actions.add_contact(client=client, **form.changes(), invite=True, by=request.user, at=now)
        except actions.AlreadyContact:
            form.add_error("email", _("Somebody with this address is on your list already."))
        except actions.InvitationRefused:
            form.add_error("email", _("This address cannot be invited. Speak to your account manager."))
        else:
            said = _("%(name)s was invited.") % {"name": contact.name}
            return kit.done(request, back_to(client), f"{said}{_second_needed(contact, form)}")
    return kit.page(request, "clients/portal_person_new.html", client=client, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, slug: str, contact_id: int) -> HttpResponse:
    """Change what one of the client's people may do, and until when. It holds with that person's next request."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    contact = gates.contact_of(client, request.user, contact_id, Permission.PEOPLE_EDIT)
    now = timezone.now()
    form = EditPerson(request.POST or None, client=client, at=now, initial=_given(contact))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contact(contact=contact, **form.changes(), by=request.user, at=now)
        except actions.OwnAccess:
            form.add_error(None, _("What you may do yourself, another administrator or your account manager changes."))
        else:
            said = _("%(name)s was changed.") % {"name": contact.name}
            return kit.done(request, back_to(client), f"{said}{_second_needed(contact, form)}")
    shown = {
        "client": client,
        "contact": contact,
        "form": form,
        "has_factor": _has_factor(contact),
        "is_self": contact.user_id == request.user.pk,
        "websites_form": rights.WebsiteRoles(contact=contact, websites=rights.websites_of(contact)),
    }
    return kit.page(request, "clients/portal_person.html", **shown)


@require_POST
def returning(request: HttpRequest, slug: str, contact_id: int) -> HttpResponse:
    """Let somebody back in who left, and mail an invitation."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    contact = gates.contact_of(client, request.user, contact_id, Permission.PEOPLE_EDIT)
    try:
        actions.readmit(contact=contact, by=request.user, at=timezone.now())
    except (actions.InvitationRefused, actions.OwnAccess):
        return kit.done(request, back_to(client), _("This address cannot be invited. Speak to your account manager."))
    return kit.done(request, back_to(client), _("%(name)s was invited.") % {"name": contact.name})


@require_POST
def invitation(request: HttpRequest, slug: str, contact_id: int) -> HttpResponse:
    """Mail an invitation, or mail it again."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    contact = gates.contact_of(client, request.user, contact_id, Permission.PEOPLE_EDIT)
    try:
        actions.invite_contact(contact=contact, by=request.user, at=timezone.now())
    except actions.InvitationRefused:
        return kit.done(request, back_to(client), _("This address cannot be invited. Speak to your account manager."))
    return kit.done(request, back_to(client), _("%(name)s was invited.") % {"name": contact.name})


@require_POST
def factor_reset(request: HttpRequest, slug: str, contact_id: int) -> HttpResponse:
    """Let somebody who lost the second factor have a link by mail. The agency's own people ask the agency."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    contact = gates.contact_of(client, request.user, contact_id, Permission.PEOPLE_EDIT)
    back = reverse("portal-person", args=[client.slug, contact.pk])
    if not _has_factor(contact):
        return kit.done(request, back, _("This person has no second factor."))
    access.start_factor_reset(user=contact.user, by=request.user, at=timezone.now())
    said = _("%(name)s was mailed a link. It works for one hour, together with the password.")
    return kit.done(request, back, said % {"name": contact.name})


def _has_factor(contact: Contact) -> bool:
    """Whether a client's person, who may sign in, has a second factor that can be lost."""
    user = contact.user if contact.is_active else None
    return user is not None and user.is_active and not user.is_staff_member and second_factors.has_one(user)


def _given(contact: Contact) -> dict[str, Any]:
    known = {name: getattr(contact, name) for name in ("name", "phone", "audience", "role")}
    return {**known, "last_day": last_day_of(contact.access_until, contact.client)}


def _second_needed(contact: Contact, form: PersonFields) -> str:
    """What to add where somebody is to be an administrator and is none yet."""
    if form.cleaned_data["role"] == contact.role:
        return ""
    return " " + _("Somebody else has to confirm that this person is an administrator.")
