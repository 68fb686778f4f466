"""Who gets which inventory: another client's answers 404, a missing right 403."""

from django.http import Http404

from mainstay.access.facts import Permission
from mainstay.clients import gates
from mainstay.clients.gates import Person
from mainstay.clients.models import Organisation, Website
from mainstay.upkeep.models import InventorySource
from mainstay.upkeep.models.inventory import hashed


def website_for(user: Person, website_id: int, permission: Permission) -> Website:
    """The website numbered `website_id`, with its client, in the console.

    Raises:
        Http404: there is none, or it is another client's.
        PermissionDenied: the right is missing.
    """
    gates.require(user, Permission.CONSOLE_USE)
    return gates.website_for(user, website_id, permission)


def website_of(client: Organisation, user: Person, website_id: int, permission: Permission) -> Website:
    """A website of `client`: another client's is not found. Raises as `website_for`."""
    found: Website = gates.child_for(client.websites.select_related("client"), user, website_id, permission)
    return found


def source_for(user: Person, source_id: int, permission: Permission) -> InventorySource:
    """The source numbered `source_id`, ended ones too, with its website, in the console. Raises as `website_for`."""
    gates.require(user, Permission.CONSOLE_USE)
    rows = InventorySource.objects.select_related("client", "website__client")
    found: InventorySource = gates.child_for(rows, user, source_id, permission)
    return found


def source_with(token: str) -> InventorySource:
    """The source whose token this is: having it is the right to say what stands there, and no other.

    Raises:
        Http404: no source that counts has it.
    """
    rows = InventorySource.objects.filter(token_hash=hashed(token), ended_at__isnull=True)
    found = rows.select_related("client", "website").first()
    if found is None or not token.strip():
        raise Http404
    return found
