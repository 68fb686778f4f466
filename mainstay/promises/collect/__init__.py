"""Gathers what the rules need from the areas, for many clients with the same number of queries."""

from mainstay.promises.collect.escalation import is_late, is_missed, is_unaccepted, on_record, stood
from mainstay.promises.collect.registry import COLLECTORS, everything
from mainstay.promises.collect.scope import Bound, Scope, looked_after, scope_of
from mainstay.promises.collect.timed import Timed, priorities_before, timed

__all__ = [
    "COLLECTORS",
    "Bound",
    "Scope",
    "Timed",
    "everything",
    "is_late",
    "is_missed",
    "is_unaccepted",
    "looked_after",
    "on_record",
    "priorities_before",
    "scope_of",
    "stood",
    "timed",
]
