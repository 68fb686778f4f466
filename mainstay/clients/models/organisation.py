"""The agency itself, and those it serves."""

from zoneinfo import ZoneInfo

from django.db import models
from django.urls import reverse

from mainstay.clients.facts import OrganisationKind, Sees


class Organisation(models.Model):
    """A client of the agency, or the one agency. Both can have websites under promises.

    `sees` says which requests its people read; its administrators always read all.
    """

    name = models.CharField("name", max_length=120)
    slug = models.SlugField("short name in addresses", max_length=60, unique=True)
    kind = models.CharField(max_length=16, choices=[(each.value, each.value) for each in OrganisationKind])
    time_zone = models.CharField("time zone", max_length=64, default="Europe/London")
    is_active = models.BooleanField("is served", default=True)
    sees = models.CharField(
        "its people read", max_length=8, choices=[(each.value, each.label) for each in Sees], default=Sees.ALL,
        db_default=Sees.ALL.value,
    )  # fmt: skip
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind=OrganisationKind.AGENCY), name="organisation_one_agency"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[each.value for each in OrganisationKind]), name="organisation_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(sees__in=[each.value for each in Sees]), name="organisation_sees_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_agency(self) -> bool:
        return self.kind == OrganisationKind.AGENCY

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def url(self) -> str:
        """Its page in the console."""
        return reverse("console-client", args=[self.slug])
