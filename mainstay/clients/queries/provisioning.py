"""What a client's directory may see and open."""

from datetime import datetime

from django.db.models import QuerySet

from mainstay.access.keys import digest_of
from mainstay.clients.models import Contact, Organisation, ProvisioningToken


def provisioning_tokens(client: Organisation, at: datetime) -> QuerySet[ProvisioningToken]:
    """The client's keys that work at `at`."""
    return client.provisioning_tokens.filter(revoked_at__isnull=True, expires_at__gt=at)  # type: ignore[no-any-return]


def provisioning_token_for(secret: str, at: datetime) -> ProvisioningToken | None:
    """The key whose secret this is, while it works and its client is served."""
    if not secret or len(secret) > 100:
        return None
    found = ProvisioningToken.objects.filter(digest=digest_of(secret), revoked_at__isnull=True, expires_at__gt=at)
    return found.filter(client__is_active=True).select_related("client").first()


def provisioned(client: Organisation) -> QuerySet[Contact]:
    """The client's people with an account, in the order in which they came: those a directory manages."""
    found = client.contacts.filter(user__isnull=False).select_related("user")
    return found.order_by("pk")  # type: ignore[no-any-return]
