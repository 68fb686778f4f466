"""Who may manage a client's people, looked at once more at the moment of writing."""

from django.core.exceptions import PermissionDenied

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.common import facts


class OwnAccess(ValueError):
    """Nobody changes what they may do themselves: a client would be left without an administrator by a slip."""


class NotInCharge(PermissionDenied):
    """Somebody of the client who was its administrator a moment ago."""


def require_still_in_charge(client: Organisation, by: User | facts.Process) -> None:
    """Look once more, in the turn that the caller took, whether somebody of the client may manage its people.

    Two administrators who take the right from each other at once would both have passed the gate.

    Raises:
        NotInCharge: the right is gone.
    """
    if not isinstance(by, User) or by.is_staff_member:
        return
    if not client.contacts.with_access().filter(user=by, role=Role.CLIENT_ADMINISTRATOR).exists():
        raise NotInCharge
