"""Who gets which reminder: another client's is not found, and a missing right refused."""

from mainstay.access.facts import Permission
from mainstay.clients import gates as clients
from mainstay.clients.gates import Person
from mainstay.promises.models import Reminder


def reminder_for(user: Person, reminder_id: int, permission: Permission) -> Reminder:
    """The reminder numbered `reminder_id`, with its client. Raises as `clients.gates.child_for`."""
    found: Reminder = clients.child_for(Reminder.objects.select_related("client"), user, reminder_id, permission)
    return found
