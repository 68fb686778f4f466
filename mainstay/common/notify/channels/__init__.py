"""The kinds of channels beside a person's own mail: one file each, and one line in the table."""

from mainstay.common.notify.channels.base import AddressWrong, Kind, Message, NotTaken
from mainstay.common.notify.channels.console import Console
from mainstay.common.notify.channels.mail import Mail
from mainstay.common.notify.channels.outside import Outside

__all__ = ["KINDS", "AddressWrong", "Kind", "Message", "NotTaken"]

KINDS: dict[str, Kind] = {each.key: each for each in (Mail(), Outside(), Console())}
