"""Planned work."""

from datetime import datetime

from django.db import transaction

from mainstay.access.models import User
from mainstay.clients.actions.affording import afford
from mainstay.clients.actions.turns import take_turn
from mainstay.clients.facts import WindowCancelled, WindowPlanned
from mainstay.clients.models import MaintenanceWindow, Organisation, Website
from mainstay.common import facts


class WindowOver(ValueError):
    """The window has begun or was cancelled before: what happened in it stands."""


@transaction.atomic
def add_window(
    *,
    client: Organisation,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    website: Website | None = None,
    announced_at: datetime | None = None,
    down_minutes: int | None = None,
    approval: str = "",
    by: User | facts.Process,
    at: datetime,
) -> MaintenanceWindow:
    """Plan work on a website, or on all of the client's. `announced_at` is when the client was told; now by default.

    `approval` is why `by` lets it be planned although the downtime budget cannot pay for it.

    Raises:
        WindowUnaffordable: the budget cannot pay for it, and it was not approved by somebody who may.
    """
    take_turn(client)
    window = MaintenanceWindow.objects.create(
        client=client,
        website=website,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        announced_at=announced_at or at,
        down_minutes=down_minutes,
    )
    fact = WindowPlanned(
        client_id=client.pk,
        window_id=window.pk,
        website_id=website.pk if website else None,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
    )
    facts.record(fact, by=by, at=at, client=client)
    afford(planned=window, approval=approval, by=by, at=at)
    return window


@transaction.atomic
def cancel_window(*, window: MaintenanceWindow, by: User | facts.Process, at: datetime) -> MaintenanceWindow:
    """Call planned work off before it begins.

    Raises:
        WindowOver: it has begun, or was called off before.
    """
    coming = MaintenanceWindow.objects.filter(pk=window.pk, cancelled_at__isnull=True, starts_at__gt=at)
    if not coming.update(cancelled_at=at):
        raise WindowOver("This window has begun or was cancelled before.")
    window.cancelled_at = at
    facts.record(WindowCancelled(client_id=window.client_id, window_id=window.pk), by=by, at=at, client=window.client)
    return window
