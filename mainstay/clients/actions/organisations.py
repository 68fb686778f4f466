"""Taking organisations on, and changing what is known about them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from mainstay.access.models import User
from mainstay.clients.actions.agreements import sign_agreement
from mainstay.clients.actions.turns import take_turn_among_clients
from mainstay.clients.facts import ClientCreated, ClientEdited, OrganisationKind
from mainstay.clients.models import Organisation
from mainstay.clients.rules import unused_slug
from mainstay.common import facts

EDITABLE = ("name", "time_zone", "is_active", "sees")
RESERVED = ("new",)
"""Words that addresses like `/console/clients/new/` need for themselves."""


class AgencyExists(ValueError):
    """There is one agency, and it is set up already."""


@transaction.atomic
def create_agency(
    *,
    name: str,
    time_zone: str = "Europe/London",
    starts_on: date | None = None,
    by: User | facts.Process,
    at: datetime,
) -> Organisation:
    """Set up the agency itself. With `starts_on` its own websites are under the default terms from that day."""
    if Organisation.objects.filter(kind=OrganisationKind.AGENCY).exists():
        raise AgencyExists("The agency is set up already.")
    return _create(
        kind=OrganisationKind.AGENCY, name=name, time_zone=time_zone, starts_on=starts_on, terms=None, by=by, at=at
    )


@transaction.atomic
def create_client(
    *,
    name: str,
    slug: str = "",
    time_zone: str = "Europe/London",
    starts_on: date | None = None,
    terms: Mapping[str, Any] | None = None,
    by: User | facts.Process,
    at: datetime,
) -> Organisation:
    """Take a client on. With `starts_on` its first agreement is signed too: the default terms, changed by `terms`."""
    return _create(
        kind=OrganisationKind.CLIENT,
        name=name,
        slug=slug,
        time_zone=time_zone,
        starts_on=starts_on,
        terms=terms,
        by=by,
        at=at,
    )


@transaction.atomic
def edit_client(*, client: Organisation, by: User | facts.Process, at: datetime, **changes: Any) -> Organisation:
    """Change name, time zone, whether the client is served, or which requests its people read.

    Signed agreements keep their own zone.
    """
    changed = tuple(name for name in EDITABLE if name in changes and changes[name] != getattr(client, name))
    if not changed:
        return client
    for name in changed:
        setattr(client, name, changes[name])
    client.save(update_fields=changed)
    facts.record(ClientEdited(client_id=client.pk, fields=changed), by=by, at=at, client=client)
    return client


def _create(
    *,
    kind: OrganisationKind,
    name: str,
    slug: str = "",
    time_zone: str,
    starts_on: date | None,
    terms: Mapping[str, Any] | None,
    by: User | facts.Process,
    at: datetime,
) -> Organisation:
    take_turn_among_clients()
    wished = slug or slugify(name)
    taken = Organisation.objects.filter(slug__startswith=wished[:50]).values_list("slug", flat=True)
    client = Organisation.objects.create(
        kind=kind, name=name, slug=unused_slug(wished, [*taken, *RESERVED], kind), time_zone=time_zone, created_at=at
    )
    facts.record(ClientCreated(client_id=client.pk), by=by, at=at, client=client)
    if starts_on is not None:
        own = _in_zone(terms or {}, time_zone)
        sign_agreement(client=client, starts_on=starts_on, effective_from=starts_on, terms=own, by=by, at=at)
    return client


def _in_zone(terms: Mapping[str, Any], time_zone: str) -> Mapping[str, Any]:
    """The terms, in the client's own time zone unless they name another."""
    support = terms.get("support", {})
    return {**terms, "support": {"time_zone": time_zone, **support}} if isinstance(support, Mapping) else terms
