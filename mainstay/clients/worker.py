"""Jobs of `clients`: hand-overs of the duty are noticed and told."""

from datetime import datetime, timedelta

from mainstay.clients import actions
from mainstay.clients.models import Roster
from mainstay.common.facts import Process
from mainstay.common.jobs import periodic

ROSTERS_MAX = 50
CLIENTS = Process("clients")


@periodic(every=timedelta(minutes=1), queue="timers")
def note_hand_overs(at: datetime) -> None:
    """Look who is on call of each roster now."""
    for roster in Roster.objects.order_by("pk")[:ROSTERS_MAX]:
        actions.note_hand_over(roster=roster, by=CLIENTS, at=at)
