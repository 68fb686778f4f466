"""Mail in from a mailbox over IMAP: each mail is stored first and marked as seen afterwards."""

import imaplib
import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from imap_tools import AND, BaseMailBox, ImapToolsError, MailMessageFlags, U

from mainstay.desk import actions
from mainstay.desk.actions import mailboxes
from mainstay.desk.actions.sorting import CUT
from mainstay.desk.channels import oauth
from mainstay.desk.channels.connecting import connect
from mainstay.desk.channels.places import MailboxWrong, Place
from mainstay.desk.mail_facts import Security, SignIn
from mainstay.desk.models import MailboxCursor

TIMEOUT_S = 30.0
BATCH = 100
PART_BYTES = 1024 * 1024
"""How much is taken of a mail beyond the size limit: its beginning. The whole of it stays in the mailbox."""
STALE_S = 0.5
"""A wait that ends sooner without news is one on a connection that is gone."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class NotOpened(Exception):
    """The mailbox could not be opened; the text says why, and holds no secret."""


@dataclass(frozen=True)
class Trial:
    """How a mailbox answered when it was tried out."""

    mails: int
    unseen: int
    tells_of_news: bool


@contextmanager
def opened(place: Place, timeout_s: float = TIMEOUT_S) -> Iterator[BaseMailBox]:
    """The mailbox, signed in, with its folder chosen.

    Raises:
        NotOpened: it cannot be reached, does not let us in, or has no such folder.
    """
    try:
        box = _signed_in(place, timeout_s)
    except (OSError, imaplib.IMAP4.error, ImapToolsError, oauth.TokenRefused) as problem:
        raise NotOpened(_said(problem)) from problem
    try:
        yield box
    finally:
        with suppress(Exception):  # what was read is kept already
            box.logout()


def tells_of_news(box: BaseMailBox) -> bool:
    """Whether the server says by itself that something came (IDLE)."""
    return "IDLE" in box.client.capabilities


def poll(place: Place, *, at: datetime, size_limit: int) -> int:
    """Take in what is new in the mailbox, at most 100 mails. Returns how many."""
    with opened(place) as box:
        return take_new(box, place, at=at, size_limit=size_limit)


def take_new(box: BaseMailBox, place: Place, *, at: datetime, size_limit: int) -> int:
    """Take in what is new in an opened mailbox, at most 100 mails. Returns how many.

    A mail and how far the mailbox was read are stored in one transaction; only then is it marked as seen. Cut off
    anywhere, the next look begins where the last one was committed.
    """
    cursor = _cursor(place, box)
    taken = 0
    for uid in _new_uids(box, cursor.last_uid):
        _take(box, place, cursor, uid, at=at, size_limit=size_limit)
        taken += 1
    mailboxes.note_look(key=place.key, waits=tells_of_news(box), at=at)
    return taken


def wait_for_news(box: BaseMailBox, stop_event: threading.Event, most_s: float) -> None:
    """Wait until the server tells of something, `stop_event` is set, or `most_s` seconds have passed."""
    deadline = time.monotonic() + most_s
    box.idle.start()
    try:
        while not stop_event.is_set() and time.monotonic() < deadline:
            began = time.monotonic()
            if box.idle.poll(timeout=1.0) or time.monotonic() - began < STALE_S:
                return
    finally:
        box.idle.stop()


def try_out(place: Place, timeout_s: float = 10.0) -> Trial:
    """Look whether the mailbox can be read, without taking anything from it.

    Raises:
        NotOpened: it cannot; the text says why.
    """
    with opened(place, timeout_s) as box:
        found = box.folder.status(place.folder, ["MESSAGES", "UNSEEN"])
        return Trial(found["MESSAGES"], found["UNSEEN"], tells_of_news(box))


class _Plain(imaplib.IMAP4):
    """The client of the standard library, over a connection to a checked address."""

    def __init__(self, place: Place, timeout_s: float) -> None:
        self._place = place
        super().__init__(place.host, place.port, timeout_s)

    def _create_socket(self, timeout: float):  # type: ignore[no-untyped-def]
        return connect(self.host, self.port, timeout_s=timeout, allow_private=self._place.allow_private)


class _Tls(imaplib.IMAP4_SSL):
    """The same with TLS from the first byte."""

    def __init__(self, place: Place, timeout_s: float) -> None:
        self._place = place
        super().__init__(place.host, place.port, ssl_context=ssl.create_default_context(), timeout=timeout_s)

    def _create_socket(self, timeout: float):  # type: ignore[no-untyped-def]
        bare = connect(self.host, self.port, timeout_s=timeout, allow_private=self._place.allow_private)
        return self.ssl_context.wrap_socket(bare, server_hostname=self.host)


class _Box(BaseMailBox):
    def __init__(self, place: Place, timeout_s: float) -> None:
        self._place, self._timeout_s = place, timeout_s
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        if self._place.security is Security.TLS:
            return _Tls(self._place, self._timeout_s)
        client = _Plain(self._place, self._timeout_s)
        if self._place.security is Security.STARTTLS:
            client.starttls(ssl.create_default_context())
        return client


def _signed_in(place: Place, timeout_s: float) -> BaseMailBox:
    box = _Box(place, timeout_s)
    try:
        if place.sign_in is SignIn.OAUTH2:
            _sign_in_by_token(box, place)
        elif place.user.isascii() and place.password.isascii():
            box.login(place.user, place.password, None)
        else:
            box.login_utf8(place.user, place.password, None)
        box.folder.set(place.folder)
    except BaseException:
        with suppress(Exception):  # the first problem is the one to tell
            box.client.shutdown()
        raise
    return box


def _sign_in_by_token(box: BaseMailBox, place: Place) -> None:
    granted = oauth.token_for(place)
    if granted.new_refresh_token and place.mailbox_id is not None:
        mailboxes.keep_refresh_token(mailbox_id=place.mailbox_id, token=granted.new_refresh_token)
    words = [f"user={place.user}\1auth=Bearer {granted.access_token}\1\1".encode()]
    try:  # a server that refuses says why, and waits for an empty line before it says no
        box.client.authenticate("XOAUTH2", lambda _: words.pop() if words else b"")
    except imaplib.IMAP4.error:
        oauth.forget(place)
        raise


def _said(problem: BaseException) -> str:
    """What a server or the library says, in one line for people."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {problem.verify_message}"
    if isinstance(problem, TimeoutError):
        return "the server did not answer in time"
    result = getattr(problem, "command_result", None)
    said = result[1] if isinstance(result, tuple) and len(result) > 1 else (problem.args[0] if problem.args else "")
    lines = said if isinstance(said, list) else [said]
    words = " ".join(each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in lines)
    return " ".join(words.split())[:400] or type(problem).__name__


def _cursor(place: Place, box: BaseMailBox) -> MailboxCursor:
    """How far the mailbox was read; from the start again when the server has numbered its mails anew."""
    validity = int(box.folder.status(place.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    cursor, _ = MailboxCursor.objects.get_or_create(mailbox=place.key, defaults={"uid_validity": validity})
    if cursor.uid_validity != validity:
        cursor.uid_validity, cursor.last_uid = validity, 0
        cursor.save(update_fields=["uid_validity", "last_uid"])
    return cursor


def _new_uids(box: BaseMailBox, last_uid: int) -> list[int]:
    """The UIDs past the last one, ascending. A server names its newest mail even when that is not past it."""
    found = sorted(int(uid) for uid in box.uids(AND(uid=U(str(last_uid + 1), "*"))))
    return [uid for uid in found if uid > last_uid][:BATCH]


def _take(box: BaseMailBox, place: Place, cursor: MailboxCursor, uid: int, *, at: datetime, size_limit: int) -> None:
    raw, source = _fetch(box, uid, size_limit)
    with transaction.atomic():
        if raw is not None:
            actions.receive(raw=raw, mail_from="", rcpt_to=[place.recipient], at=at, source=source)
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
