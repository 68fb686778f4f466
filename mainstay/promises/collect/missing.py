"""Clauses whose area records nothing yet, each with what is missing."""

from collections.abc import Iterator

from mainstay.promises.collect.scope import Scope
from mainstay.promises.facts import NoFacts

MISSING = {
    "M2": "it is not recorded which software the websites are made of.",
    "M3": "changes to the websites are not recorded yet.",
    "A2": "amendments are not recorded yet.",
    "A3": "the daily test of registration and recovery does not run yet.",
    "P1": "who does what with the client's IT team is not recorded yet.",
}


def collect(scope: Scope) -> Iterator[tuple[int, str, NoFacts]]:
    """The same for every client."""
    for bound in scope:
        for clause, missing in MISSING.items():
            yield bound.client.pk, clause, NoFacts(missing=missing)
