"""When the client is next owed news of an open ticket."""

from datetime import datetime

from mainstay.policy.hours import NeverOpen, OfficeHours
from mainstay.policy.spans import Span


def next_update(every: Span | None, hours: OfficeHours, told_at: datetime, *, stands: bool) -> datetime | None:
    """The agreed span after the client was told something by a person, or the ticket was opened.

    None where no updates were agreed, where the ticket stands (for the client, or by an agreed hold), and where the
    hours never hold so much time.
    """
    if every is None or stands:
        return None
    try:
        return every.due(told_at, hours)
    except NeverOpen:
        return None
