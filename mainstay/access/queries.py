"""What is known about people and their keys."""

from datetime import datetime
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from mainstay.access.facts import Permission, Role
from mainstay.access.keys import digest_of
from mainstay.access.models import ApiToken, BrowserSession, FactorReset, Invitation, Registration, RoleGrant, User
from mainstay.access.rules import permissions_of, scopes_for
from mainstay.access.sessions import people_signed_in
from mainstay.common.files import StoredFile

KEY_LENGTH_MAX = 100


def staff_listed(*, words: str = "") -> QuerySet[User]:
    """People of the agency, suspended ones last; `words` narrows to a name or an address."""
    found = User.objects.exclude(agency_role="").order_by("-is_active", "name", "id")
    return found.filter(Q(name__icontains=words) | Q(email__icontains=words)) if words else found


def administrators() -> QuerySet[User]:
    """The agency's administrators who may sign in."""
    return User.objects.filter(agency_role=Role.ADMINISTRATOR, is_active=True).order_by("pk")


def grants_waiting(at: datetime) -> list[RoleGrant]:
    """Who is to be an administrator and waits for a second person, the first first."""
    found = RoleGrant.objects.filter(answered_at__isnull=True, user__is_active=True)
    return [each for each in found.select_related("user", "asked_by") if each.waits_at(at)]


def roles_of(user: User) -> list[str]:
    """The agency role of a member of staff, else the roles that the clients gave."""
    if user.is_staff_member:
        return [user.agency_role]
    return list(user.contacts.with_access().filter(client__is_active=True).values_list("role", flat=True).distinct())


def places_of(user: User) -> list[Any]:
    """Where `user` is on a client's list of people and can get in, by the client's name."""
    return list(user.contacts.with_access().select_related("client").order_by("client__name", "pk"))


def may_create_tokens(user: User) -> bool:
    """Whether a program may be given a key by `user`."""
    return any(Permission.TOKEN_CREATE in permissions_of(role) for role in roles_of(user))


def scopes_allowed(user: User) -> frozenset[Permission]:
    """What `user` may let a program do; nothing without the right to make tokens."""
    return scopes_for(roles_of(user)) if may_create_tokens(user) else frozenset()


def token_for_secret(secret: str, at: datetime) -> ApiToken | None:
    """The token whose secret this is, when it opens anything at `at` and its owner may sign in."""
    if not secret or len(secret) > KEY_LENGTH_MAX:
        return None
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(secret)).first()
    return token if token and token.works_at(at) and token.user.is_in_at(at) else None


def invitation_for_key(key: str, at: datetime) -> Invitation | None:
    """The invitation whose key this is, while it can be used."""
    if not key or len(key) > KEY_LENGTH_MAX:
        return None
    found = Invitation.objects.select_related("user").filter(digest=digest_of(key)).first()
    return found if found and found.opens_at(at) else None


def may_register_anew(user: User) -> bool:
    """Whether an account that is closed opens again when its person registers once more.

    Not that of a suspended person, nor of staff, nor one that still has rights somewhere: those are given by others.
    """
    is_closed = not user.is_active and (user.closed_at is not None or user.asleep_at is not None)
    return is_closed and not user.is_staff_member and not roles_of(user)


def registration_for_key(key: str, at: datetime) -> Registration | None:
    """The registration whose key this is, while it can be finished."""
    if not key or len(key) > KEY_LENGTH_MAX:
        return None
    found = Registration.objects.filter(digest=digest_of(key)).first()
    return found if found and found.opens_at(at) else None


def factor_reset_for_key(key: str, at: datetime) -> FactorReset | None:
    """The reset whose key this is, while it can be used by somebody who may sign in."""
    if not key or len(key) > KEY_LENGTH_MAX:
        return None
    found = FactorReset.objects.select_related("user").filter(digest=digest_of(key)).first()
    return found if found and found.opens_at(at) and found.user.is_in_at(at) else None


def sessions_of(user: User, at: datetime, most: int) -> list[BrowserSession]:
    """Where `user` is signed in at `at`, what was used last first, `most` of them."""
    running = BrowserSession.objects.filter(user=user, expire_date__gt=at)
    return list(running.defer("session_data").order_by("-seen_at", "session_key")[:most])


def number_of_session(session: BrowserSession) -> str:
    """What a session is called in addresses: a part of the hash of its key, which nobody may see."""
    return digest_of(session.session_key)[:16]


def with_last_there(people: QuerySet[User]) -> QuerySet[User]:
    """`people` with `there_at`: when each last signed in, used a token, was let in again or, else, got the account."""
    used = ApiToken.objects.filter(user=OuterRef("pk")).order_by().values("user").annotate(last=Max("last_used_at"))
    made = F("created_at")
    return people.annotate(
        there_at=Greatest(
            made,
            Coalesce("last_login", made),
            Coalesce("restored_at", made),
            Coalesce(Subquery(used.values("last")), made),
        )
    )


def sleeping(since: datetime, at: datetime) -> list[User]:
    """Who may sign in and was not there after `since`, with `there_at`, the longest away first.

    Somebody with a session that runs at `at` is there.
    """
    found = with_last_there(User.objects.filter(is_active=True)).filter(there_at__lte=since)
    away = list(found.order_by("there_at", "pk"))
    here = people_signed_in(at) if away else set()
    return [each for each in away if each.pk not in here]


def portrait_of(user: User) -> StoredFile:
    """The stored picture of somebody who has one. Raises `StoredFile.DoesNotExist` otherwise."""
    return StoredFile.objects.get(name=user.portrait)
