"""A website and its monitors, added in one step: all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.clients import actions as clients
from mainstay.clients.facts import EnvironmentKind
from mainstay.clients.models import Organisation, Website
from mainstay.watch.actions.monitors import MonitorRefused, add_monitor


@dataclass(frozen=True, slots=True)
class NewMonitor:
    """A monitor of a website that is about to be added."""

    kind: str
    url: str
    interval_seconds: int
    counts: bool
    name: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def add_website(
    *,
    client: Organisation,
    name: str,
    url: str,
    monitors: Sequence[NewMonitor],
    allow_private: bool = False,
    by: Any,
    at: datetime,
) -> Website:
    """Look after a website of `client`, with these monitors on its live environment.

    Raises:
        MonitorRefused: one of them cannot be; `field` begins with its number, as in `0.url`. Nothing was added.
    """
    website = clients.create_website(client=client, name=name, url=url, by=by, at=at)
    live = website.environments.get(kind=EnvironmentKind.LIVE)
    for number, each in enumerate(monitors):
        try:
            add_monitor(
                environment=live,
                url=each.url,
                kind=each.kind,
                name=each.name,
                interval_seconds=each.interval_seconds,
                allow_private=allow_private,
                counts=each.counts,
                settings=each.settings,
                by=by,
                at=at,
            )
        except MonitorRefused as problem:
            raise MonitorRefused(f"{number}.{problem.field}", str(problem)) from problem
    return website
