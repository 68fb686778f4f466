"""Who was signed in where, and who is put out."""

from datetime import datetime, timedelta
from typing import TypeAlias

from allauth.idp.oidc.models import Token
from django.db import transaction

from mainstay.access.models import User
from mainstay.common import facts
from mainstay.idp import queries
from mainstay.idp.facts import PutOut, SignedInElsewhere
from mainstay.idp.models import RelyingParty, Visit

By: TypeAlias = User | facts.Process
LOOKED_AT_MAX = 500
STAYS_FOR = timedelta(days=60)
"""Who was there last so long ago is signed in nowhere any more: sessions of websites are shorter."""


@transaction.atomic
def note_visit(*, party: RelyingParty, user: User, scopes: list[str], roles: list[str], at: datetime) -> Visit:
    """Somebody is signed in at `party`, and knows what it is told."""
    visit, _ = Visit.objects.get_or_create(
        party=party, user=user, defaults={"first_at": at, "last_at": at, "scopes": scopes}
    )
    visit.scopes = sorted({*visit.scopes, *scopes})
    visit.last_at, visit.put_out_at, visit.told_at, visit.problem = at, None, None, ""
    visit.save(update_fields=["scopes", "last_at", "put_out_at", "told_at", "problem"])
    fact = SignedInElsewhere(party_id=party.pk, user_id=user.pk, roles=tuple(roles))
    facts.record(fact, by=user, at=at, client=party.client)
    return visit


@transaction.atomic
def put_out(*, user: User, why: str, client_id: int | None = None, by: By, at: datetime) -> int:
    """End what `user` has at every relying party, or at those of one client; at how many that was.

    Tokens are gone with this transaction; that each party ends its session is told by a job.
    """
    visits = queries.open_visits(user)
    if client_id is not None:
        visits = visits.filter(party__client=client_id)
    tokens = Token.objects.filter(user=user)
    if client_id is not None:
        tokens = tokens.filter(client__relying_party__client=client_id)
    tokens.delete()
    ended = list(visits)
    for visit in ended:
        end_visit(visit, why, by, at)
    return len(ended)


@transaction.atomic
def put_out_at(*, visit: Visit, by: User, at: datetime) -> None:
    """End what somebody has at one relying party, as that person asked; nothing where it has ended."""
    if visit.put_out_at is None:
        end_visit(visit, "asked", by, at)


@transaction.atomic
def put_out_where_lost(*, user: User, by: By, at: datetime) -> int:
    """End what `user` has where they get in no more; at how many relying parties that was."""
    ended = 0
    for visit in queries.open_visits(user):
        if not queries.roles_at(user, visit.party, at):
            end_visit(visit, "lost", by, at)
            ended += 1
    return ended


@transaction.atomic
def put_out_of_before(*, user: User, before: datetime, by: By, at: datetime) -> int:
    """End what `user` began elsewhere until `before`, when password or second factor became others; how many.

    Who signed in there anew since then did so with the new ones, and stays.
    """
    ended = 0
    for visit in queries.open_visits(user).filter(last_at__lte=before):
        end_visit(visit, "credentials", by, at)
        ended += 1
    return ended


def put_out_all_who_lost(*, by: By, at: datetime) -> int:
    """Look at everybody who may be signed in somewhere: access that ended by itself, or by another way. How many."""
    open_ones = Visit.objects.filter(put_out_at__isnull=True, last_at__gte=at - STAYS_FOR)
    people = User.objects.filter(pk__in=open_ones.values("user")).order_by("pk")[:LOOKED_AT_MAX]
    return sum(put_out_where_lost(user=user, by=by, at=at) for user in people)


@transaction.atomic
def note_told(*, visit: Visit, problem: str, at: datetime) -> None:
    """The relying party was told that somebody is out, or could not be told."""
    visit.told_at, visit.problem = (None, problem[:200]) if problem else (at, "")
    visit.save(update_fields=["told_at", "problem"])


def end_visit(visit: Visit, why: str, by: By, at: datetime) -> None:
    """End the tokens of one visit. Runs in the caller's transaction."""
    Token.objects.filter(user=visit.user_id, client=visit.party.application_id).delete()
    visit.put_out_at, visit.told_at, visit.problem = at, None, ""
    visit.save(update_fields=["put_out_at", "told_at", "problem"])
    fact = PutOut(party_id=visit.party_id, user_id=visit.user_id, why=why)
    facts.record(fact, by=by, at=at, client=visit.party.client)
