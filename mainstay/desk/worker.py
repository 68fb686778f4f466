"""The desk's work outside requests: reading stored mail, closing what stayed resolved."""

from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from mainstay.common.errors import text_of
from mainstay.common.jobs import periodic, pump
from mainstay.desk import actions, queries
from mainstay.desk.actions.authors import DESK
from mainstay.desk.facts import RawState
from mainstay.desk.models import RawMail

BATCH = 50
log = structlog.get_logger()


@pump(queue="mail")
def take_in_due(at: datetime, limit: int = BATCH) -> int:
    """Read stored mail, oldest first, at most `limit`. A mail that fails is postponed; the next one goes on."""
    done = 0
    while done < limit and _take_in_next(at):
        done += 1
    return done


@periodic(every=timedelta(hours=1), queue="timers")
def close_lapsed(at: datetime) -> None:
    """Close what has stayed resolved for longer than it could be re-opened."""
    for ticket in queries.lapsed(at):
        actions.close(ticket=ticket, code="lapsed", by=DESK, at=at)


def _take_in_next(at: datetime) -> bool:
    """Take in the next mail; False when there is none. Finding that out takes no write lock on SQLite."""
    due = RawMail.objects.filter(state=RawState.STORED, due_at__lte=at).order_by("due_at", "pk")
    if not due.exists():
        return False
    raw = None
    try:
        with transaction.atomic():
            raw = _claimed(due)
            if raw is None:
                return False
            actions.take_in(raw=raw, at=at)
    except Exception as problem:
        if raw is None:
            raise
        log.error("mail not taken in", raw=raw.pk, exc_info=problem)
        actions.postpone(raw=raw, problem=text_of(problem), at=at)
    return True


def _claimed(due):  # type: ignore[no-untyped-def]
    """The next mail, locked so that no other worker has it; on SQLite the transaction is the lock."""
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    return due.first()
