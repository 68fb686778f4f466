"""What clients' lists of people say of somebody: told to that person, and made nameless when they are erased."""

from typing import Any

from mainstay.access.models import User
from mainstay.clients.models import AccessRequest, Contact, ProviderLink


def told_of_contacts(user: User) -> list[dict[str, Any]]:
    """Where the person is on a client's list, and as what."""
    fields = ("client__name", "name", "email", "phone", "role", "audience", "created_at", "access_until", "is_active")
    return list(Contact.objects.filter(user=user).values(*fields))


def forget_contacts(user: User, name: str) -> int:
    """Keep the rows, which agreements and tickets name, without what is personal; requests lose their words.

    What the client's provider calls the person goes.
    """
    ProviderLink.objects.filter(user=user).delete()
    asked = AccessRequest.objects.filter(user=user).exclude(wanted=name).update(wanted=name, note="")
    return asked + Contact.objects.filter(user=user).update(
        name=name, email=user.address_when_erased, phone="", language=""
    )
