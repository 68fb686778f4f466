"""The demo's duty and alerts: two people take turns, one is away soon, and rules say who is told."""

from datetime import datetime, time, timedelta

from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.common import notify
from mainstay.demo.world.people import DEMO
from mainstay.watch import actions as watch
from mainstay.watch.alert_facts import Event, Who

OUTAGE = [Event.DOWN.value, Event.UP.value]
AWAY_IN = timedelta(days=9)
AWAY_FOR = timedelta(days=2)


def arrange_duty(engineer: User, helper: User, at: datetime) -> None:
    """Set up who is on call and who is alerted from now on."""
    roster = clients.make_roster(name="On call", time_zone="Europe/London", by=DEMO, at=at)
    monday = at.date() - timedelta(days=at.weekday())
    clients.set_rotation(
        roster=roster, people=[engineer, helper], first_on=monday, hand_over_at=time(9), weeks=1, by=DEMO, at=at
    )
    clients.note_hand_over(roster=roster, by=DEMO, at=at)
    clients.note_absence(user=helper, starts_at=at + AWAY_IN, ends_at=at + AWAY_IN + AWAY_FOR, by=DEMO, at=at)
    console = notify.add_channel(
        name="Output of the worker", kind="console", address="stdout", allow_private=False, by=DEMO, at=at
    )
    rule = {"client": None, "website": None, "by": DEMO, "at": at}
    watch.add_alert_rule(who=Who.MANAGER, events=OUTAGE, **rule)
    watch.add_alert_rule(who=Who.DEPUTY, events=OUTAGE, after_minutes=10, **rule)
    watch.add_alert_rule(who=Who.ON_CALL, roster=roster, channel=console, events=OUTAGE, repeat_minutes=15, **rule)
    watch.add_alert_rule(
        who=Who.ON_CALL,
        roster=roster,
        events=[Event.DEGRADED.value, Event.WARNING.value, Event.UP.value],
        after_minutes=30,
        quiet_from=time(22),
        quiet_until=time(7),
        **rule,
    )
