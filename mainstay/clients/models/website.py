"""Websites and where they run."""

from urllib.parse import urlsplit

from django.db import models

from mainstay.clients.facts import AvailabilityRule, EnvironmentKind


class Website(models.Model):
    """One site of a client; each has a downtime budget of its own."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="websites")
    name = models.CharField("name", max_length=120)
    slug = models.SlugField("short name in addresses", max_length=60)
    url = models.URLField("address", max_length=500)
    is_active = models.BooleanField("is looked after", default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["client", "slug"], name="website_slug_once_a_client")]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """The host name that people know the website by."""
        return urlsplit(self.url).hostname or self.url


class Environment(models.Model):
    """A place where a website runs. Only the live one is charged; its rule says which monitors make it down."""

    website = models.ForeignKey("clients.Website", on_delete=models.PROTECT, related_name="environments")
    client = models.ForeignKey("clients.Organisation", on_delete=models.PROTECT, related_name="environments")
    kind = models.CharField(max_length=16, choices=[(each.value, each.value) for each in EnvironmentKind])
    url = models.URLField("address", max_length=500)
    availability_rule = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in AvailabilityRule], default=AvailabilityRule.ANY
    )
    quorum = models.PositiveSmallIntegerField("monitors that must fail together", null=True, blank=True)

    class Meta:
        ordering = ["website", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["website", "kind"], name="environment_kind_once_a_website"),
            models.CheckConstraint(
                condition=models.Q(availability_rule=AvailabilityRule.QUORUM, quorum__isnull=False, quorum__gte=1)
                | (~models.Q(availability_rule=AvailabilityRule.QUORUM) & models.Q(quorum__isnull=True)),
                name="environment_quorum_with_its_rule",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[each.value for each in EnvironmentKind]), name="environment_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.website} ({self.kind})"
