"""What is known of relying parties."""

from datetime import datetime, timedelta

from allauth.idp.oidc.models import Client as Application
from django.db.models import Count, Q, QuerySet

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.idp import holding
from mainstay.idp.models import RelyingParty, SigningKey, Visit
from mainstay.idp.rules import roles_there

SHOWN_MAX = 200


def parties() -> QuerySet[RelyingParty]:
    """All relying parties with how many are there, and how many could not be put out, by client and name."""
    found = RelyingParty.objects.filter(removed_at__isnull=True).select_related("application", "client", "website")
    return found.annotate(
        people=Count("visits", filter=Q(visits__put_out_at__isnull=True)),
        untold=Count("visits", filter=~Q(visits__problem="")),
    ).order_by("client__name", "application__name", "pk")


def party_of(application: Application | str) -> RelyingParty | None:
    """The relying party that the protocol calls `application`; None for an unknown or removed one."""
    pk = application if isinstance(application, str) else application.pk
    if "\x00" in pk:
        return None
    found = RelyingParty.objects.filter(application=pk, removed_at__isnull=True, client__is_active=True)
    return found.select_related("application", "client", "website").first()


def roles_at(user: User, party: RelyingParty, at: datetime) -> list[str]:
    """With which roles `user` gets in at `party` now; none: not at all."""
    if not user.is_in_at(at) or party.removed_at is not None:
        return []
    if user.is_staff_member:
        return [user.agency_role] if user.agency_role in party.lets_in else []
    return roles_there(holding.held_by(user), party.client_id, party.website_id, party.lets_in)


def parties_for(user: User, at: datetime) -> list[tuple[RelyingParty, list[Role], Visit | None]]:
    """Where `user` can sign in now, with the roles and the last visit."""
    if not user.is_in_at(at):
        return []
    held = [] if user.is_staff_member else holding.held_by(user)
    found = parties()
    if not user.is_staff_member:
        found = found.filter(client__in={each.client_id for each in held})
    visits = {each.party_id: each for each in Visit.objects.filter(user=user)}
    listed = []
    for party in found[:SHOWN_MAX]:
        if user.is_staff_member:
            roles = [user.agency_role] if user.agency_role in party.lets_in else []
        else:
            roles = roles_there(held, party.client_id, party.website_id, party.lets_in)
        if roles:
            listed.append((party, [Role(each) for each in roles], visits.get(party.pk)))
    return listed


def open_visits(user: User) -> QuerySet[Visit]:
    """Where `user` may still be signed in."""
    found = Visit.objects.filter(user=user, put_out_at__isnull=True)
    return found.select_related("party__application", "party__client")


def visits_at(party: RelyingParty) -> QuerySet[Visit]:
    """Who was signed in at `party`, the latest first."""
    return party.visits.select_related("user")


def signing_keys() -> QuerySet[SigningKey]:
    """Every key that there is, the oldest first."""
    return SigningKey.objects.all()


def signing_key_at(at: datetime) -> SigningKey:
    """The key that signs at `at`. Raises `SigningKey.DoesNotExist` before there is one."""
    return SigningKey.objects.filter(signs_from__lte=at).order_by("signs_from", "pk").reverse()[:1].get()


def needs_new_key(at: datetime, after: timedelta) -> bool:
    """Whether keys are used and the newest is older than `after`."""
    newest = SigningKey.objects.order_by("-signs_from").first()
    return newest is not None and newest.signs_from <= at - after
