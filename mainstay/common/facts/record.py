"""Writing facts down."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.common import jobs
from mainstay.common.facts.body import Fact, Process, body_of
from mainstay.common.facts.subscriptions import handlers_of
from mainstay.common.models import FactDelivery, FactRecord
from mainstay.common.trail.traces import trace


def record(
    fact: Fact,
    *,
    by: Any,
    at: datetime,
    client: Any = None,
    client_id: int | None = None,
    corrects: FactRecord | None = None,
) -> FactRecord:
    """Write `fact` down, with a delivery to each handler of its kind, in the caller's transaction.

    Args:
        by: the `access.User` who is responsible, or a `Process`.
        at: when it became true (aware).
        client: whose it is; or its number alone, as `client_id`.
        corrects: the fact that this one puts right.

    Raises:
        FactHoldsText: the fact holds more than ids, codes, numbers and times.
    """
    process, body = by.name if isinstance(by, Process) else "", body_of(fact)
    with transaction.atomic(savepoint=False):  # what fails here fails the caller's work too: no way back is needed
        written = FactRecord.objects.create(
            kind=fact.kind,
            subject=fact.subject,
            client_id=client.pk if client is not None else client_id,
            at=at,
            recorded_at=timezone.now(),
            by=None if process else by,
            process=process,
            body=body,
            corrects=corrects,
        )
        trace(written)
        _send_off(written)
    return written


@transaction.atomic
def record_all(happened: Iterable[tuple[Fact, Any]], *, by: Any, at: datetime) -> None:
    """Write many facts down at once, each with the client it belongs to, as `record` does with one."""
    process, now = by.name if isinstance(by, Process) else "", timezone.now()
    written = FactRecord.objects.bulk_create(
        FactRecord(
            kind=fact.kind,
            subject=fact.subject,
            client=client,
            at=at,
            recorded_at=now,
            by=None if process else by,
            process=process,
            body=body_of(fact),
        )
        for fact, client in happened
    )
    trace(*written)
    for each in written:
        _send_off(each)


def _send_off(written: FactRecord) -> None:
    handlers = handlers_of(written.kind)
    if not handlers:
        return
    FactDelivery.objects.bulk_create(
        FactDelivery(fact=written, handler=handler, subject=written.subject, due_at=written.at) for handler in handlers
    )
    jobs.wake("facts")
