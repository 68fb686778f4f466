"""Gathers what the rules need from the areas, for many clients with the same number of queries.

A collector is a function of a `Scope` that yields (client id, clause, facts). `COLLECTORS` is the only registry.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from mainstay.clients.models import Organisation
from mainstay.promises.collect import (
    access,
    attacks,
    clocks,
    contact,
    cover,
    downtime,
    escalation,
    intake,
    missing,
    reports,
    watching,
)
from mainstay.promises.collect.scope import Scope, scope_of
from mainstay.promises.facts import NoFacts
from mainstay.promises.policy_text import clause_ids

Collector = Callable[[Scope], Iterator[tuple[int, str, Any]]]

COLLECTORS: tuple[Collector, ...] = (
    downtime.collect,
    clocks.collect,
    intake.collect,
    escalation.collect,
    contact.collect,
    cover.collect,
    reports.collect,
    attacks.collect,
    watching.collect,
    access.collect,
    missing.collect,
)

NO_AGREEMENT = NoFacts(missing="no agreement is in force.")


def everything(clients: Iterable[Organisation], at: datetime) -> Mapping[int, dict[str, Any]]:
    """The facts of each clause for each client at `at`. Without an agreement in force there are none."""
    asked = list(clients)
    found: dict[int, dict[str, Any]] = {client.pk: dict.fromkeys(clause_ids(), NO_AGREEMENT) for client in asked}
    bound = scope_of(asked, at)
    for collector in COLLECTORS:
        for client_id, clause, facts in collector(bound):
            found[client_id][clause] = facts
    return found
