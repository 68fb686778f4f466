"""Gathers what the rules need from the areas, for many clients with the same number of queries."""

from mainstay.promises.collect.registry import COLLECTORS, everything
from mainstay.promises.collect.scope import Bound, Scope, scope_of

__all__ = ["COLLECTORS", "Bound", "Scope", "everything", "scope_of"]
