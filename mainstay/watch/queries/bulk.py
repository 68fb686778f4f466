"""What a bulk edit changes, and how far it is."""

from django.db.models import Count, QuerySet

from mainstay.watch.models import BulkEdit, BulkLine
from mainstay.watch.models.bulk import LineState


def bulk_counts(edit: BulkEdit) -> dict[str, int]:
    """How many monitors of `edit` wait, are done, and were left alone."""
    rows = edit.lines.order_by().values_list("state").annotate(many=Count("pk"))
    found = dict(rows)
    return {state: found.get(state, 0) for state in LineState.values}


def bulk_lines(edit: BulkEdit) -> QuerySet[BulkLine]:
    """The monitors that `edit` changes, those first that it could not change."""
    return edit.lines.select_related("monitor__environment__website", "monitor__client").order_by("-reason", "pk")


def bulk_left(edit: BulkEdit) -> list[tuple[str, int]]:
    """Why monitors stay or stayed as they are, with how many, the most first."""
    later = edit.lines.filter(state=LineState.LEFT).order_by().values_list("reason").annotate(many=Count("pk"))
    found = dict(edit.left_alone)
    for reason, many in later:
        found[reason] = found.get(reason, 0) + many
    return sorted(found.items(), key=lambda each: -each[1])
