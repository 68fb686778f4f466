"""S4: what became of the messages that came in."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q

from mainstay.desk.facts import RawState
from mainstay.desk.models import RawMail, Ticket
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.facts import LoggingFacts, Waiting

WAITING_MAX = 100
"""How many waiting messages are looked at, the oldest first: the longest wait decides."""
YEAR = timedelta(days=365)
PARSED_WITHIN = timedelta(minutes=5)
"""A message that was stored and not yet read after this long is stuck."""

Mail = tuple[str, datetime]


def collect(scope: Scope) -> Iterator[tuple[int, str, LoggingFacts]]:
    """Two queries for all clients. A message whose sender is unknown may be anybody's, so it counts for everybody."""
    logged, waiting = _logged(scope), _waiting(scope)
    for bound in scope:
        mine = waiting[bound.client.pk] + waiting[None]
        yield (
            bound.client.pk,
            "S4",
            LoggingFacts(
                logged=logged.get(bound.client.pk, 0),
                parked=tuple(_wait(at, bound) for state, at in mine if state == RawState.PARKED),
                stuck=tuple(_wait(at, bound) for state, at in mine if state == RawState.STORED),
                day_s=_day_s(bound),
            ),
        )


def _logged(scope: Scope) -> dict[int, int]:
    """How many calls each client made in the last twelve months, by whatever channel."""
    recent = Ticket.objects.filter(client__in=scope.ids, opened_at__gt=scope.at - YEAR, opened_at__lte=scope.at)
    return dict(recent.order_by().values_list("client").annotate(number=Count("pk")))


def _waiting(scope: Scope) -> dict[int | None, list[Mail]]:
    """Messages that nobody has looked at, by client."""
    found: dict[int | None, list[Mail]] = defaultdict(list)
    parked = Q(state=RawState.PARKED) & (Q(reviewed_at__isnull=True) | Q(reviewed_at__gt=scope.at))
    stuck = Q(state=RawState.STORED, received_at__lt=scope.at - PARSED_WITHIN)
    theirs = Q(client__in=scope.ids) | Q(client__isnull=True)
    rows = RawMail.objects.filter(theirs, parked | stuck, received_at__lte=scope.at).order_by("received_at")
    for client_id, state, received_at in rows.values_list("client", "state", "received_at")[:WAITING_MAX]:
        found[client_id].append((state, received_at))
    return found


def _wait(received_at: datetime, bound: Bound) -> Waiting:
    waited = bound.hours.open_between(received_at, bound.at)
    return Waiting(received_at=received_at, office_s=int(waited.total_seconds()))


def _day_s(bound: Bound) -> int:
    """The office time of one working day: from now until the same time on the next one."""
    begun = bound.hours.next_opening(bound.at)
    length = bound.hours.open_between(begun, bound.hours.after_working_days(begun, 1))
    return int(length.total_seconds())
