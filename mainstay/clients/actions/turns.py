"""Taking turns: what is checked before a change still holds when it is written."""

from mainstay.clients.facts import OrganisationKind
from mainstay.clients.models import Organisation


def take_turn(client: Organisation) -> None:
    """Wait until nobody else changes `client`, and let others wait until the caller's transaction ends."""
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=client.pk).values_list("pk"))


def take_turn_among_clients() -> None:
    """The same for taking organisations on: whoever does holds the agency's row."""
    agency = Organisation.objects.select_for_update(no_key=True).filter(kind=OrganisationKind.AGENCY)
    list(agency.values_list("pk"))
