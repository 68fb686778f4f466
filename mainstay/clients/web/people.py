"""A client's own people in the portal, managed by the client's administrators, or by the account manager for them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates
from mainstay.clients.models import Contact, Organisation
from mainstay.clients.web.people_forms import EditPerson, NewPerson, last_day_of


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
            return kit.done(request, back_to(client), _("%(name)s was invited.") % {"name": contact.name})
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
            return kit.done(request, back_to(client), _("%(name)s was changed.") % {"name": contact.name})
    is_self = contact.user_id == request.user.pk
    return kit.page(request, "clients/portal_person.html", client=client, contact=contact, form=form, is_self=is_self)


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


def back_to(client: Organisation) -> str:
    """The client's people in the portal."""
    return reverse("portal-people", args=[client.slug])


def _given(contact: Contact) -> dict[str, Any]:
    known = {name: getattr(contact, name) for name in ("name", "phone", "audience", "role")}
    return {**known, "last_day": last_day_of(contact.access_until, contact.client)}
