"""The policy as a client signed it."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.urls import reverse

from mainstay.clients.facts import HowSigned


class Agreement(models.Model):
    """One version of a client's terms. Never edited: a change is a new version that takes effect later.

    The database itself refuses to change a row (a trigger). `how` says whether the client signed in the portal, or on
    paper and the agency recorded it. `text` is what was signed, to the letter, with its SHA-256; both are empty in
    versions that were recorded before texts were kept.

    `terms` holds every term in full, as it was signed; `holidays` the closed dates, written out; and `tzdata_version`
    the time-zone data that local times were understood with, so that the same facts give the same verdict years later.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveIntegerField()
    starts_on = models.DateField("contract begins on")
    anniversary = models.CharField("contract year begins on (MM-DD)", max_length=5, blank=True)
    effective_from = models.DateField("these terms hold from")
    effective_at = models.DateTimeField(editable=False)
    time_zone = models.CharField(max_length=64)
    terms = models.JSONField()
    holidays = models.JSONField(default=list)
    tzdata_version = models.CharField(max_length=16)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(
        max_length=6, default="paper", db_default="paper", choices=[(each.value, each.value) for each in HowSigned]
    )
    text = models.TextField(blank=True, default="", db_default="")
    text_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    signer_name = models.CharField("name that was typed", max_length=200, blank=True, default="", db_default="")
    signer_role = models.CharField(max_length=40, blank=True, default="", db_default="")
    offer = models.OneToOneField(
        "clients.AgreementOffer", on_delete=models.PROTECT, null=True, related_name="agreement"
    )

    class Meta:
        ordering = ["client", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["client", "version"], name="agreement_version_once"),
            models.UniqueConstraint(fields=["client", "effective_from"], name="agreement_one_a_day"),
            models.CheckConstraint(
                condition=models.Q(effective_from__gte=models.F("starts_on")), name="agreement_effective_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(anniversary="") | models.Q(anniversary__regex=r"^[01][0-9]-[0-3][0-9]$"),
                name="agreement_anniversary_month_and_day",
            ),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="agreement_version_from_one"),
            models.CheckConstraint(
                condition=models.Q(text="", text_sha256="") | (~models.Q(text="") & ~models.Q(text_sha256="")),
                name="agreement_text_with_digest",
            ),
            models.CheckConstraint(
                condition=models.Q(how="paper", offer__isnull=True, signer_name="")
                | (models.Q(how="portal", offer__isnull=False, signed_by__isnull=False) & ~models.Q(signer_name="")),
                name="agreement_portal_has_signer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}, version {self.version}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone that the agreement's dates and office hours are meant in."""
        return ZoneInfo(self.time_zone)

    @property
    def month_and_day(self) -> tuple[int, int] | None:
        """The anniversary where it differs from the contract's first day: that year is then only a part of one."""
        return (int(self.anniversary[:2]), int(self.anniversary[3:])) if self.anniversary else None

    @property
    def portal_url(self) -> str:
        return reverse("portal-agreement", args=[self.client.slug, self.version])

    @property
    def file_stem(self) -> str:
        """What its downloads are called."""
        return f"{self.client.slug}-agreement-version-{self.version}"
