"""Clients' own providers for tests."""

from typing import Any

from django.utils import timezone

from mainstay.access.models import User
from mainstay.clients import actions
from mainstay.clients.actions.provisioning import make_provisioning_token
from mainstay.clients.models import Organisation, ProviderConnection, ProvisioningToken
from tests.clients.people import ASKED_AT, domain_of

ISSUER = "https://login.alder.example"


def provider_of(client: Organisation, by: User, **given: Any) -> ProviderConnection:
    """The provider of `client`, which speaks for alder.example."""
    if not client.domains.exists():
        domain_of(client, is_verified=True)
    usual = {"name": "Alder account", "issuer": ISSUER, "application": "mainstay", "secret": "tell nobody"}
    return actions.connect_provider(client=client, **{**usual, **given}, by=by, at=ASKED_AT)


def key_of(client: Organisation, by: User) -> tuple[ProvisioningToken, str]:
    """A key of the directory of `client`, which manages people at alder.example, with its secret."""
    if not client.domains.exists():
        domain_of(client, is_verified=True)
    return make_provisioning_token(client=client, by=by, at=timezone.now())
