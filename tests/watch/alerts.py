"""Alert rules, channels and many outages, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from mainstay.clients.models import Organisation, Website
from mainstay.common import notify
from mainstay.common.facts import Process
from mainstay.common.models import Notification, OutgoingMail
from mainstay.common.notify import Channel
from mainstay.watch import actions
from mainstay.watch.models import AlertRule, Outage
from tests.watch.world import MINUTE, OK, REFUSED, START, minutes, monitor_of, take

TESTS = Process("tests")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
CONFIRMED = START + 3 * MINUTE
SETTLED = CONFIRMED + timedelta(seconds=2)
"""When outages that `down` makes are confirmed, and when people are to hear of them."""


def alert_rule(client: Organisation | None, website: Website | None = None, **fields: Any) -> AlertRule:
    """A rule that tells the account manager of outages, unless said otherwise."""
    given = {"who": "manager", "events": ["down", "up"], **fields}
    return actions.add_alert_rule(client=client, website=website, **given, by=TESTS, at=SINCE)


def console_channel(name: str = "Console", **fields: Any) -> Channel:
    """A channel that writes to the output, or another kind at an address."""
    given = {"kind": "console", "address": "stdout", "allow_private": False, **fields}
    found = Channel.objects.filter(name=name).first()
    return found or notify.add_channel(name=name, **given, by=TESTS, at=SINCE)


def told() -> list[tuple[str, str]]:
    """Subject and recipient of every letter, in order."""
    return list(OutgoingMail.objects.order_by("id").values_list("subject", "recipient"))


def said() -> list[str]:
    """The titles of what was said on channels, in order."""
    return list(Notification.objects.filter(way__isnull=False).order_by("id").values_list("title", flat=True))


def down(*websites: Website) -> list[Outage]:
    """Outages that are all confirmed three minutes after `START`."""
    checks = [each for website in websites for each in minutes(monitor_of(website), [OK, REFUSED, REFUSED, REFUSED])]
    take(sorted(checks, key=lambda each: each.at))
    return [Outage.objects.get(website=website) for website in websites]


def tell_until(end: datetime, *, start: datetime = SETTLED, step: timedelta = MINUTE) -> None:
    at = start
    while at <= end:
        actions.send_alerts(at=at)
        at += step
