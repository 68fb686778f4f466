"""Planned work that the downtime budget cannot pay: refused with its figure, or approved by name."""

from datetime import datetime

from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients import gates, planning
from mainstay.clients.facts import WindowApproved
from mainstay.clients.models import MaintenanceWindow, WindowSeries
from mainstay.common import facts


class WindowUnaffordable(ValueError):
    """More is planned than the budget has left, and nobody who may has approved it. The text has the figure."""


def afford(*, planned: MaintenanceWindow | WindowSeries, approval: str, by: User | facts.Process, at: datetime) -> None:
    """Let `planned`, which is written already, stand if the budgets pay for it, or `by` approves it with a reason.

    Call it in the transaction that writes it, in the client's turn. An approval that is not needed is not kept.

    Raises:
        WindowUnaffordable: the budget cannot pay for it, and it was not approved by somebody who may.
    """
    short = planning.shortfall(planned.client, planned, at)
    if short is None:
        return
    if not approval or not isinstance(by, User):
        raise WindowUnaffordable(str(short))
    if not gates.may(by, Permission.WINDOW_APPROVE, planned.client):
        raise WindowUnaffordable(f"{short} You cannot approve it: ask an account manager or a director.")
    planned.approved_by, planned.approval = by, approval
    planned.save(update_fields=["approved_by", "approval"])
    is_series = isinstance(planned, WindowSeries)
    fact = WindowApproved(
        client_id=planned.client_id,
        window_id=None if is_series else planned.pk,
        series_id=planned.pk if is_series else None,
        planned_s=short.planned_s,
        left_s=short.left_s,
    )
    facts.record(fact, by=by, at=at, client=planned.client)
