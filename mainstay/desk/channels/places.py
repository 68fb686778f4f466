"""The mailboxes that are to be read: that of the settings, and those kept in the console."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.conf import settings

from mainstay.common import sealed
from mainstay.desk.mail_facts import Security, SignIn
from mainstay.desk.models import Mailbox
from mainstay.desk.models.mailbox import cursor_key
from mainstay.desk.queries.addresses import desk_address

PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}


class MailboxWrong(ValueError):
    """The address of the mailbox cannot be used, or the mailbox gave an answer that makes no sense."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a mailbox is and who reads it. Two are equal when nothing of it was changed by a person."""

    host: str
    port: int
    security: Security
    user: str
    folder: str
    recipient: str
    sign_in: SignIn = SignIn.PASSWORD
    password: str = field(default="", repr=False)
    client_number: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False, compare=False)
    token_url: str = ""
    allow_private: bool = False
    mailbox_id: int | None = None

    @property
    def key(self) -> str:
        """What its cursor is kept under; without the password."""
        return cursor_key(user=self.user, host=self.host, port=self.port, folder=self.folder)


def from_url(url: str) -> Place:
    """The mailbox at `imaps://user:password@host:port/FOLDER` (or `imap://` on a network that can be trusted).

    Raises:
        MailboxWrong: the address is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise MailboxWrong("MAINSTAY_IMAP_URL must look like imaps://user:password@host:993/INBOX")
    security, user = Security.TLS if parts.scheme == "imaps" else Security.NONE, unquote(parts.username)
    return Place(
        host=parts.hostname,
        port=parts.port or PORTS[security],
        security=security,
        user=user,
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        recipient=user if "@" in user else desk_address(),
        allow_private=True,
    )


def of(box: Mailbox) -> Place:
    """The place that a kept mailbox is.

    Raises:
        CannotBeOpened: its secrets were sealed with another key.
    """
    return Place(
        host=box.host,
        port=box.port,
        security=Security(box.security),
        user=box.user,
        folder=box.folder,
        recipient=box.address.address,
        sign_in=SignIn(box.sign_in),
        password=sealed.unseal(box.password),
        client_number=box.client_number,
        client_secret=sealed.unseal(box.client_secret),
        refresh_token=sealed.unseal(box.refresh_token),
        token_url=box.token_url,
        allow_private=box.allow_private,
        mailbox_id=box.pk,
    )


def renewed(place: Place) -> Place:
    """The place with the refresh token that counts now: services give a new one now and then."""
    if place.mailbox_id is None or place.sign_in is not SignIn.OAUTH2:
        return place
    box = Mailbox.objects.select_related("address").filter(pk=place.mailbox_id).first()
    return of(box) if box else place


def wanted() -> dict[str, Place | str]:
    """Every mailbox that is to be read now, by its key; in the place of one whose secrets cannot be opened, why."""
    found: dict[str, Place | str] = {}
    if settings.MAINSTAY.imap_url:
        place = from_url(settings.MAINSTAY.imap_url)
        found[place.key] = place
    for box in Mailbox.objects.select_related("address").filter(paused_at__isnull=True):
        try:
            found[box.key] = of(box)
        except sealed.CannotBeOpened as problem:
            found[box.key] = str(problem)
    return found
