"""A client's people in the console."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mainstay import kit
from mainstay.access import gates as access_gates
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates
from mainstay.clients.models import Contact
from mainstay.clients.web import forms
from mainstay.clients.web.console import back_to


@require_http_methods(["GET", "HEAD", "POST"])
def creation(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a person of the client known, and invite that person when asked to."""
    client = gates.client_for(request.user, slug, Permission.CONTACT_EDIT)
    form = forms.NewContact(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contact = actions.add_contact(client=client, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.AlreadyContact as problem:
            form.add_error("email", str(problem))
        except actions.InvitationRefused as problem:
            form.add_error("invite", str(problem))
        else:
            said = f"{contact.name} was invited." if contact.invited_at else f"{contact.name} was added."
            return kit.done(request, back_to(client), said + _second_needed(contact, form))
    return kit.page(request, "clients/contact_new.html", client=client, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def editing(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Change what a client's person may do, or end the access."""
    contact = gates.contact_for(request.user, contact_id, Permission.CONTACT_EDIT)
    given = {name: getattr(contact, name) for name in ("name", "phone", "audience", "role", "language", "is_active")}
    form = forms.EditContact(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        actions.change_contact(contact=contact, by=request.user, at=timezone.now(), **form.cleaned_data)
        said = f"{contact.name} was changed."
        return kit.done(request, back_to(contact.client), said + _second_needed(contact, form))
    may_erase = contact.user is not None and access_gates.may_at_agency(request.user, Permission.USER_EDIT)
    shown = {"client": contact.client, "contact": contact, "form": form, "may_erase": may_erase}
    return kit.page(request, "clients/contact.html", **shown)


@require_POST
def invitation(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Mail an invitation to the portal, or mail it again."""
    contact = gates.contact_for(request.user, contact_id, Permission.CONTACT_EDIT)
    try:
        actions.invite_contact(contact=contact, by=request.user, at=timezone.now())
    except actions.InvitationRefused as problem:
        return kit.not_done(request, back_to(contact.client), str(problem))
    return kit.done(request, back_to(contact.client), f"{contact.name} was invited.")


def _second_needed(contact: Contact, form: forms.ContactFields) -> str:
    """What to add where somebody is to be an administrator and is none yet."""
    if form.cleaned_data["role"] == contact.role:
        return ""
    return " Somebody else has to confirm, on the portal's page of people, that this person is an administrator."
