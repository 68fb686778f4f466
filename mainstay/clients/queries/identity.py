"""What the identity provider asks: who holds which role, and what people can be let into."""

from mainstay.access.models import User
from mainstay.clients.facts import OrganisationKind
from mainstay.clients.models import Organisation, Website
from mainstay.clients.queries.people import roles_held
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
