"""What changes the watch's records."""

from mainstay.watch.actions.acknowledging import OutageNotOpen, acknowledge
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
    "BatchTooLarge",
    "Brought",
    "MonitorRefused",
    "NoLongerOurs",
    "OutageNotOpen",
    "PlaceUnknown",
    "Plan",
    "ProberRefused",
    "Reached",
    "Row",
    "Sign",
    "Step",
    "TokenGone",
    "Unbelieved",
    "acknowledge",
    "add_monitor",
    "add_prober",
    "begin_watch",
    "bring_in",
    "change_monitor",
    "count_hour",
    "drafts_of",
    "end_watch",
    "hear",
    "leave_alone",
    "listen",
    "move_on",
    "note_lives",
    "note_silence",
    "note_waiting",
    "open_cursors",
    "opened",
    "pause",
    "plan",
    "prune_checks",
    "prune_set_aside",
    "renew_token",
    "resume",
    "retire",
    "roll_up_hours",
    "set_aside",
    "show_life",
    "spots",
    "take_in",
    "take_in_latencies",
    "take_in_spell",
    "take_in_spells",
    "withdraw_prober",
    "without_doubles",
]
