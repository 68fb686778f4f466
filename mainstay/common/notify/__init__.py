"""Telling people: one piece of news, on the person's channel, with what became of it.

tell(account_manager, letters.outage_opened(outage), key=f"outage:{outage.id}:opened", at=at, client=client)
"""

from mainstay.common.models.notification import Notification, NotificationState
from mainstay.common.notify.tell import Person, tell

__all__ = ["Notification", "NotificationState", "Person", "tell"]
