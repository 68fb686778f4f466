"""The mailboxes that the desk reads, and how that goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q, QuerySet

from mainstay.common.mail import signing
from mainstay.desk.models import DeskAddress, Mailbox, MailboxCursor

LOST_AFTER = timedelta(minutes=15)
"""A mailbox that was not read for so long is not read at all: no reader runs, or it hangs."""


@dataclass(frozen=True)
class Seen:
    """A mailbox with how its reading goes. `cursor` is empty as long as nobody has looked into it."""

    box: Mailbox
    cursor: MailboxCursor | None

    def is_lost(self, at: datetime) -> bool:
        """Whether nobody has read it for a quarter of an hour, although it is not said to fail."""
        last = self.cursor.checked_at if self.cursor else None
        return self.box.paused_at is None and (last or self.box.created_at) < at - LOST_AFTER


def seen() -> list[Seen]:
    """Every mailbox kept, by name."""
    boxes = list(Mailbox.objects.select_related("address__client"))
    cursors = {each.mailbox: each for each in MailboxCursor.objects.filter(mailbox__in=[each.key for each in boxes])}
    return [Seen(each, cursors.get(each.key)) for each in boxes]


def seen_one(box: Mailbox) -> Seen:
    return Seen(box, MailboxCursor.objects.filter(mailbox=box.key).first())


def addresses() -> QuerySet[DeskAddress]:
    """The addresses kept in the console."""
    return DeskAddress.objects.select_related("client")


def listed_addresses() -> tuple[str, ...]:
    """The addresses that the settings list."""
    return tuple(settings.MAINSTAY.mail_addresses)


def failing() -> int:
    """How many mailboxes could not be read at the last look."""
    failed = MailboxCursor.objects.filter(
        Q(checked_at=None) | Q(failed_at__gt=F("checked_at")), failed_at__isnull=False
    )
    keys = set(failed.values_list("mailbox", flat=True)[:200])
    if not keys:
        return 0
    return sum(box.key in keys for box in Mailbox.objects.filter(paused_at__isnull=True))


@dataclass(frozen=True)
class WayOut:
    """How mail goes out. `record` is what must stand in the name service for its signature: name and text."""

    sender: str
    server: str
    record: tuple[str, str] | None = None
    problem: str = ""


def way_out() -> WayOut:
    """How mail goes out, as the settings say; never with a password."""
    options = settings.MAINSTAY
    parts = urlsplit(options.mail_url)
    port = f":{parts.port}" if parts.port else ""
    server = f"{parts.hostname}{port}" if parts.hostname else options.mail_url
    if not options.dkim_key:
        return WayOut(options.mail_from, server)
    try:
        return WayOut(options.mail_from, server, record=signing.record())
    except signing.SigningKeyWrong as problem:
        return WayOut(options.mail_from, server, problem=str(problem))
