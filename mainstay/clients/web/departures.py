"""People go, and what was taken from them; and accounts that fell asleep are woken."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import kit
from mainstay.access import actions as access
from mainstay.access import gates as access_gates
from mainstay.access.facts import Permission
from mainstay.clients import actions, gates
from mainstay.clients.models import Departure
from mainstay.clients.web.ways import back_to

WORDS = {
    "sessions": gettext_noop("Signed-in devices, signed out"),
    "signed_in_elsewhere": gettext_noop("Websites and tools signed in to with this account, signed out"),
    "tokens": gettext_noop("Tokens for programs, revoked"),
    "invitations": gettext_noop("Open invitations, ended"),
    "second_factors": gettext_noop("Second factors, removed"),
    "password": gettext_noop("Password, removed"),
    "rights": gettext_noop("Access to this client, ended"),
    "website_roles": gettext_noop("Roles on single websites, ended"),
    "requests": gettext_noop("Requests for access, ended"),
    "clients_looked_after": gettext_noop("Clients looked after, now without this person"),
    "shifts": gettext_noop("Shifts on rosters, called off"),
    "turns": gettext_noop("Rotations, which go on without this person"),
    "stand_ins": gettext_noop("Absences of others, now without a stand-in"),
    "tickets": gettext_noop("Open tickets, back in the queue"),
    "watched_tickets": gettext_noop("Tickets watched, now not watched"),
    "drafts": gettext_noop("Answers not sent, deleted"),
    "alert_rules": gettext_noop("Alert rules for this person, retired"),
}
"""What stands in `Departure.removed`, as people read it."""


@require_POST
def removal(request: HttpRequest, slug: str, contact_id: int) -> HttpResponse:
    """End the access of one of the client's people, in one step."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    contact = gates.contact_of(client, request.user, contact_id, Permission.PEOPLE_EDIT)
    try:
        actions.change_contact(contact=contact, is_active=False, by=request.user, at=timezone.now())
    except actions.OwnAccess:
        said = _("You cannot remove yourself. Ask another administrator or your account manager.")
        return kit.done(request, back_to(client), said)
    to = reverse("portal-departure", args=[client.slug, contact.pk])
    return kit.done(request, to, _("%(name)s has no access any more.") % {"name": contact.name})


@require_safe
def departure(request: HttpRequest, slug: str, contact_id: int) -> HttpResponse:
    """What was taken from somebody who left the client."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    contact = gates.contact_of(client, request.user, contact_id, Permission.PEOPLE_EDIT)
    left = contact.departures.select_related("by").first()
    return kit.page(
        request, "clients/portal_departure.html", client=client, contact=contact, left=left, removed=_said(left)
    )


@require_POST
def waking(request: HttpRequest, slug: str, contact_id: int) -> HttpResponse:
    """Open an account again that nobody had used for long."""
    client = gates.client_for(request.user, slug, Permission.PEOPLE_EDIT)
    contact = gates.contact_of(client, request.user, contact_id, Permission.PEOPLE_EDIT)
    try:
        actions.wake(contact=contact, by=request.user, at=timezone.now())
    except actions.NotAsleep:
        return kit.done(request, back_to(client), _("This account does not sleep. Speak to your account manager."))
    return kit.done(request, back_to(client), _("%(name)s can sign in again.") % {"name": contact.name})


@require_http_methods(["GET", "HEAD", "POST"])
def of_colleague(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a member of staff out, in one step; and what was taken."""
    user = access_gates.colleague_for(request.user, user_id, Permission.USER_EDIT)
    if request.method == "POST":
        try:
            actions.offboard_colleague(user=user, by=request.user, at=timezone.now())
        except (actions.OwnDeparture, access.LastAdministrator) as problem:
            return kit.not_done(request, reverse("console-colleague", args=[user.pk]), str(problem))
        return kit.done(request, request.path, f"{user.name} has no access any more.")
    left = user.departures.filter(contact__isnull=True).select_related("by").first()
    if left is None:
        raise Http404
    return kit.page(request, "clients/departure.html", colleague=user, left=left, removed=_said(left))


def _said(left: Departure | None) -> list[tuple[Any, int]]:
    """What was taken, in words, with how many; kinds of which there was nothing stand at the end."""
    found = [(_(WORDS.get(what, what)), count) for what, count in (left.removed if left else [])]
    return sorted(found, key=lambda each: not each[1])
