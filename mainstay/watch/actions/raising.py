"""Alerts that did not arrive: raised on the rule's other channel, by mail to the person, to administrators at last."""

from collections import defaultdict
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from mainstay.access.models import User
from mainstay.clients import queries as clients
from mainstay.common import facts
from mainstay.common.notify import Channel, NotificationState
from mainstay.watch import letters
from mainstay.watch.actions.alerting import hand_over
from mainstay.watch.actions.settling import PROCESS
from mainstay.watch.alert_facts import AlertFailed, AlertRaised
from mainstay.watch.models import Alert, AlertTold
from mainstay.watch.queries import alerts as queries
from mainstay.watch.queries.recipients import can_be_told

log = structlog.get_logger()

ROOTS = ("", "raised_from__", "raised_from__raised_from__", "raised_from__raised_from__raised_from__")
"""From an alert to the one that it was raised from first, which names the cases: it is raised three times at most."""


def raise_alerts(*, at: datetime) -> int:
    """Settle what arrived, and raise elsewhere what did not. Returns how many did not.

    Each is raised by itself: one that cannot be keeps no other back, and is tried again.
    """
    queries.arrived_alerts().update(settled_at=at)
    failed = queries.failed_alerts(at)
    for alert in failed:
        try:
            _raise(alert, at)
        except Exception:
            log.exception("an alert that did not arrive could not be raised", alert=alert.pk)
    return len(failed)


@transaction.atomic
def _raise(alert: Alert, at: datetime) -> None:
    """Send `alert` again by the next way that was not tried; without one it is lost."""
    tried = _chain(alert)
    ways = _ways_left(tried)
    is_lost = ways is None
    if not Alert.objects.filter(pk=alert.pk, settled_at__isnull=True).update(settled_at=at, is_lost=is_lost):
        return
    facts.record(AlertFailed(alert.pk, is_lost), by=PROCESS, at=at, client=alert.client)
    for user, way in ways or ():
        raised = Alert.objects.create(
            client=alert.client,
            recipient=f"channel:{way.pk}" if way else f"user:{user.pk if user else 0}",
            user=user,
            way=way,
            event=alert.event,
            step=alert.step,
            cause=alert.cause,
            title=alert.title,
            text=alert.text,
            sent_at=at,
            raised_from=alert,
        )
        hand_over(raised, letters.raised(raised, tried[-1]))
        facts.record(AlertRaised(raised.pk, alert.pk, raised.recipient), by=PROCESS, at=at, client=alert.client)


def _chain(alert: Alert) -> list[Alert]:
    """The alert and those it was raised from: first the latest, last the first."""
    found = [alert]
    while found[-1].raised_from is not None:
        found.append(found[-1].raised_from)
    return found


def _ways_left(tried: list[Alert]) -> list[tuple[User | None, Channel | None]] | None:
    """The next way that none of `tried` took: persons and channels to tell; None when there is none left.

    Administrators come last, all together. Whoever has heard the same by another alert is left out.
    """
    first, taken, heard = tried[-1], {_to(each.way_id, each.user_id) for each in tried}, _heard(tried[-1])
    other, user = first.other_way, first.user
    if other is not None and not other.is_paused and f"channel:{other.pk}" not in taken:
        return [] if f"channel:{other.pk}" in heard else [(user, other)]
    if user is not None and f"user:{user.pk}" not in taken and can_be_told(user):
        return [] if f"user:{user.pk}" in heard else [(user, None)]
    if any(each.raised_from_id is not None and _is_for_all(each, user) for each in tried):
        return None
    people = [each for each in clients.administrators() if f"user:{each.pk}" not in taken and can_be_told(each)]
    return [(each, None) for each in people if f"user:{each.pk}" not in heard] if people else None


def _heard(alert: Alert) -> set[str]:
    """The recipients that were sent news of the same cases by other alerts, which did not fail."""
    about = set(AlertTold.objects.filter(alert=alert).values_list("case", flat=True))
    same = Alert.objects.filter(event=alert.event, step=alert.step, sent_at__gte=alert.sent_at)
    good = same.exclude(notification__state__in=[NotificationState.FAILED, NotificationState.WITHHELD])
    told: dict[str, set[int]] = defaultdict(set)
    any_of_it = Q()
    for root in ROOTS:
        any_of_it |= Q(**{f"{root}told__case__in": about})
    for each in good.filter(any_of_it).select_related("raised_from__raised_from__raised_from").distinct():
        told[_to(each.way_id, each.user_id)] |= set(
            AlertTold.objects.filter(alert=_chain(each)[-1]).values_list("case", flat=True)
        )
    return {recipient for recipient, cases in told.items() if about <= cases}


def _to(way_id: int | None, user_id: int | None) -> str:
    """Where an alert goes: a channel, or a person's mail."""
    return f"channel:{way_id}" if way_id else f"user:{user_id or 0}"


def _is_for_all(alert: Alert, first: User | None) -> bool:
    """Whether this one went to an administrator instead of the person it was meant for."""
    return alert.way_id is None and alert.user_id != (first.pk if first else None)
