"""Lists of tickets that people keep under a name."""

from django.db import transaction

from mainstay.access.models import User
from mainstay.desk.models import SavedView

VIEWS_MAX = 50


class TooManyViews(ValueError):
    """Somebody keeps as many views as can be kept."""


@transaction.atomic
def save_view(*, name: str, query: str, is_shared: bool, by: User) -> SavedView:
    """Keep the list that `query` makes under a name; a name that the person uses already is given to the new list.

    Raises:
        TooManyViews: they keep fifty.
    """
    given = {"query": query, "is_shared": is_shared}
    mine = SavedView.objects.filter(owner=by)
    if mine.count() >= VIEWS_MAX and not mine.filter(name=name).exists():
        raise TooManyViews(f"You keep {VIEWS_MAX} views, which is the most: delete one first.")
    view, _ = SavedView.objects.update_or_create(owner=by, name=name, defaults=given)
    return view


def drop_view(*, view: SavedView) -> None:
    """Keep it no more. Tickets stay as they are."""
    view.delete()
