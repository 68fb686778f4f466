"""A client's portal: the people on both sides."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates, queries
from mainstay.clients.web.cards import account_manager_card, person_card

SHOWN_MAX = 200
LEFT_SHOWN = 10


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who to turn to at the agency; and, for the client's administrators, their own people and what each may do."""
    client = gates.client_for(request.user, slug, Permission.CLIENT_VIEW)
    now = timezone.now()
    deputy = queries.deputy(client, now)
    may_see_contacts = gates.may(request.user, Permission.CONTACT_VIEW, client)
    listed = client.contacts.filter(is_active=True).select_related("user").prefetch_related("website_roles__website")
    contacts = listed[:SHOWN_MAX] if may_see_contacts else None
    may_edit = gates.may(request.user, Permission.PEOPLE_EDIT, client)
    due_on = queries.access_review_due_on(client, now) if may_edit else None
    return kit.page(
        request,
        "clients/portal_people.html",
        client=client,
        manager_card=account_manager_card(client, now) if queries.account_manager(client, now) else None,
        deputy_card=person_card(deputy, _("Deputy"), "") if deputy else None,
        contacts=contacts,
        may_edit=may_edit,
        may_read_record=gates.may(request.user, Permission.AUDIT_VIEW, client),
        requests=queries.requests_waiting(client)[:SHOWN_MAX] if may_edit else (),
        grants=queries.grants_waiting(client, now) if may_edit else (),
        departures=queries.departures_of(client)[:LEFT_SHOWN] if may_edit else (),
        review_due_on=due_on,
        review_is_late=due_on is not None and due_on < now.astimezone(client.zone).date(),
        now=now,
    )
