"""People who ask a client for access, and domains whose people need not ask."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from mainstay.access.facts import Role
from mainstay.clients.facts import Answer

DOMAIN_ROLES = (Role.VIEWER, Role.REQUESTER)
"""What somebody gets for an address at a client's domain alone: never more than to read and to ask."""


class AccessRequest(models.Model):
    """Somebody with an account asks for access to what they describe in `wanted`, in their own words.

    `client` is empty until it was found out whose that is; the person is never told whether there is such a client.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_requests")
    client = models.ForeignKey(
        "clients.Organisation", on_delete=models.CASCADE, null=True, blank=True, related_name="access_requests"
    )
    wanted = models.CharField(max_length=200)
    note = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    sorted_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=16, blank=True, choices=[(each.value, each.value) for each in Answer])
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (models.Q(answer__in=[each.value for each in Answer]) & models.Q(answered_at__isnull=False)),
                name="access_request_answer_with_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(answer=Answer.GRANTED) | models.Q(client__isnull=False),
                name="access_request_granted_by_a_client",
            ),
        ]
        indexes = [models.Index(fields=["client", "answer"], name="access_request_open")]

    def __str__(self) -> str:
        return f"{self.user}, {self.created_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return not self.answer


class ClientDomain(models.Model):
    """A domain of mail addresses that a client says is theirs, and showed to be by a record in the name service.

    Whoever registers with an address of a verified domain gets `role` at once. `missing_at` is when the record was
    first not found again; the next look without it ends the verification.
    """

    client = models.ForeignKey("clients.Organisation", on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253)
    token = models.CharField(max_length=40)
    role = models.CharField(
        max_length=32, choices=[(role.value, role.label) for role in DOMAIN_ROLES], default=Role.VIEWER
    )
    created_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    missing_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["client", "name"], name="client_domain_once_a_client"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(verified_at__isnull=False), name="client_domain_verified_once"
            ),
            models.CheckConstraint(condition=models.Q(name=Lower("name")), name="client_domain_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=sorted(DOMAIN_ROLES)), name="client_domain_role_small"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def record_name(self) -> str:
        """Where the record stands."""
        return f"_mainstay.{self.name}"

    @property
    def record_text(self) -> str:
        """What the record says."""
        return f"mainstay-verification={self.token}"
