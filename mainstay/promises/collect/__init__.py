"""Gathers what the rules need from the areas, for many clients with the same number of queries."""

from mainstay.promises.collect.registry import COLLECTORS, everything
from mainstay.promises.collect.scope import Bound, Scope, looked_after, scope_of
from mainstay.promises.collect.timed import Timed, priorities_before, timed

__all__ = [
    "COLLECTORS",
    "Bound",
    "Scope",
    "Timed",
    "everything",
    "looked_after",
    "priorities_before",
    "scope_of",
    "timed",
]
