"""Where mail comes from: mailboxes that the desk reads, and the addresses it is written to."""

from datetime import datetime

from django.db import models
from django.urls import reverse

from mainstay.clients.facts import Audience
from mainstay.desk.facts import Category
from mainstay.desk.mail_facts import Security, SignIn
from mainstay.desk.models.choices import choices, known


def _sealed(field: str) -> models.CheckConstraint:
    """A constraint: what is kept in `field` is sealed, or nothing."""
    fits = models.Q(**{field: ""}) | models.Q(**{f"{field}__startswith": "sealed:"})
    return models.CheckConstraint(condition=fits, name=f"mailbox_{field}_sealed")


class DeskAddress(models.Model):
    """An address at which the desk takes mail in, beside those of the settings, and what is known of mail to it.

    `client`: whose mail comes to it when the sender is nobody's contact; empty for mail of all clients. `category` and
    `audience`, where they are said, are those of the tickets that it opens.
    """

    address = models.CharField(max_length=254, unique=True)
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, null=True, related_name="+")
    category = models.CharField(max_length=16, choices=choices(Category), blank=True)
    audience = models.CharField(max_length=24, choices=choices(Audience), blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["address"]
        constraints = [
            known("category", Category, "desk_address_category_known", blank=True),
            known("audience", Audience, "desk_address_audience_known", blank=True),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def url(self) -> str:
        """Its page in the console."""
        return reverse("console-mail-address", args=[self.pk])


class Mailbox(models.Model):
    """A mailbox that the desk reads over IMAP. `address` is the one whose mail lies in it.

    Password, client secret and refresh token are sealed. How far it was read, and how the last look went, is kept in
    the `MailboxCursor` of its `key`: another host, user or folder is another mailbox.
    """

    name = models.CharField(max_length=80, unique=True)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=8, choices=choices(Security))
    user = models.CharField(max_length=254)
    folder = models.CharField(max_length=200, default="INBOX")
    sign_in = models.CharField(max_length=8, choices=choices(SignIn))
    password = models.TextField(blank=True)
    client_number = models.CharField(max_length=500, blank=True)
    client_secret = models.TextField(blank=True)
    refresh_token = models.TextField(blank=True)
    token_url = models.CharField(max_length=500, blank=True)
    allow_private = models.BooleanField(default=False)
    address = models.ForeignKey("desk.DeskAddress", on_delete=models.PROTECT, related_name="mailboxes")
    created_at = models.DateTimeField()
    paused_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            known("security", Security, "mailbox_security_known"),
            known("sign_in", SignIn, "mailbox_sign_in_known"),
            models.CheckConstraint(condition=models.Q(port__range=(1, 65535)), name="mailbox_port_in_range"),
            models.UniqueConstraint(fields=["host", "port", "user", "folder"], name="mailbox_once"),
            _sealed("password"),
            _sealed("client_secret"),
            _sealed("refresh_token"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What its cursor is kept under."""
        return cursor_key(user=self.user, host=self.host, port=self.port, folder=self.folder)

    @property
    def url(self) -> str:
        """Its page in the console."""
        return reverse("console-mailbox", args=[self.pk])


class MailboxCursor(models.Model):
    """How far a mailbox was read, and how the last looks went. UIDs only count as long as the server keeps their
    validity. `waits` says whether the server tells of news by itself (IDLE); empty as long as nobody knows."""

    mailbox = models.CharField(max_length=300, unique=True)
    uid_validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    checked_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    failed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="", db_default="")
    waits: "models.BooleanField[bool | None, bool | None]" = models.BooleanField(null=True)

    def __str__(self) -> str:
        return self.mailbox

    @property
    def fails(self) -> bool:
        """Whether its latest look failed."""
        return self.failed_at is not None and (self.checked_at is None or self.failed_at > self.checked_at)


def cursor_key(*, user: str, host: str, port: int, folder: str) -> str:
    """What a mailbox is known by; without the password."""
    return f"{user}@{host}:{port}/{folder}"[:300]
