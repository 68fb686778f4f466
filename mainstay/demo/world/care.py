"""What the demo's account managers know of their clients, and what they are reminded of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.demo.world.people import Settled
from mainstay.promises import reminders

NOTES = (
    "Prefers to be rung before ten. In August nobody is in the office.",
    "Plans a new shop for the spring: ask for the date before the next major update.",
    "The IT team has a change freeze in the last week of each quarter.",
)
WEEKS_AGO = timedelta(weeks=5)


def look_after(settled: Sequence[Settled], staff: dict[str, User], at: datetime) -> None:
    """A note about some clients, and everybody's reminders as of `at`."""
    for number, (each, text) in enumerate(zip(settled, NOTES, strict=False)):
        written_at = at - (number + 1) * WEEKS_AGO
        clients.write_note(client=each.client, text=text, by=staff[each.plan.manager], at=written_at)
    reminders.remind(clients=[each.client for each in settled], at=at)
