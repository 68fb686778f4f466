"""What websites stand behind: a host, a name server, a gateway."""

from django.db import models
from django.db.models import F, Q

from mainstay.watch.facts import DependencyKind


class Dependency(models.Model):
    """Something of the agency's that many websites, of many clients, depend on. It has a monitor of its own.

    It may stand `behind` another, as a host behind a gateway; never in a circle.
    """

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=12, choices=[(each.value, each.label) for each in DependencyKind])
    monitor = models.OneToOneField("watch.Monitor", on_delete=models.PROTECT, related_name="dependency")
    behind = models.ForeignKey("self", on_delete=models.PROTECT, related_name="in_front", null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="watch_dependency_not_itself", condition=~Q(behind=F("id"))),
            models.CheckConstraint(
                name="watch_dependency_kind", condition=Q(kind__in=[each.value for each in DependencyKind])
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """What it is, and which: `the host web-3`."""
        return f"the {DependencyKind(self.kind).label} {self.name}"


class Reliance(models.Model):
    """An environment of a website stands behind a dependency."""

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="+")
    environment = models.ForeignKey("clients.Environment", on_delete=models.CASCADE, related_name="reliances")
    dependency = models.ForeignKey("watch.Dependency", on_delete=models.CASCADE, related_name="reliances")

    class Meta:
        constraints = [models.UniqueConstraint(name="watch_reliance_once", fields=["environment", "dependency"])]


class DependencyFailure(models.Model):
    """An interval in which a dependency was down: on record once, however many outages it made.

    No client is charged for it; each website's own outage is. The instants mean what those of `Outage` do.
    """

    dependency = models.ForeignKey("watch.Dependency", on_delete=models.PROTECT, related_name="failures")
    started_at = models.DateTimeField()
    started_after = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_after = models.DateTimeField(null=True)
    code = models.CharField(max_length=30)
    detail = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="watch_failure_one_open", fields=["dependency"], condition=Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(name="watch_failure_once", fields=["dependency", "started_at"]),
            models.CheckConstraint(
                name="watch_failure_end",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    @property
    def goes_on(self) -> bool:
        return self.ended_at is None
