"""People of clients: who asked to come in, and who is known already."""

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.facts import OrganisationKind
from mainstay.clients.models import AccessRequest, Contact, Organisation, Website
from mainstay.clients.rules.asking import host_of, meant


def client_meant(wanted: str) -> Organisation | None:
    """The client whose website, or name, the words are; None when that is nobody, or several."""
    words = meant(wanted)
    named = Q(name__iexact=words.name) | Q(slug__iexact=words.name)
    found = set(_served().filter(named).values_list("pk", flat=True)[:2])
    if words.hosts:
        looked_for = Q()
        for host in words.hosts:
            looked_for |= Q(url__icontains=host)
        websites = Website.objects.filter(looked_for, is_active=True, client__in=_served())
        found |= {each.client_id for each in websites[:200] if host_of(each.url) in words.hosts}
        found |= set(_served().filter(domains__name__in=words.hosts, domains__verified_at__isnull=False)
                     .values_list("pk", flat=True))  # fmt: skip
    return Organisation.objects.get(pk=found.pop()) if len(found) == 1 else None


def contact_of(user: User, client: Organisation) -> Contact | None:
    """The person as somebody who can get in at `client` now."""
    found: Contact | None = client.contacts.with_access().filter(user=user).first()
    return found


def contact_known(user: User, client: Organisation) -> Contact | None:
    """The person as a contact of `client`, by account or else by address, with or without access."""
    mine: Contact | None = client.contacts.filter(user=user).first()
    return mine or client.contacts.filter(email=user.email, user__isnull=True).first()


def administrators_with_access(client: Organisation) -> QuerySet[Contact]:
    """The client's administrators who can sign in."""
    found: QuerySet[Contact] = client.contacts.with_access().filter(
        role=Role.CLIENT_ADMINISTRATOR, user__is_active=True
    )
    return found


def is_address_verified(user: User) -> bool:
    """Whether it was shown that the person's address is theirs: by a mailed link."""
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def requests_waiting(client: Organisation) -> QuerySet[AccessRequest]:
    """Who asks `client` for access and has no answer, the first first."""
    return client.access_requests.filter(answer="", user__is_active=True).select_related("user")


def requests_of_nobody() -> QuerySet[AccessRequest]:
    """Requests of which nobody could tell whose they are, the first first."""
    waiting = AccessRequest.objects.filter(answer="", client__isnull=True, sorted_at__isnull=False)
    return waiting.filter(user__is_active=True).select_related("user")


def requests_of(user: User) -> QuerySet[AccessRequest]:
    """What somebody asked for, the latest first."""
    return AccessRequest.objects.filter(user=user).order_by("-created_at", "-pk")


def _served() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=OrganisationKind.CLIENT, is_active=True)
