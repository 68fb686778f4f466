"""Notes and reminders for tests."""

from datetime import UTC, datetime

from mainstay.access.models import User
from mainstay.clients import actions
from mainstay.clients.models import ClientNote, Organisation
from mainstay.promises.facts import ReminderKind
from mainstay.promises.models import Reminder

WRITTEN_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def note_of(client: Organisation, by: User, text: str = "Prefers to be rung before ten.") -> ClientNote:
    """Something that staff wrote down about `client`."""
    return actions.write_note(client=client, text=text, by=by, at=WRITTEN_AT)


def reminder_of(client: Organisation, key: str = "survey:1") -> Reminder:
    """That somebody of `client` was not content."""
    given = {"kind": ReminderKind.POOR_ANSWER.value, "about": "T-1", "raised_at": WRITTEN_AT}
    return Reminder.objects.get_or_create(client=client, key=key, defaults=given)[0]
