"""People of a client."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now, Replace

from mainstay.access.facts import CLIENT_ROLES, Role
from mainstay.clients.facts import Audience
from mainstay.common.languages import LANGUAGES_SPOKEN

NO_DIGITS = ("(0)", " ", "\u00a0", "-", "\u2013", "/", ".", "(", ")", "+")
"""What people write between the digits of a telephone number, and the nought that only some of them dial."""


def _digits(number: Any) -> Any:
    """The digits of a telephone number, as an expression of the database."""
    for each in NO_DIGITS:
        number = Replace(number, models.Value(each), models.Value(""))
    return number


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts, and which of them can get in."""

    def with_access(self) -> "ContactQuerySet":
        """Those whose access has not ended: by the database's own clock, so that it is gone with the next request."""
        return self.filter(models.Q(access_until__isnull=True) | models.Q(access_until__gt=Now()), is_active=True)


class Contact(models.Model):
    """A person of a client: known by address to the desk, and able to sign in once `user` is set.

    `phone_digits` are those of `phone`, kept by the database, so that a caller is found in whatever spelling.
    Rights end at `access_until`, where it is set, with the next request.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    name = models.CharField("name", max_length=120)
    email = models.EmailField("e-mail address", max_length=254)
    phone = models.CharField("telephone", max_length=40, blank=True)
    phone_digits = models.GeneratedField(
        expression=_digits(models.F("phone")), output_field=models.CharField(max_length=40), db_persist=True
    )
    audience = models.CharField(
        "kind of contact", max_length=24, choices=[(each.value, each.label) for each in Audience],
        default=Audience.WEBSITE_USER,
    )  # fmt: skip
    role = models.CharField(
        "may", max_length=32, choices=[(role.value, role.label) for role in Role if role in CLIENT_ROLES],
        default=Role.REQUESTER,
    )  # fmt: skip
    language = models.CharField("language of letters", max_length=8, choices=LANGUAGES_SPOKEN, blank=True)
    is_active = models.BooleanField("works for the client", default=True)
    access_until = models.DateTimeField("access ends", null=True, blank=True)
    created_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["client", "email"], name="contact_address_once_a_client"),
            models.UniqueConstraint(fields=["client", "user"], name="contact_user_once_a_client"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="contact_email_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=sorted(CLIENT_ROLES)), name="contact_role_known"),
            models.CheckConstraint(
                condition=models.Q(audience__in=[each.value for each in Audience]), name="contact_audience_known"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=["", *dict(LANGUAGES_SPOKEN)]), name="contact_language_known"
            ),
        ]
        indexes = [models.Index(fields=["email"], name="contact_by_email")]

    def __str__(self) -> str:
        return self.name

    @property
    def role_label(self) -> str:
        return Role(self.role).label

    @property
    def audience_label(self) -> str:
        return Audience(self.audience).label
