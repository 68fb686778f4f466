"""Alert rules, channels and many outages, for tests."""

from datetime import UTC, datetime
from typing import Any

from mainstay.clients.models import Organisation, Website
from mainstay.common import notify
from mainstay.common.facts import Process
from mainstay.common.notify import Channel
from mainstay.watch import actions
from mainstay.watch.models import AlertRule

TESTS = Process("tests")
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def alert_rule(client: Organisation | None, website: Website | None = None, **fields: Any) -> AlertRule:
    """A rule that tells the account manager of outages, unless said otherwise."""
    given = {"who": "manager", "events": ["down", "up"], **fields}
    return actions.add_alert_rule(client=client, website=website, **given, by=TESTS, at=SINCE)


def console_channel(name: str = "Console", **fields: Any) -> Channel:
    """A channel that writes to the output, or another kind at an address."""
    given = {"kind": "console", "address": "stdout", "allow_private": False, **fields}
    found = Channel.objects.filter(name=name).first()
    return found or notify.add_channel(name=name, **given, by=TESTS, at=SINCE)
