"""A person who can sign in."""

import unicodedata
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from mainstay.access.facts import AGENCY_ROLES, Permission, Role
from mainstay.common.languages import LANGUAGES_SPOKEN

ROLE_CHOICES = [(role.value, role.label) for role in Role if role in AGENCY_ROLES]


class UserManager(BaseUserManager["User"]):
    """Finds people by address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Store a person. Without a password nobody can sign in as that person until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account: of the agency when `agency_role` is set, else of the clients whose contact it is.

    `access_until` ends the access of a member of staff by itself; a client's people have such an end for each client.
    `closed_at` is set while the account is closed because its person left, `asleep_at` because nobody signed in for
    long; `restored_at` is when somebody let the person in again, be it after that or after a suspension.
    """

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField("name", max_length=120)
    phone = models.CharField("telephone", max_length=40, blank=True)
    time_zone = models.CharField("time zone", max_length=64, default="Europe/London")
    language = models.CharField("language", max_length=8, choices=LANGUAGES_SPOKEN, blank=True)
    agency_role = models.CharField("role at the agency", max_length=32, blank=True, choices=ROLE_CHOICES)
    is_active = models.BooleanField("may sign in", default=True)
    access_until = models.DateTimeField("access ends", null=True, blank=True)
    closed_at = models.DateTimeField("closed since its person left", null=True, blank=True, editable=False)
    asleep_at = models.DateTimeField("closed since nobody signed in", null=True, blank=True, editable=False)
    sleep_warned_at = models.DateTimeField("told that it will be closed", null=True, blank=True, editable=False)
    restored_at = models.DateTimeField("let in again", null=True, blank=True, editable=False)
    portrait = models.CharField("portrait", max_length=120, blank=True, editable=False)
    created_at = models.DateTimeField("created", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    scopes: frozenset[Permission] | None = None
    """The rights of the API token that this request came with; None when a person is signed in."""

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(
                condition=models.Q(agency_role__in=["", *sorted(AGENCY_ROLES)]), name="user_agency_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=["", *dict(LANGUAGES_SPOKEN)]), name="user_language_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff_member(self) -> bool:
        """Whether this person works for the agency."""
        return bool(self.agency_role)

    @property
    def role_label(self) -> str:
        """The agency role as people read it; empty for a client's people."""
        return Role(self.agency_role).label if self.agency_role else ""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that this person reads times in."""
        return ZoneInfo(self.time_zone)

    @property
    def portrait_url(self) -> str:
        """Where the portrait is served, which changes with the picture; empty without one."""
        return reverse("portrait", args=[self.pk, self.portrait[:12]]) if self.portrait else ""

    @property
    def initials(self) -> str:
        """Two letters that stand in for a portrait."""
        words = self.name.split() or [self.email]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @property
    def address_when_erased(self) -> str:
        """What stands in the place of an erased address: no mail reaches it (RFC 2606), and nobody else has it."""
        return f"erased-{self.pk}@example.invalid"

    @property
    def is_erased(self) -> bool:
        """Whether what was personal of this person was erased."""
        return self.email == self.address_when_erased

    def is_in_at(self, at: datetime) -> bool:
        """Whether the person may be signed in at `at`: neither suspended nor past the end of their access."""
        return self.is_active and (self.access_until is None or at < self.access_until)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(_one_spelling(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(_one_spelling(raw_password))  # type: ignore[arg-type] # None opens nothing

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.email


def _one_spelling(password: str | None) -> str | None:
    """`password` as one sequence of characters, however the keyboard composed it: `é` may be typed in two ways."""
    return None if password is None else unicodedata.normalize("NFC", password)
