"""What was found in the order of its rows, the newest first, by the way that reads least."""

import json
from typing import Any, TypeVar

from django.db import connections, models
from django.db.models import F, QuerySet

SORTED_MAX = 10_000
"""So many hits are fetched and sorted; where there are more, the last ones are soon met by reading rows backwards."""

Found = TypeVar("Found", bound=models.Model)


def newest_first(found: QuerySet[Found]) -> QuerySet[Found]:
    """`found`, the newest row first.

    With a limit, PostgreSQL reads all rows backwards as soon as it takes a word to be in a thousandth of them, which is
    what it takes every word for that its statistics do not hold. Where it expects few hits, they are sorted, in an
    order that no index has. FTS5 keeps the hits of a word in the order of rows anyway.
    """
    if connections[found.db].vendor != "postgresql" or _expected(found) > SORTED_MAX:
        return found.order_by("-pk")
    return found.order_by((F("pk") + 0).desc())


def _expected(found: QuerySet[Any]) -> int:
    """How many rows the planner expects."""
    plan = json.loads(found.order_by().explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])
