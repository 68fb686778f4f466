"""Relying parties for tests."""

from datetime import UTC, datetime
from typing import Any

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.idp import actions
from mainstay.idp.models import RelyingParty, Visit

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALLBACK = "https://www.alder.example/callback"


def party_of(client: Organisation, by: User, **fields: Any) -> RelyingParty:
    """A website of `client` that signs people in; viewers do not get in there unless `lets_in` says so."""
    return registered(client, by, **fields)[0]


def registered(client: Organisation, by: User, **fields: Any) -> tuple[RelyingParty, str]:
    """A relying party with its secret."""
    usual = {
        "name": f"News of {client.name}",
        "client_id": client.pk,
        "website_id": None,
        "redirects": [CALLBACK],
        "lets_in": [Role.EDITOR, Role.CLIENT_ADMINISTRATOR, Role.ENGINEER, Role.ADMINISTRATOR],
    }
    return actions.register_party(**{**usual, **fields}, by=by, at=AT)


def visit_of(party: RelyingParty, user: User, at: datetime = AT) -> Visit:
    """`user` was signed in at `party`."""
    return actions.note_visit(party=party, user=user, scopes=["openid"], roles=["editor"], at=at)


def own_party_of(client: Organisation, by: User, person: User) -> RelyingParty:
    """A website at which `person` was signed in."""
    party = party_of(client, by)
    visit_of(party, person)
    return party
