"""Telling people: one piece of news by mail or on a channel, with what became of it.

tell(account_manager, letters.outage_opened(outage), key=f"outage:{outage.id}:opened", at=at, client=client)
say(channel, Message(title, text), key=f"outage:{outage.id}:opened", at=at, client=client)
"""

from mainstay.common.models.channel import Channel
from mainstay.common.models.notification import Notification, NotificationState
from mainstay.common.notify.channels import KINDS, AddressWrong, Message, NotTaken
from mainstay.common.notify.keeping import (
    add_channel,
    change_channel,
    pause_channel,
    resume_channel,
)
from mainstay.common.notify.say import TRIES, deliver, say
from mainstay.common.notify.tell import Person, tell

__all__ = [
    "KINDS",
    "TRIES",
    "AddressWrong",
    "Channel",
    "Message",
    "NotTaken",
    "Notification",
    "NotificationState",
    "Person",
    "add_channel",
    "change_channel",
    "deliver",
    "pause_channel",
    "resume_channel",
    "say",
    "tell",
]
