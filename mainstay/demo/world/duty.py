"""The demo's duties and alerts: who is at the desk and on call, who is away, and rules that say who is told."""

from datetime import datetime, time, timedelta

from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.clients.facts import Duty, Reason
from mainstay.clients.models import Roster
from mainstay.common import notify
from mainstay.demo.world.people import DEMO
from mainstay.watch import actions as watch
from mainstay.watch.alert_facts import Event, Who

OUTAGE = [Event.DOWN.value, Event.UP.value]
SATURDAY = 5
AWAY_IN = timedelta(days=9)
AWAY_FOR = timedelta(days=2)


def open_desk(helper: User, at: datetime) -> Roster:
    """Somebody is at the desk from the beginning on."""
    desk = clients.make_roster(name="Desk", time_zone="Europe/London", duty=Duty.DESK, by=DEMO, at=at)
    monday = at.date() - timedelta(days=at.weekday())
    clients.set_rotation(roster=desk, people=[helper], first_on=monday, hand_over_at=time(9), weeks=1, by=DEMO, at=at)
    return desk


def share_desk(engineer: User, helper: User, manager: User, at: datetime) -> None:
    """Two people share the days of this week and the next; an account manager is away until tomorrow."""
    desk = Roster.objects.get(name="Desk")
    monday = at.date() - timedelta(days=at.weekday())
    days = [monday + timedelta(days=each) for each in range(12) if each % 7 < SATURDAY]
    halves = ((helper, time(9), time(13)), (engineer, time(13), time(17, 30)))
    for user, from_time, until_time in halves:
        clients.fill_days(roster=desk, user=user, days=days, from_time=from_time, until_time=until_time, by=DEMO, at=at)
    until = at + timedelta(days=1)
    clients.note_absence(user=manager, starts_at=at, ends_at=until, reason=Reason.HOLIDAY, by=DEMO, at=at)


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
