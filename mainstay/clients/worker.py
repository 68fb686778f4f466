"""Jobs of `clients`: hand-overs of the duty are noticed and told."""

from datetime import datetime, timedelta

import structlog

from mainstay.clients import actions
from mainstay.clients.models import Roster
from mainstay.common.facts import Process
from mainstay.common.jobs import periodic

log = structlog.get_logger()

ROSTERS_MAX = 50
CLIENTS = Process("clients")


@periodic(every=timedelta(minutes=1), queue="timers")
def note_hand_overs(at: datetime) -> None:
    """Look who is on call of each roster now. One that cannot be told of keeps no other back."""
    for roster in Roster.objects.order_by("pk")[:ROSTERS_MAX]:
        try:
            actions.note_hand_over(roster=roster, by=CLIENTS, at=at)
        except Exception:
            log.exception("it could not be found out who is on call", roster=roster.pk)
