"""Views that people keep."""

from django.db.models import Q

from mainstay.access.models import User
from mainstay.desk.models import SavedView

SHOWN_MAX = 60


def views_of(user: User) -> list[SavedView]:
    """Views of one's own and those shared with everybody, by name; at most 60."""
    return list(SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).order_by("name", "pk")[:SHOWN_MAX])
