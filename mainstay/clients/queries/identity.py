"""What the identity provider asks of clients, and by whose provider people are signed in."""

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.facts import OrganisationKind
from mainstay.clients.models import Organisation, ProviderConnection, Website
from mainstay.clients.queries.people import roles_held
from mainstay.clients.rules.asking import domain_of
from mainstay.common import tenancy
from mainstay.idp.facts import Held, Place

PLACES_MAX = 2_000


def roles_for_claims(user: User) -> list[Held]:
    """The roles of a client's person that hold now."""
    return [Held(client.pk, website.pk if website else None, role) for client, website, role in roles_held(user)]


def places_to_enter() -> list[Place]:
    """The clients that are served, each followed by its websites, by name."""
    clients = Organisation.objects.filter(kind=OrganisationKind.CLIENT, is_active=True).order_by("name", "pk")
    websites: dict[int, list[Website]] = {}
    for each in Website.objects.filter(client__in=clients, is_active=True).order_by("name", "pk")[:PLACES_MAX]:
        websites.setdefault(each.client_id, []).append(each)
    found: list[Place] = []
    for client in clients[:PLACES_MAX]:
        found.append(Place(client.pk, client.name))
        found += [Place(client.pk, client.name, each.pk, each.name) for each in websites.get(client.pk, [])]
    return found


def provider_for(email: str) -> ProviderConnection | None:
    """The provider that signs people with this address in: of the client that verified its domain."""
    found = ProviderConnection.objects.filter(
        client__is_active=True, client__domains__name=domain_of(email), client__domains__verified_at__isnull=False
    )
    return found.select_related("client").first()


def must_use_provider(user: User) -> bool:
    """Whether the person's organisation signs its people in itself, and by that alone. Never for the agency's people.

    A client's administrators keep their password: else a provider that fails would shut out who could mend it.
    """
    if user.is_staff_member:
        return False
    with tenancy.everything():  # whoever is about to sign in works for no client yet
        connection = provider_for(user.email)
        if connection is None or not connection.is_required:
            return False
        contact = connection.client.contacts.with_access().filter(user=user).first()
    return contact is not None and contact.role != Role.CLIENT_ADMINISTRATOR
