"""Storing what probers saw, without letting one record that cannot be stored hold back the others."""

from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from mainstay.watch import actions
from mainstay.watch.prober.outbox import Batch

DATABASE_AWAY = (OperationalError, InterfaceError)

SetAside = Callable[[Batch, Exception], None]
"""Gets a batch of one record that cannot be stored, and why."""


def store(batch: Batch, at: datetime, set_aside: SetAside) -> None:
    """Take a batch in; what cannot be stored at all is set aside alone. Inside the caller's transaction.

    Raises:
        OperationalError, InterfaceError: the database is away.
    """
    if not batch:
        return
    try:
        with transaction.atomic():
            actions.take_in(checks=batch.checks, missed=batch.missed, canaries=batch.canaries, at=at)
    except DATABASE_AWAY:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is told, and holds nobody back
        if len(batch) <= 1:
            set_aside(batch, problem)
            return
        for part in _halves(batch):
            store(part, at, set_aside)


def _halves(batch: Batch) -> tuple[Batch, Batch]:
    if len(batch.checks) < len(batch):  # what the checks are judged by comes first
        others = Batch(missed=batch.missed, canaries=batch.canaries)
        if batch.checks:
            return others, Batch(batch.checks)
        missed, canaries = len(batch.missed) // 2, (len(batch.canaries) + 1) // 2
        first = Batch(missed=batch.missed[:missed], canaries=batch.canaries[:canaries])
        return first, Batch(missed=batch.missed[missed:], canaries=batch.canaries[canaries:])
    middle = len(batch.checks) // 2
    return Batch(batch.checks[:middle]), Batch(batch.checks[middle:])
