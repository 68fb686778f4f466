"""Mail in from a mailbox over IMAP: each mail is stored first and marked as seen afterwards."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

import structlog
from django.db import transaction
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags, U

from mainstay.desk import actions
from mainstay.desk.actions.sorting import CUT
from mainstay.desk.models import MailboxCursor
from mainstay.desk.queries.addresses import desk_address

TIMEOUT_S = 30
BATCH = 100
PART_BYTES = 1024 * 1024
"""How much is taken of a mail beyond the size limit: its beginning. The whole of it stays in the mailbox."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

log = structlog.get_logger()


class MailboxWrong(ValueError):
    """The address of the mailbox cannot be used, or the mailbox gave an answer that makes no sense."""


@dataclass(frozen=True)
class Mailbox:
    """Where a mailbox is and who reads it."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_encrypted: bool

    @property
    def name(self) -> str:
        """What the mailbox is known by; without the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    @property
    def recipient(self) -> str:
        """The address whose mail lies in it."""
        return self.user if "@" in self.user else desk_address()

    def open(self) -> BaseMailBox:
        """Connect and sign in."""
        kind = MailBox if self.is_encrypted else MailBoxUnencrypted
        return kind(self.host, self.port, timeout=TIMEOUT_S).login(self.user, self.password, self.folder)


def mailbox(url: str) -> Mailbox:
    """The mailbox at `imaps://user:password@host:port/FOLDER` (or `imap://` on a network that can be trusted).

    Raises:
        MailboxWrong: the address is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise MailboxWrong("MAINSTAY_IMAP_URL must look like imaps://user:password@host:993/INBOX")
    is_encrypted = parts.scheme == "imaps"
    return Mailbox(
        host=parts.hostname,
        port=parts.port or (993 if is_encrypted else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        is_encrypted=is_encrypted,
    )


def poll(where: Mailbox, *, at: datetime, size_limit: int) -> int:
    """Take in what is new in the mailbox, at most 100 mails. Returns how many.

    A mail and how far the mailbox was read are stored in one transaction; only then is it marked as seen. Cut off
    anywhere, the next look begins where the last one was committed.
    """
    with where.open() as box:
        cursor = _cursor(where, box, at)
        taken = 0
        for uid in _new_uids(box, cursor.last_uid):
            _take(box, where, cursor, uid, at=at, size_limit=size_limit)
            taken += 1
    MailboxCursor.objects.filter(pk=cursor.pk).update(checked_at=at)
    return taken


def _cursor(where: Mailbox, box: BaseMailBox, at: datetime) -> MailboxCursor:
    """How far the mailbox was read; from the start again when the server has numbered its mails anew."""
    validity = int(box.folder.status(where.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    cursor, _ = MailboxCursor.objects.get_or_create(
        mailbox=where.name[:300], defaults={"uid_validity": validity, "checked_at": at}
    )
    if cursor.uid_validity != validity:
        cursor.uid_validity, cursor.last_uid = validity, 0
        cursor.save(update_fields=["uid_validity", "last_uid"])
    return cursor


def _new_uids(box: BaseMailBox, last_uid: int) -> Iterator[int]:
    """The UIDs past the last one, ascending. A server names its newest mail even when that is not past it."""
    found = sorted(int(uid) for uid in box.uids(AND(uid=U(str(last_uid + 1), "*"))))
    return iter([uid for uid in found if uid > last_uid][:BATCH])


def _take(box: BaseMailBox, where: Mailbox, cursor: MailboxCursor, uid: int, *, at: datetime, size_limit: int) -> None:
    raw, source = _fetch(box, uid, size_limit)
    with transaction.atomic():
        if raw is not None:
            actions.receive(raw=raw, mail_from="", rcpt_to=[where.recipient], at=at, source=source)
        MailboxCursor.objects.filter(pk=cursor.pk).update(last_uid=uid)
    box.flag(str(uid), MailMessageFlags.SEEN, True)


def _fetch(box: BaseMailBox, uid: int, size_limit: int) -> tuple[bytes | None, str]:
    """The bytes of a mail and their source; only its beginning when it is too large, None when it is gone meanwhile.

    Raises:
        MailboxWrong: it is there, and the server does not give it.
    """
    size = _size(box, uid)
    if size is not None:
        source, part = ("imap", "") if size <= size_limit else (CUT, f"<0.{PART_BYTES}>")
        _, data = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]{part})")
        found = next((each[1] for each in data if isinstance(each, tuple) and b"BODY[]" in each[0].upper()), None)
        if found is not None:
            return found, source
    if box.uids(AND(uid=str(uid))):
        raise MailboxWrong(f"the mailbox names mail {uid} and does not give it")
    return None, "imap"


def _size(box: BaseMailBox, uid: int) -> int | None:
    """The size of a mail; None when the server names none. Among the answers may be news about other mails."""
    _, data = box.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    lines = [each for each in data if isinstance(each, bytes) and _is_about(each, uid)]
    found = next((size for line in lines if (size := _SIZE.search(line))), None)
    return int(found[1]) if found else None


def _is_about(line: bytes, uid: int) -> bool:
    return re.search(rb"\bUID %d\b" % uid, line) is not None
