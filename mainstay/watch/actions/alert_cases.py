"""What people are to be alerted of: cases begin and end with outages, doubts, and monitors that need a look."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest

from mainstay.watch.alert_facts import Event
from mainstay.watch.codes import State
from mainstay.watch.facts import VoidReason
from mainstay.watch.models import AlertCase, AlertRule, Monitor, Outage, ProberDoubt, Spell, Standing
from mainstay.watch.rules.alerting import SETTLE
from mainstay.watch.rules.pace import PASSING

LOOKED_AFTER = Q(
    monitor__is_enabled=True, monitor__retired_at__isnull=True, monitor__environment__website__is_active=True
)
TWICE = 2
"""How often in a row a monitor is to be seen well again before anybody is told."""

RARE_S = 600
"""Of a monitor that looks less often than this, one good check is enough."""


def _seen_twice(state: State) -> Exists:
    """Whether the monitor of a standing was seen in `state` by the last check and by the one before it."""
    runs = Spell.objects.filter(monitor=OuterRef("monitor"), last_at=OuterRef("seen_at"), state=state.value)
    return Exists(runs.filter(checks__gte=TWICE))


NEEDS_LOOK = (
    Q(state=State.DEGRADED.value) & ~Q(code__in=PASSING)
    | Q(slow_since__isnull=False)
    | Q(is_down=True, monitor__counts=False)
)
"""What is slow was seen so twice. A certificate that ends soon is told of at once."""


def outage_began(outage: Outage) -> None:
    """Somebody is to hear of `outage`, in the transaction that opens it; a moment later, so that others join it.

    Once: one that goes on from another may have that one's case.
    """
    AlertCase.objects.get_or_create(
        outage=outage,
        defaults={
            "client_id": outage.client_id,
            "event": Event.DOWN,
            "cause": _cause_of(outage),
            "began_at": outage.started_at,
            "known_at": outage.confirmed_at,
            "due_at": outage.confirmed_at + SETTLE,
        },
    )


def outage_put_down(outage: Outage) -> None:
    """What `outage` shares with others became known: what is still to be said of it is said together with theirs."""
    cause = _cause_of(outage)
    AlertCase.objects.filter(outage=outage, ended_at__isnull=True).update(cause=cause)


def _cause_of(outage: Outage) -> str:
    return f"failure:{outage.cause_id}" if outage.cause_id else ""


def outage_ended(outage: Outage, at: datetime) -> None:
    """Those who were told of `outage` are to hear of its end, also when it ended because nobody looks any more."""
    AlertCase.objects.filter(outage=outage).update(ended_at=outage.ended_at, due_at=at + SETTLE)


def outage_corrected(old: Outage, new: Outage, at: datetime) -> None:
    """Late checks or a person moved the edges of `old`: what was told of it goes on with `new`.

    Of several that have become one, it is the case that goes on. Where the end was told already and `new` goes on, that
    is news of its own: nothing more is said of the old case, and `new` gets one of its own.
    """
    case = _left_open(new.environment_id).first() or AlertCase.objects.filter(outage=old).first()
    if case is None:
        return
    if case.ended_at is not None and new.ended_at is None:
        AlertCase.objects.filter(pk=case.pk).update(due_at=None)
        return
    has_ended = case.ended_at is None and new.ended_at is not None
    case.outage, case.began_at, case.ended_at, case.cause = new, new.started_at, new.ended_at, _cause_of(new)
    case.due_at = at + SETTLE if has_ended else case.due_at
    case.save(update_fields=["outage", "began_at", "ended_at", "cause", "due_at"])


def outages_merged(environment_id: int, at: datetime) -> None:
    """Late checks were judged: nothing more is said of outages that became part of others, which have their cases."""
    _left_open(environment_id).update(ended_at=_now_at_the_earliest(at), due_at=None)


def _left_open(environment_id: int) -> QuerySet[AlertCase]:
    """Cases that go on, of outages of the environment that have other edges by now, or became part of others."""
    return AlertCase.objects.filter(
        ended_at__isnull=True, outage__environment=environment_id, outage__void_reason=VoidReason.EDGES.value
    )


def _now_at_the_earliest(at: datetime) -> Greatest:
    return Greatest("began_at", Value(at, output_field=DateTimeField()))


def outage_taken_back(outage: Outage, at: datetime) -> None:
    """There was no such outage: whoever was told of it is told that, and nobody else hears of it."""
    AlertCase.objects.filter(outage=outage, ended_at__isnull=True).update(ended_at=_now_at_the_earliest(at))
    AlertCase.objects.filter(outage=outage).update(due_at=at + SETTLE)


@transaction.atomic
def doubt_began(*, doubt: ProberDoubt, at: datetime) -> None:
    """Somebody is to hear that a prober is doubted; once, however often this is asked."""
    AlertCase.objects.get_or_create(
        doubt=doubt, defaults={"event": Event.DOUBT, "began_at": doubt.from_at, "known_at": at, "due_at": at}
    )


@transaction.atomic
def doubt_ended(*, doubt: ProberDoubt, at: datetime) -> None:
    """The prober is believed again."""
    AlertCase.objects.filter(doubt=doubt, ended_at__isnull=True).update(ended_at=doubt.to_at, due_at=at)


@transaction.atomic
def notice_monitors(*, at: datetime) -> None:
    """Begin cases of monitors that are slow or warn, and end those of monitors that no longer do.

    Nothing is begun that no rule asks for. What nobody sees at the moment neither begins nor ends.
    """
    wanted = _wanted()
    needy = Standing.objects.filter(NEEDS_LOOK, LOOKED_AFTER, vouched_until__gte=at) if wanted else None
    if needy is not None:
        _begin(needy.exclude(monitor__in=_open().values("monitor")).select_related("monitor"), wanted, at)
    _end_of(at)


def _begin(standings: QuerySet[Standing], wanted: frozenset[str], at: datetime) -> None:
    cases = [
        AlertCase(
            client_id=each.client_id,
            event=event,
            monitor=each.monitor,
            began_at=_began_at(each, at),
            known_at=at,
            due_at=at,
        )
        for each in standings
        if (event := _event_of(each.monitor)) in wanted
    ]
    AlertCase.objects.bulk_create(cases)


def _began_at(standing: Standing, at: datetime) -> datetime:
    """From when on a monitor needs a look: from the first check that showed it, where that is known."""
    since = standing.down_since if standing.is_down else standing.slow_since
    return min(since or at, at)


def _end_of(at: datetime) -> None:
    """Those that are seen to be well again are told of; of those that nobody looks at any more nothing is said."""
    rows = _open().select_related("monitor__standing", "monitor__environment__website")
    monitors = {each.pk: each.monitor for each in rows if each.monitor is not None}
    left = [pk for pk, monitor in monitors.items() if not _is_looked_at(monitor)]
    standings = Standing.objects.filter(monitor__in=[each.pk for each in monitors.values()])
    enough = Q(_seen_twice(State.UP)) | Q(monitor__interval_seconds__gt=RARE_S)
    surely = set(standings.filter(enough).values_list("monitor", flat=True))
    seen_well = {pk: monitor for pk, monitor in monitors.items() if monitor.pk in surely and _is_looked_at(monitor)}
    well = [pk for pk, monitor in seen_well.items() if _is_well(monitor, at)]
    AlertCase.objects.filter(pk__in=left).update(ended_at=at, due_at=None)
    AlertCase.objects.filter(pk__in=well).update(ended_at=at, due_at=at)


def _is_looked_at(monitor: Monitor) -> bool:
    return monitor.is_probed and monitor.environment.website.is_active


def _is_well(monitor: Monitor, at: datetime) -> bool:
    standing: Standing = monitor.standing
    is_seen = standing.vouched_until is not None and standing.vouched_until >= at
    return is_seen and standing.state == State.UP and not standing.is_down and standing.slow_since is None


def _open() -> QuerySet[AlertCase]:
    return AlertCase.objects.filter(monitor__isnull=False, ended_at__isnull=True)


def _event_of(monitor: Monitor) -> Event:
    return Event.DEGRADED if monitor.counts else Event.WARNING


def _wanted() -> frozenset[str]:
    """The events of monitors that any rule asks for."""
    rules: Iterable[list[str]] = AlertRule.objects.filter(retired_at__isnull=True).values_list("events", flat=True)
    asked = {event for events in rules for event in events}
    return frozenset(asked & {Event.DEGRADED.value, Event.WARNING.value})
