"""Bringing facts to their handlers: at least once, in order per handler and subject."""

from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from mainstay.common.backoff import Backoff
from mainstay.common.errors import text_of
from mainstay.common.facts.subscriptions import handler_called
from mainstay.common.jobs import pump
from mainstay.common.models import FactDelivery

BATCH = 200
BACKOFF = Backoff(first=timedelta(seconds=2), longest=timedelta(hours=1))

log = structlog.get_logger()


@pump(queue="facts")
def deliver_due(at: datetime, limit: int = BATCH) -> int:
    """Deliver what is due at `at`, at most `limit` deliveries. Returns how many were tried.

    A handler that fails is tried again later with doubling waits; until then it hears nothing more of that
    subject, while all other subjects and handlers go on.
    """
    tried = 0
    while tried < limit and _deliver_next(at):
        tried += 1
    return tried


def _deliver_next(at: datetime) -> bool:
    """Try the next delivery; False when there is none. SQLite takes no write lock for finding out."""
    if not _due(at).exists():
        return False
    try:
        with transaction.atomic():
            delivery = _claim(at)
            if delivery is None:
                return False
            _hand_over(delivery, at)
    except _HandlerFailed as failure:
        _postpone(failure.delivery, failure.problem, at)
    return True


class _HandlerFailed(Exception):
    """Carries the failure out of the transaction that it rolls back."""

    def __init__(self, delivery: FactDelivery, problem: Exception) -> None:
        super().__init__(str(problem))
        self.delivery = delivery
        self.problem = problem


def _due(at: datetime) -> "QuerySet[FactDelivery]":
    """Deliveries that are due and the first of their handler and subject, oldest first."""
    undelivered = FactDelivery.objects.filter(delivered_at__isnull=True)
    earlier = undelivered.filter(handler=OuterRef("handler"), subject=OuterRef("subject"), pk__lt=OuterRef("pk"))
    return undelivered.filter(~Exists(earlier), due_at__lte=at).order_by("due_at", "pk")


def _claim(at: datetime) -> FactDelivery | None:
    """The next delivery, locked so that no other worker has it. On SQLite the transaction itself is the lock."""
    due = _due(at)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    return due.first()


def _hand_over(delivery: FactDelivery, at: datetime) -> None:
    try:
        with transaction.atomic():
            handler_called(delivery.handler)(delivery.fact)
    except Exception as problem:
        raise _HandlerFailed(delivery, problem) from problem
    FactDelivery.objects.filter(pk=delivery.pk).update(delivered_at=at, attempts=F("attempts") + 1, last_error="")


def _postpone(delivery: FactDelivery, problem: Exception, at: datetime) -> None:
    attempts = delivery.attempts + 1
    FactDelivery.objects.filter(pk=delivery.pk, delivered_at__isnull=True).update(
        attempts=attempts, due_at=at + BACKOFF.after(attempts), last_error=text_of(problem)
    )
    log.error(
        "fact not delivered", handler=delivery.handler, fact=delivery.fact_id, attempts=attempts, exc_info=problem
    )
