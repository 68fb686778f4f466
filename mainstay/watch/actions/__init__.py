"""What changes the watch's records."""

from mainstay.watch.actions.acknowledging import OutageNotOpen, acknowledge
from mainstay.watch.actions.alert_cases import doubt_began, doubt_ended, notice_monitors
from mainstay.watch.actions.alert_rules import RuleRetired, add_alert_rule, change_alert_rule, retire_alert_rule
from mainstay.watch.actions.alerting import send_alerts
from mainstay.watch.actions.beats import TokenGone, hear, renew_token
from mainstay.watch.actions.bringing import Brought, PlaceUnknown, Plan, Row, bring_in, drafts_of, plan, spots
from mainstay.watch.actions.kinds import opened
from mainstay.watch.actions.latencies import count_hour, take_in_latencies
from mainstay.watch.actions.monitors import (
    MonitorRefused,
    add_monitor,
    change_monitor,
    leave_alone,
    pause,
    resume,
    retire,
)
from mainstay.watch.actions.raising import raise_alerts
from mainstay.watch.actions.silence import listen, note_silence
from mainstay.watch.actions.spells import take_in_spell, take_in_spells
from mainstay.watch.actions.taking import BATCH_MAX, BatchTooLarge, take_in
from mainstay.watch.actions.tending import begin_watch, end_watch, prune_checks, roll_up_hours, show_life

__all__ = [
    "BATCH_MAX",
    "BatchTooLarge",
    "Brought",
    "MonitorRefused",
    "OutageNotOpen",
    "PlaceUnknown",
    "Plan",
    "Row",
    "RuleRetired",
    "TokenGone",
    "acknowledge",
    "add_alert_rule",
    "add_monitor",
    "begin_watch",
    "bring_in",
    "change_alert_rule",
    "change_monitor",
    "count_hour",
    "doubt_began",
    "doubt_ended",
    "drafts_of",
    "end_watch",
    "hear",
    "leave_alone",
    "listen",
    "note_silence",
    "notice_monitors",
    "opened",
    "pause",
    "plan",
    "prune_checks",
    "raise_alerts",
    "renew_token",
    "resume",
    "retire",
    "retire_alert_rule",
    "roll_up_hours",
    "send_alerts",
    "show_life",
    "spots",
    "take_in",
    "take_in_latencies",
    "take_in_spell",
    "take_in_spells",
]
