"""Domains whose people a client lets in without asking, once the client has shown that they are its own."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients import letters
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import DomainChanged
from mainstay.clients.models import ClientDomain, Organisation
from mainstay.clients.queries import administrators_with_access
from mainstay.clients.rules.asking import is_domain
from mainstay.common import facts, mail

DOMAINS_MAX = 20
MISSING_FOR = timedelta(hours=20)
"""How long a record must have been missing, over two looks, before its domain counts as lost."""


class DomainRefused(ValueError):
    """It is no domain of mail addresses, the client has it already, or has as many as it may."""


@transaction.atomic
def add_domain(
    *, client: Organisation, name: str, role: Role | str, by: User | facts.Process, at: datetime
) -> ClientDomain:
    """Note a domain that the client says is theirs. It lets nobody in before its record was found.

    Raises:
        DomainRefused: it is none, is known, or is one too many.
    """
    take_turn(client)
    wanted = name.strip().strip(".").lower()
    if not is_domain(wanted):
        raise DomainRefused(gettext_noop("Give a domain as it stands behind the @ of your addresses: museum.example."))
    if client.domains.filter(name=wanted).exists():
        raise DomainRefused(gettext_noop("This domain is on the list already."))
    if client.domains.count() >= DOMAINS_MAX:
        raise DomainRefused(gettext_noop("Twenty domains are on the list. Remove one first."))
    domain = ClientDomain.objects.create(
        client=client, name=wanted, token=secrets.token_hex(16), role=Role(role), created_at=at
    )
    return _recorded(domain, "added", by, at)


@transaction.atomic
def note_records(
    *, domain: ClientDomain, texts: Collection[str], by: User | facts.Process, at: datetime
) -> ClientDomain:
    """Draw the conclusion from the text records that were found where the client's is to stand.

    One that was verified is lost when its record is missing in two looks that lie most of a day apart: people get in
    by it no more, those who are in stay, and the client's administrators are told. A domain that another client
    verified stays theirs.
    """
    take_turn(domain.client)
    domain.refresh_from_db()
    domain.looked_at = at
    if domain.record_text in texts:
        return _found(domain, by, at)
    if domain.verified_at is None:
        domain.save(update_fields=["looked_at"])
        return domain
    return _missing(domain, by, at)


@transaction.atomic
def remove_domain(*, domain: ClientDomain, by: User, at: datetime) -> None:
    """Let nobody in by this domain any more. Those who are in stay."""
    _recorded(domain, "removed", by, at)
    domain.delete()


def _found(domain: ClientDomain, by: User | facts.Process, at: datetime) -> ClientDomain:
    is_new = domain.verified_at is None
    domain.verified_at, domain.missing_at = domain.verified_at or at, None
    try:
        with transaction.atomic():
            domain.save(update_fields=["looked_at", "verified_at", "missing_at"])
    except IntegrityError:  # another client verified it before
        domain.verified_at = None
        domain.save(update_fields=["looked_at"])
        return domain
    return _recorded(domain, "verified", by, at) if is_new else domain


def _missing(domain: ClientDomain, by: User | facts.Process, at: datetime) -> ClientDomain:
    if domain.missing_at is None:
        domain.missing_at = at
    elif at - domain.missing_at >= MISSING_FOR:
        domain.verified_at = domain.missing_at = None
        _recorded(domain, "lost", by, at)
        for each in administrators_with_access(domain.client):
            key = f"domain-lost:{domain.pk}:{at.date()}:{each.pk}"
            mail.post(letters.domain_lost(domain, each.name), to=each.email, key=key, at=at, client=domain.client)
    domain.save(update_fields=["looked_at", "verified_at", "missing_at"])
    return domain


def _recorded(domain: ClientDomain, step: str, by: User | facts.Process, at: datetime) -> ClientDomain:
    fact = DomainChanged(client_id=domain.client_id, domain_id=domain.pk, step=step, role=domain.role)
    facts.record(fact, by=by, at=at, client=domain.client)
    return domain
