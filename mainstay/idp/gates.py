"""Who gets which relying party."""

from django.http import Http404

from mainstay.access.facts import Permission
from mainstay.access.gates import require_at_agency
from mainstay.access.models import User
from mainstay.idp import queries
from mainstay.idp.models import RelyingParty, Visit


def party_for(user: User, party_id: int, permission: Permission) -> RelyingParty:
    """The relying party numbered `party_id`, for the agency's people alone.

    Raises:
        PermissionDenied: `user` lacks the right.
        Http404: there is none.
    """
    require_at_agency(user, permission)
    found: RelyingParty | None = queries.parties().filter(pk=party_id).first()
    if found is None:
        raise Http404
    return found


def own_visit_for(user: User, party_id: int) -> Visit:
    """Where `user` was signed in at that relying party. Raises `Http404` where that was never."""
    found = Visit.objects.select_related("party__application", "party__client").filter(user=user, party=party_id)
    visit = found.first()
    if visit is None:
        raise Http404
    return visit
