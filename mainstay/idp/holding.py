"""Who holds which role where, and what people can be let into: `clients` answers, when it is ready.

holding.register(roles=roles_for_claims, places=places_to_enter)
"""

from collections.abc import Callable, Iterable

from mainstay.access.models import User
from mainstay.idp.facts import Held, Place

_roles: Callable[[User], Iterable[Held]] | None = None
_places: Callable[[], Iterable[Place]] | None = None


def register(*, roles: Callable[[User], Iterable[Held]], places: Callable[[], Iterable[Place]]) -> None:
    """Ask these functions from now on."""
    global _roles, _places
    _roles, _places = roles, places


def held_by(user: User) -> list[Held]:
    """The roles of a client's person that hold now; none while nobody answers."""
    return list(_roles(user)) if _roles else []


def places() -> list[Place]:
    """Clients and their websites, by name."""
    return list(_places()) if _places else []
