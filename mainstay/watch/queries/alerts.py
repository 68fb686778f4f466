"""Cases of alerts that are due, and what was said of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet

from mainstay.clients.models import Organisation
from mainstay.common.notify import NotificationState
from mainstay.watch.alert_facts import Event
from mainstay.watch.facts import VoidReason
from mainstay.watch.models import Alert, AlertCase, AlertRule, AlertTold, Outage
from mainstay.watch.rules.alerting import LETTERS_WITHIN, SETTLE, Going, Group, Letter, Said, Step

CASES_MAX = 2_000
LATE_AFTER = timedelta(minutes=10)
"""An alert that was tried for so long, and has not arrived, is raised elsewhere."""

UNSETTLED_MAX = 500
SHOWN_MAX = 100
WITH_SUBJECT = (
    "client",
    "outage__website",
    "outage__client",
    "outage__cause__dependency",
    "outage__acknowledged_by",
    "monitor__environment__website",
    "doubt",
)


def is_any_due(at: datetime) -> bool:
    """Whether a case is to be looked at."""
    return AlertCase.objects.filter(due_at__lte=at).exists()


def due_cases(at: datetime) -> list[AlertCase]:
    """The cases to look at, with those that are about to be, locked; the longest due first."""
    found = AlertCase.objects.filter(due_at__lte=at + SETTLE).select_related(*WITH_SUBJECT).order_by("due_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        found = found.select_for_update(skip_locked=True, of=("self",))
    return list(found[:CASES_MAX])


def said_of(cases: Iterable[AlertCase]) -> dict[tuple[int, str], list[Said]]:
    """What each recipient was told of each case, in order: by case and recipient."""
    found: dict[tuple[int, str], list[Said]] = defaultdict(list)
    rows = AlertTold.objects.filter(case__in=[each.pk for each in cases]).order_by("at", "pk")
    for case_id, recipient, step, at in rows.values_list("case", "recipient", "step", "at"):
        found[case_id, recipient].append(Said(Step(step), at))
    return found


def going(case: AlertCase) -> Going:
    """A case as the rules see it."""
    acknowledged_at = case.outage.acknowledged_at if case.outage is not None else None
    return Going(Event(case.event), case.began_at, case.known_at, case.ended_at, acknowledged_at, is_taken_back(case))


def is_taken_back(case: AlertCase) -> bool:
    """Whether what people were told of turned out to be none. One that got other edges, or is part of another, was."""
    return case.outage is not None and case.outage.void_reason == VoidReason.NONE


def latest_letters(at: datetime) -> dict[Group, list[Letter]]:
    """The latest letters of each group, as far as the next one may have to wait for them; in order."""
    found: dict[Group, list[Letter]] = defaultdict(list)
    rows = Alert.objects.filter(sent_at__gt=at - LETTERS_WITHIN, sent_at__lte=at, raised_from__isnull=True).order_by(
        "sent_at"
    )
    listed = rows.annotate(lines=Count("told")).values_list("recipient", "event", "step", "cause", "sent_at", "lines")
    for to, event, step, cause, sent_at, lines in listed:
        found[to, Event(event), Step(step), cause].append(Letter(sent_at, lines))
    return found


def failed_alerts(at: datetime) -> list[Alert]:
    """Alerts that did not arrive: failed for good, withheld, or tried in vain for too long. The oldest first.

    What was not tried twice yet waits for a worker, whose absence the health address tells.
    """
    is_tried = Q(notification__attempts__gt=1) | Q(notification__mail__attempts__gt=1)
    is_late = Q(notification__state=NotificationState.ON_ITS_WAY, sent_at__lte=at - LATE_AFTER) & is_tried
    has_failed = Q(notification__state__in=[NotificationState.FAILED, NotificationState.WITHHELD])
    found = Alert.objects.filter(has_failed | is_late, settled_at__isnull=True).select_related(
        "notification", "way", "user"
    )
    return list(found.select_related("other_way", "client").order_by("pk")[:UNSETTLED_MAX])


def arrived_alerts() -> QuerySet[Alert]:
    """Alerts that arrived and are not noted as settled yet."""
    return Alert.objects.filter(settled_at__isnull=True, notification__state=NotificationState.DELIVERED)


def lost_alerts(since: datetime) -> QuerySet[Alert]:
    """Alerts since then that nowhere was left to send."""
    return Alert.objects.filter(is_lost=True, settled_at__gte=since)


def alerts_that_cannot_be_told() -> QuerySet[AlertCase]:
    """What people are to hear of and could not be told at the last try."""
    return AlertCase.objects.filter(failed_times__gt=0, due_at__isnull=False)


def alerts_of(outage: Outage) -> list[Alert]:
    """The letters about an outage, those raised elsewhere after them, in order of time."""
    told = Alert.objects.filter(told__case__outage=outage)
    raised = Q(raised_from__in=told) | Q(raised_from__raised_from__in=told)
    found = Alert.objects.filter(Q(pk__in=told) | raised | Q(raised_from__raised_from__raised_from__in=told))
    rows = found.select_related("user", "way", "notification__mail").order_by("sent_at", "pk")
    return list(rows[:SHOWN_MAX])


def recent_alerts(limit: int) -> QuerySet[Alert]:
    """The latest letters, newest first."""
    return Alert.objects.select_related("user", "way", "notification").order_by("-pk")[:limit]


def alert_rules(client: Organisation | None) -> QuerySet[AlertRule]:
    """The rules in use of a client and its websites; of the agency when it is None."""
    found = AlertRule.objects.filter(retired_at__isnull=True, client=client)
    return found.select_related("client", "website", "person", "roster", "channel", "other_channel").order_by(
        "website", "pk"
    )


def clients_with_rules() -> QuerySet[Organisation]:
    """The clients that have rules of their own."""
    return Organisation.objects.filter(pk__in=AlertRule.objects.filter(retired_at__isnull=True).values("client"))
