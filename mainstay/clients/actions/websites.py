"""Websites and their environments."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from mainstay.access.models import User
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import (
    AvailabilityRule,
    ClientEdited,
    EnvironmentKind,
    WebsiteAdded,
)
from mainstay.clients.models import Environment, Organisation, Website
from mainstay.clients.rules import unused_slug
from mainstay.common import facts

EDITABLE = ("name", "url", "is_active")


@transaction.atomic
def create_website(
    *,
    client: Organisation,
    name: str,
    url: str,
    slug: str = "",
    staging_url: str = "",
    by: User | facts.Process,
    at: datetime,
) -> Website:
    """Look after a website from now on, with its live environment, and a staging one when `staging_url` is given."""
    take_turn(client)
    wished = slug or slugify(name)
    taken = client.websites.values_list("slug", flat=True)
    website = Website.objects.create(
        client=client, name=name, url=url, slug=unused_slug(wished, taken, "website"), created_at=at
    )
    live = _environment(website, EnvironmentKind.LIVE, url)
    if staging_url:
        _environment(website, EnvironmentKind.STAGING, staging_url)
    fact = WebsiteAdded(client_id=client.pk, website_id=website.pk, environment_id=live.pk)
    facts.record(fact, by=by, at=at, client=client)
    return website


@transaction.atomic
def edit_website(*, website: Website, by: User | facts.Process, at: datetime, **changes: Any) -> Website:
    """Change name, address or whether it is looked after. A new address is the live environment's too."""
    changed = tuple(name for name in EDITABLE if name in changes and changes[name] != getattr(website, name))
    if not changed:
        return website
    for name in changed:
        setattr(website, name, changes[name])
    website.save(update_fields=changed)
    if "url" in changed:
        website.environments.filter(kind=EnvironmentKind.LIVE).update(url=website.url)
    named = tuple(f"website:{website.pk}.{name}" for name in changed)
    facts.record(ClientEdited(client_id=website.client_id, fields=named), by=by, at=at, client=website.client)
    return website


@transaction.atomic
def set_availability_rule(
    *,
    environment: Environment,
    rule: AvailabilityRule,
    quorum: int | None = None,
    by: User | facts.Process,
    at: datetime,
) -> Environment:
    """Say which of the monitors make the website down. `quorum` belongs to the rule `quorum` and to no other."""
    needed = quorum if rule == AvailabilityRule.QUORUM else None
    if (environment.availability_rule, environment.quorum) == (rule, needed):
        return environment
    environment.availability_rule, environment.quorum = rule, needed
    environment.save(update_fields=["availability_rule", "quorum"])
    named = (f"environment:{environment.pk}.availability_rule",)
    facts.record(ClientEdited(client_id=environment.client_id, fields=named), by=by, at=at, client=environment.client)
    return environment


def _environment(website: Website, kind: EnvironmentKind, url: str) -> Environment:
    return Environment.objects.create(website=website, client=website.client, kind=kind, url=url)
