"""What changes the watch's records."""

from mainstay.watch.actions.acknowledging import OutageNotOpen, acknowledge
from mainstay.watch.actions.adding import NewMonitor, add_website
from mainstay.watch.actions.alert_cases import doubt_began, doubt_ended, notice_monitors
from mainstay.watch.actions.alert_rules import RuleRetired, add_alert_rule, change_alert_rule, retire_alert_rule
from mainstay.watch.actions.alerting import send_alerts
from mainstay.watch.actions.attributing import AttributionRefused, attribute
from mainstay.watch.actions.beats import TokenGone, hear, renew_token
from mainstay.watch.actions.bringing import (
    Brought,
    PlaceUnknown,
    Plan,
    Row,
    as_drafts,
    bring_in,
    drafts_of,
    plan,
    spots,
)
from mainstay.watch.actions.bulk import BulkRefused, carry_on, confirm_bulk, plan_bulk, prune_bulk_edits, undo_bulk
from mainstay.watch.actions.closing import close_books
from mainstay.watch.actions.dependencies import (
    DependencyRefused,
    add_dependency,
    change_dependency,
    place_behind,
    take_away,
)
from mainstay.watch.actions.evidence import prune_evidence, write_evidence
from mainstay.watch.actions.excluding import (
    ExclusionRefused,
    ask_exclusion,
    grant_exclusion,
    refuse_exclusion,
    take_exclusion_back,
)
from mainstay.watch.actions.kinds import opened
from mainstay.watch.actions.latencies import count_hour, take_in_latencies
from mainstay.watch.actions.monitors import (
    MonitorRefused,
    add_monitor,
    change_monitor,
    leave_alone,
    look_now,
    pause,
    restore,
    resume,
    retire,
)
from mainstay.watch.actions.other_rule import judge_by_other_rule
from mainstay.watch.actions.past import PastPlan, PastRefused, bring_past, plan_past
from mainstay.watch.actions.putting_right import CorrectionRefused, move_outage, state_outage, take_outage_back
from mainstay.watch.actions.raising import raise_alerts
from mainstay.watch.actions.receiving import (
    NoLongerOurs,
    Reached,
    Step,
    Unbelieved,
    move_on,
    open_cursors,
    set_aside,
    without_doubles,
)
from mainstay.watch.actions.rejudging import judge_late
from mainstay.watch.actions.remote_probers import (
    ProberRefused,
    Sign,
    add_prober,
    note_lives,
    note_waiting,
    prune_set_aside,
    withdraw_prober,
)
from mainstay.watch.actions.silence import listen, note_silence
from mainstay.watch.actions.spells import take_in_spell, take_in_spells
from mainstay.watch.actions.taking import BATCH_MAX, BatchTooLarge, take_in
from mainstay.watch.actions.tending import begin_watch, end_watch, prune_checks, roll_up_hours, show_life

__all__ = [
    "BATCH_MAX",
    "AttributionRefused",
    "BatchTooLarge",
    "Brought",
    "BulkRefused",
    "CorrectionRefused",
    "DependencyRefused",
    "ExclusionRefused",
    "MonitorRefused",
    "NewMonitor",
    "NoLongerOurs",
    "OutageNotOpen",
    "PastPlan",
    "PastRefused",
    "PlaceUnknown",
    "Plan",
    "ProberRefused",
    "Reached",
    "Row",
    "RuleRetired",
    "Sign",
    "Step",
    "TokenGone",
    "Unbelieved",
    "acknowledge",
    "add_alert_rule",
    "add_dependency",
    "add_monitor",
    "add_prober",
    "add_website",
    "as_drafts",
    "ask_exclusion",
    "attribute",
    "begin_watch",
    "bring_in",
    "bring_past",
    "carry_on",
    "change_alert_rule",
    "change_dependency",
    "change_monitor",
    "close_books",
    "confirm_bulk",
    "count_hour",
    "doubt_began",
    "doubt_ended",
    "drafts_of",
    "end_watch",
    "grant_exclusion",
    "hear",
    "judge_by_other_rule",
    "judge_late",
    "leave_alone",
    "listen",
    "look_now",
    "move_on",
    "move_outage",
    "note_lives",
    "note_silence",
    "note_waiting",
    "notice_monitors",
    "open_cursors",
    "opened",
    "pause",
    "place_behind",
    "plan",
    "plan_bulk",
    "plan_past",
    "prune_bulk_edits",
    "prune_checks",
    "prune_evidence",
    "prune_set_aside",
    "raise_alerts",
    "refuse_exclusion",
    "renew_token",
    "restore",
    "resume",
    "retire",
    "retire_alert_rule",
    "roll_up_hours",
    "send_alerts",
    "set_aside",
    "show_life",
    "spots",
    "state_outage",
    "take_away",
    "take_exclusion_back",
    "take_in",
    "take_in_latencies",
    "take_in_spell",
    "take_in_spells",
    "take_outage_back",
    "undo_bulk",
    "withdraw_prober",
    "without_doubles",
    "write_evidence",
]
