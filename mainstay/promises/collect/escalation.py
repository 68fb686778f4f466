"""S9: the steps of the escalation procedure that fell due this month, or last month where none did yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from mainstay.common.models import FactRecord
from mainstay.desk.facts import Standing
from mainstay.desk.models import EscalationStep, Ticket
from mainstay.desk.rules_escalation import TAKEN_WITHIN
from mainstay.promises.collect.scope import Bound, Scope
from mainstay.promises.collect.timed import Timed, timed
from mainstay.promises.facts import EscalationFacts
from mainstay.promises.rules.outcome import Outcome
from mainstay.promises.rules.schedule import LAST, previous_month

TWO_MONTHS = timedelta(days=63)
STEPS_SINCE = timedelta(days=200)
"""A clock that ran out in two months had its steps before, as long as no solution is promised in more than half a year.
"""
LAPSED = "desk.escalation_lapsed"


def collect(scope: Scope) -> Iterator[tuple[int, str, EscalationFacts]]:
    """A few queries for all clients."""
    steps, overdue, clocks = _steps(scope), _overdue(scope), _clocks(scope)
    for bound in scope:
        pk = bound.client.pk
        yield pk, "S9", _facts(bound, steps[pk], overdue.get(pk, []), clocks[pk])


def stood(step: EscalationStep, at: datetime) -> EscalationStep:
    """The step as it stood at `at`: what happened to it later is left out."""
    if step.taken_at is not None and step.taken_at > at:
        step.taken_at = step.told_at = None
    if step.accepted_at is not None and step.accepted_at > at:
        step.accepted_at = step.accepted_by = None
    if step.ended_at is not None and step.ended_at > at:
        step.ended_at = None
    return step


def on_record(at: datetime) -> QuerySet[EscalationStep]:
    """The steps that were known at `at`: taken, or found to be missed, by then; those of spam, known as such, apart.

    What had fallen due and nobody had looked at has no row yet: it counts as overdue.
    """
    known = Q(taken_at__lte=at) | Q(taken_at__isnull=True, ended_at__lte=at)
    return EscalationStep.objects.filter(known).exclude(ticket__close_code="spam", ticket__closed_at__lte=at)


def decided_at(step: EscalationStep) -> datetime:
    """When it shows whether a step was taken in time; the step belongs to the month of that instant."""
    return step.due_at + TAKEN_WITHIN


def is_late(step: EscalationStep) -> bool:
    """Whether it was taken, and not when it was due."""
    return step.taken_at is not None and step.taken_at - step.due_at > TAKEN_WITHIN


def is_missed(step: EscalationStep, at: datetime) -> bool:
    """Whether nobody had taken it by `at`, or nobody could be told of it."""
    if step.taken_at is None:
        return at - step.due_at > TAKEN_WITHIN
    return step.told == 0


def is_unaccepted(step: EscalationStep, at: datetime) -> bool:
    """Whether the time to accept it went by. It is over when nothing is owed any more: answered, resolved, closed."""
    if step.taken_at is None or step.accept_by is None:
        return False
    decided = [each for each in (step.accepted_at, step.ended_at) if each is not None]
    return min([*decided, at]) > step.accept_by


def _steps(scope: Scope) -> dict[int, list[EscalationStep]]:
    found: dict[int, list[EscalationStep]] = defaultdict(list)
    rows = on_record(scope.at).filter(client__in=scope.ids, due_at__gte=scope.at - STEPS_SINCE)
    for each in rows.order_by("due_at", "pk"):
        found[each.client_id].append(stood(each, scope.at))
    return found


def _overdue(scope: Scope) -> dict[int, list[datetime]]:
    """When tickets should have been looked at, and were not: nobody took steps. As it stood at the scope's instant."""
    overdue: dict[int, tuple[int, datetime]] = {}
    late = Ticket.objects.filter(
        client__in=scope.ids,
        standing__lte=Standing.RESTING,
        merged_into__isnull=True,
        opened_at__lte=scope.at,
        escalate_at__lt=scope.at - TAKEN_WITHIN,
    )
    for ticket_id, client_id, escalate_at in late.order_by().values_list("pk", "client", "escalate_at"):
        overdue[ticket_id] = client_id, escalate_at
    ended = FactRecord.objects.filter(kind=LAPSED, client__in=scope.ids, at__gt=scope.at)
    for client_id, body in ended.values_list("client", "body"):
        due_at = datetime.fromisoformat(body["due_at"])
        if due_at < scope.at - TAKEN_WITHIN:
            overdue[body["ticket_id"]] = client_id, due_at
    found: dict[int, list[datetime]] = defaultdict(list)
    for client_id, due_at in overdue.values():
        found[client_id].append(due_at)
    return found


def _clocks(scope: Scope) -> dict[int, list[Timed]]:
    found: dict[int, list[Timed]] = defaultdict(list)
    for clock in timed(scope.ids, scope.at - TWO_MONTHS, scope.at):
        found[clock.client_id].append(clock)
    return found


def _facts(bound: Bound, steps: list[EscalationStep], overdue: list[datetime], clocks: list[Timed]) -> EscalationFacts:
    this = _month(bound.at, bound)
    is_over = _month(bound.at + LAST, bound) != this
    months = [this] if is_over else [this, previous_month(this)]
    month = next((each for each in months if _of(steps, each, bound) or (each == this and overdue)), None)
    period = f"in {month or this:%B %Y}"
    if month is None and not is_over:
        period = f"in {months[1]:%B} or {this:%B %Y}"
    mine = _of(steps, month, bound) if month else []
    waiting = [each for each in steps if each.is_open]
    recorded = {each.clock_id for each in steps}
    ran_out = [each for each in clocks if each.outcome is Outcome.MISSED and _month(each.decided_at, bound) in months]
    at = bound.at
    missed = sum(is_missed(each, at) for each in mine)
    late = sum(is_late(each) and not is_missed(each, at) for each in mine)
    return EscalationFacts(
        period=period,
        due=len(mine) + len(overdue),
        in_time=len(mine) - missed - late,
        missed=missed + len(overdue),
        late=late,
        unaccepted=sum(is_unaccepted(each, at) for each in {each.pk: each for each in (*mine, *waiting)}.values()),
        waiting=len(waiting),
        past_half=sum(each.half_at is not None and each.half_at <= at for each in waiting),
        left_s=_left_s(waiting, at),
        clocks=len([each for each in clocks if each.outcome is not Outcome.CANCELLED]),
        unrecorded=sum(each.clock_id not in recorded for each in ran_out),
    )


def _of(steps: Iterable[EscalationStep], month: date, bound: Bound) -> list[EscalationStep]:
    return [each for each in steps if _month(decided_at(each), bound) == month]


def _left_s(waiting: Iterable[EscalationStep], at: datetime) -> int | None:
    """How long is left to accept the step that is nearest to its end; negative when that has passed."""
    left = [int((each.accept_by - at).total_seconds()) for each in waiting if each.accept_by is not None]
    return min(left, default=None)


def _month(at: datetime, bound: Bound) -> date:
    return bound.local(at).date().replace(day=1)
