"""Who gets which account."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404

from mainstay.access import queries
from mainstay.access.facts import Permission
from mainstay.access.models import ApiToken, BrowserSession, RoleGrant, User
from mainstay.access.rules import permissions_of

SESSIONS_MAX = 1_000


def may_at_agency(user: User, permission: Permission) -> bool:
    """Whether a member of staff holds `permission`; never true for a client's people."""
    allowed = user.is_authenticated and user.is_active and permission in permissions_of(user.agency_role)
    return allowed and (user.scopes is None or permission in user.scopes)


def require_at_agency(user: User, permission: Permission) -> None:
    """Raise `PermissionDenied` unless `user` is a member of staff with `permission`."""
    if not may_at_agency(user, permission):
        raise PermissionDenied


def colleague_for(user: User, user_id: int, permission: Permission) -> User:
    """The member of staff numbered `user_id`.

    Raises:
        PermissionDenied: `user` lacks the right.
        Http404: there is no such member of staff.
    """
    require_at_agency(user, permission)
    found = User.objects.exclude(agency_role="").filter(pk=user_id).first()
    if found is None:
        raise Http404
    return found


def person_for(user: User, user_id: int, permission: Permission) -> User:
    """The person numbered `user_id`, of the agency or of a client. Raises as `colleague_for`."""
    require_at_agency(user, permission)
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise Http404
    return found


def grant_for(user: User, grant_id: int) -> RoleGrant:
    """Somebody who is to be an administrator, for administrators. Raises as `colleague_for`."""
    require_at_agency(user, Permission.USER_EDIT)
    found = RoleGrant.objects.select_related("user", "asked_by").filter(pk=grant_id).first()
    if found is None:
        raise Http404
    return found


def own_token_for(user: User, token_id: int) -> ApiToken:
    """One of the tokens of `user`. Raises `Http404` for somebody else's, whoever asks."""
    found = ApiToken.objects.filter(user=user, pk=token_id).first()
    if found is None:
        raise Http404
    return found


def own_session_for(user: User, number: str, at: datetime) -> BrowserSession:
    """One of the running sessions of `user`. Raises `Http404` for somebody else's, whoever asks."""
    for each in queries.sessions_of(user, at, SESSIONS_MAX):
        if queries.number_of_session(each) == number:
            return each
    raise Http404


def portrait_owner_for(user: User, user_id: int) -> User:
    """Whose picture `user` may see: everybody's for staff; the staff's and their own for a client's people."""
    found = User.objects.filter(pk=user_id).exclude(portrait="").first()
    if found is None or not (user.is_staff_member or found.is_staff_member or found.pk == user.pk):
        raise Http404
    return found
