"""S4: what became of the messages that came in."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from mainstay.desk.facts import RawState
from mainstay.desk.models import RawMail, Ticket
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import LoggingFacts

Mail = tuple[datetime, datetime]
"""When a message came, and when somebody looked at it."""

MONTH = timedelta(days=32)
YEAR = timedelta(days=365)
PARSED_WITHIN = timedelta(minutes=5)
"""A message that was stored and not yet read after this long is stuck."""


def collect(scope: Scope) -> Iterator[tuple[int, str, LoggingFacts]]:
    """Three queries for all clients. A message whose sender is unknown may be anybody's: it counts for everybody."""
    logged, waiting, read = _logged(scope), _waiting(scope), _read(scope)
    for bound in scope:
        mine = [waiting[pk] for pk in (bound.client.pk, None) if pk in waiting]
        day_s = _day_s(bound)
        yield (
            bound.client.pk,
            "S4",
            LoggingFacts(
                logged=logged.get(bound.client.pk, 0),
                waiting=sum(number for number, _ in mine),
                longest_s=max((_office_s(oldest_at, bound.at, bound) for _, oldest_at in mine), default=0),
                late=sum(_office_s(*each, bound) > day_s for each in _of_month(read, bound)),
                day_s=day_s,
            ),
        )


def _logged(scope: Scope) -> dict[int, int]:
    """How many calls each client made in the last twelve months, by whatever channel."""
    recent = Ticket.objects.filter(
        is_imported=False, client__in=scope.ids, opened_at__gt=scope.at - YEAR, opened_at__lte=scope.at
    )
    return dict(recent.order_by().values_list("client").annotate(number=Count("pk")))


def _waiting(scope: Scope) -> dict[int | None, tuple[int, datetime]]:
    """How many messages nobody had looked at, and when the oldest came, by client."""
    parked = Q(state=RawState.PARKED, reviewed_at__isnull=True) | Q(reviewed_at__gt=scope.at)
    stuck = Q(state=RawState.STORED) | Q(parsed_at__gt=scope.at)
    rows = _theirs(scope).filter(parked | (stuck & Q(received_at__lt=scope.at - PARSED_WITHIN)))
    counted = rows.filter(received_at__lte=scope.at).order_by().values_list("client")
    return {
        client_id: (number, oldest_at)
        for client_id, number, oldest_at in counted.annotate(number=Count("pk"), oldest=Min("received_at"))
    }


def _read(scope: Scope) -> dict[int | None, list[Mail]]:
    """Messages set aside that somebody has looked at in about the last month, by client."""
    found: dict[int | None, list[Mail]] = defaultdict(list)
    rows = _theirs(scope).filter(reviewed_at__gt=scope.at - MONTH, reviewed_at__lte=scope.at)
    for client_id, received_at, reviewed_at in rows.values_list("client", "received_at", "reviewed_at"):
        found[client_id].append((received_at, reviewed_at))
    return found


def _theirs(scope: Scope) -> QuerySet[RawMail]:
    return RawMail.objects.filter(Q(client__in=scope.ids) | Q(client__isnull=True))


def _of_month(read: dict[int | None, list[Mail]], bound: Bound) -> Iterator[Mail]:
    """Those that concern a client and were looked at in the month that the instant lies in."""
    month = bound.local(bound.at).date().replace(day=1)
    for each in read[bound.client.pk] + read[None]:
        if bound.local(each[1]).date() >= month:
            yield each


def _office_s(start: datetime, end: datetime, bound: Bound) -> int:
    return int(bound.hours.open_between(start, end).total_seconds())


def _day_s(bound: Bound) -> int:
    """The office time of one working day: from now until the same time on the next one."""
    begun = bound.hours.next_opening(bound.at)
    length = bound.hours.open_between(begun, bound.hours.after_working_days(begun, 1))
    return int(length.total_seconds())
