"""The clocks of tickets as they stood at an instant.

A clock's row says how it stands now. Whatever happened to it after the instant (it went on, was stopped, its ticket
was re-opened or judged anew) is left out by reading its events again, so that a month that is over stays as it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from mainstay.common.models import FactRecord
from mainstay.desk.models import ClockEvent, ClockRecount, ClockResult, TicketClock, TicketMerge
from mainstay.desk.queries.timing import WITH_CALENDAR, clocks_in, kept_result, stood
from mainstay.policy.clocks import ClockState, Kind, Standing
from mainstay.promises.rules.outcome import ClockTimes, Outcome, outcome

KINDS = (Kind.FIRST_RESPONSE, Kind.RESOLUTION)
PRIORITY_CHANGED = "desk.priority_changed"


@dataclass(frozen=True, kw_only=True)
class Timed:
    """One clock with what became of it by the instant, and when that was decided (a running one: then).

    `used_bp` is the share of its time that a running clock has used, where that was asked for. `has_stopped` holds of
    one that was cancelled too.
    """

    clock_id: int
    ticket_id: int
    client_id: int
    kind: Kind
    priority: int
    category: str
    audience: str
    times: ClockTimes
    outcome: Outcome
    decided_at: datetime
    is_paused: bool = False
    used_bp: int = 0
    has_stopped: bool = False


def timed(
    client_ids: Iterable[int],
    since: datetime,
    at: datetime,
    *,
    category: str = "",
    measured: Callable[[Timed], bool] = lambda clock: False,
) -> list[Timed]:
    """First-response and resolution clocks decided in [since, at), or running at `at`, as they stood at `at`.

    `category` narrows them to tickets of that kind. Running ones that `measured` picks are read from their events, to
    say how much of their time is used. One that was cancelled is left out, unless something happened to it later.
    """
    ids = list(client_ids)
    before = priorities_before(ids, at)
    moved = _moved_since(ids, at)
    found = [_timed(row, at) for row in _rows(ids, since, at, category)]
    again = {each.clock_id for each, is_older in found if is_older or each.ticket_id in before}
    again |= moved & {each.clock_id for each, _ in found}
    running = (each for each, _ in found if each.outcome is Outcome.RUNNING)
    again |= {each.clock_id for each in running if measured(each)}
    read = _read(again, before, at)
    return [_as_read(each, read, at) for each, _ in found]


def priorities_before(client_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """The priority that each ticket had at `at`, of those whose priority has changed since."""
    changes = FactRecord.objects.filter(kind=PRIORITY_CHANGED, client__in=list(client_ids), at__gt=at)
    found: dict[int, int] = {}
    for body in changes.order_by("at", "id").values_list("body", flat=True):
        found.setdefault(body["ticket_id"], body["before"])
    return found


def _moved_since(client_ids: list[int], at: datetime) -> set[int]:
    """Clocks that were counted anew, or whose result was corrected, after `at`. One query."""
    counted = ClockRecount.objects.filter(client__in=client_ids, at__gt=at).order_by()
    corrected = ClockResult.objects.filter(client__in=client_ids, at__gt=at, corrects__isnull=False).order_by()
    return set(counted.values_list("clock").union(corrected.values_list("clock")).values_list("clock", flat=True))


def _rows(client_ids: list[int], since: datetime, at: datetime, category: str) -> Iterable[TicketClock]:
    later = ClockEvent.objects.filter(clock=OuterRef("pk"), at__gt=at)
    decided = Q(stopped_at__isnull=True) | Q(stopped_at__gte=since) | Q(due_at__gte=since)
    begun = Q(started_at__lte=at) | Q(Exists(ClockEvent.objects.filter(clock=OuterRef("pk"), at__lte=at)))
    rows = TicketClock.objects.filter(decided, begun, client__in=client_ids, kind__in=KINDS)
    corrected = ClockResult.objects.filter(clock=OuterRef("pk"), corrects__isnull=False, at__gt=at)
    counts = Q(cancelled_at__isnull=True) | Q(is_older=True) | Q(Exists(corrected))
    rows = rows.annotate(is_older=Exists(later)).filter(counts)
    if category:
        rows = rows.filter(ticket__category=category)
    return rows.values_list(
        "pk", "ticket", "client", "kind", "priority", "ticket__category", "ticket__audience",
        "started_at", "due_at", "stopped_at", "paused_at", "is_older",
    )  # fmt: skip


def _timed(row: tuple[Any, ...], at: datetime) -> tuple[Timed, bool]:
    (pk, ticket, client, kind, priority, category, audience, started, due, stopped, paused, older) = row
    times = ClockTimes(started_at=started, due_at=due, stopped_at=stopped)
    result, decided_at = outcome(times, at)
    clock = Timed(
        clock_id=pk, ticket_id=ticket, client_id=client, kind=Kind(kind), priority=priority, category=category,
        audience=audience, times=times, outcome=result, decided_at=decided_at, is_paused=paused is not None,
        has_stopped=stopped is not None and stopped <= at,
    )  # fmt: skip
    return clock, older


def _read(clock_ids: Iterable[int], before: dict[int, int], at: datetime) -> dict[int, tuple[int, ClockState]]:
    """Clocks as they stood, each with the priority and the calendar that it had at `at`."""
    rows = list(
        TicketClock.objects.filter(pk__in=list(clock_ids))
        .select_related(*WITH_CALENDAR)
        .prefetch_related("events", "results", "recounts__calendar_before")
    )
    apart = _not_merged_by(rows, at)
    for row in rows:
        if row.pk in apart:
            row.priority = before.get(row.began_on_id, row.began_on.priority)
        elif row.ticket_id in before and _went_on(row, at):
            row.priority = before[row.ticket_id]
        if later := next((each for each in row.recounts.all() if each.at > at), None):
            row.calendar = later.calendar_before
    return {row.pk: (_priority(row, at), stood(row, clock, at)) for row, clock in clocks_in(rows)}


def _not_merged_by(rows: Iterable[TicketClock], at: datetime) -> set[int]:
    """Those of `rows` that were still on the ticket on which they began: it was merged for good after `at`."""
    begun = {row.began_on_id for row in rows if row.began_on_id is not None}
    later = TicketMerge.objects.filter(ticket__in=begun, settled_at__gt=at).values_list("ticket", flat=True)
    merged_later = set(later) if begun else set()
    return {row.pk for row in rows if row.began_on_id in merged_later}


def _priority(row: TicketClock, at: datetime) -> int:
    """The priority that counts: the one that it ended with, where it had ended."""
    kept = kept_result(row, at)
    return kept.priority if kept else row.priority


def _went_on(row: TicketClock, at: datetime) -> bool:
    """Whether the clock ran at `at` or later. One that had ended for good keeps the priority it ended with."""
    return not row.is_over or any(each.at > at for each in row.events.all())


def _as_read(clock: Timed, read: dict[int, tuple[int, ClockState]], at: datetime) -> Timed:
    """`clock` as its events say."""
    if clock.clock_id not in read:
        return clock
    priority, state = read[clock.clock_id]
    times = ClockTimes(
        started_at=state.started_at or clock.times.started_at, due_at=state.due_at, stopped_at=state.stopped_at
    )
    result, decided_at = outcome(times, at)
    if state.standing is Standing.CANCELLED:
        result = Outcome.CANCELLED
    return replace(
        clock,
        priority=priority,
        times=times,
        outcome=result,
        decided_at=decided_at,
        is_paused=state.is_paused,
        used_bp=state.share_bp if result is Outcome.RUNNING else 0,
        has_stopped=state.is_over,
    )
