"""What can be done at the desk. All keyword-only, each in one transaction, with its fact."""

from mainstay.desk.actions.bulk import carry_on_bulk, change_many, undo_many
from mainstay.desk.actions.conversation import add_event, add_message, note, reply
from mainstay.desk.actions.ending import close, resolve
from mainstay.desk.actions.errors import (
    AnswerNeeded,
    BulkRefused,
    CannotCorrect,
    CannotEscalate,
    CannotImport,
    CannotLink,
    CannotMerge,
    CannotSplit,
    CannotUndo,
    ChangedSince,
    HoldRefused,
    NothingHeld,
    NothingToAccept,
    NotInFuture,
    NotLookedAt,
    NotParked,
    ReasonNeeded,
    TicketIsOver,
    WrongClient,
)
from mainstay.desk.actions.escalating import accept, ask, escalate, put_off
from mainstay.desk.actions.following import plan_follow_up, tick_off
from mainstay.desk.actions.handing_out import HandedOut, hand_out
from mainstay.desk.actions.handling import assign, categorise, move, set_priority
from mainstay.desk.actions.holding import agree_hold, end_hold, lapse_hold
from mainstay.desk.actions.importing import import_contacts, import_ticket, taken_already
from mainstay.desk.actions.indexing import index_some
from mainstay.desk.actions.intake import claim_mail, postpone, receive, take_in
from mainstay.desk.actions.keeping import (
    be_present,
    drop_draft,
    keep_draft,
    link,
    spend_time,
    tag,
    unlink,
    unwatch,
    watch,
)
from mainstay.desk.actions.merging import merge, settle_due, settle_merge, split, undo_merge
from mainstay.desk.actions.moving import Taking, ask_import, begin_import, discard_import, look_into, place_of
from mainstay.desk.actions.opening import Origin, open_ticket
from mainstay.desk.actions.parked import dismiss, open_parked
from mainstay.desk.actions.recomputing import (
    ask_recomputation,
    confirm_recomputation,
    correct_result,
    corrected_result,
    drop_recomputation,
    look_through,
    recompute_turn,
)
from mainstay.desk.actions.releasing import release
from mainstay.desk.actions.snoozing import bring_back, snooze
from mainstay.desk.actions.telling import tell_watchers
from mainstay.desk.actions.undoing import begin_undo, touched_tickets, undo_turn
from mainstay.desk.actions.views import drop_view, save_view
from mainstay.desk.actions.waiting import reopen, resume, wait_for_client

__all__ = [
    "AnswerNeeded",
    "BulkRefused",
    "CannotCorrect",
    "CannotEscalate",
    "CannotImport",
    "CannotLink",
    "CannotMerge",
    "CannotSplit",
    "CannotUndo",
    "ChangedSince",
    "HandedOut",
    "HoldRefused",
    "NotInFuture",
    "NotLookedAt",
    "NotParked",
    "NothingHeld",
    "NothingToAccept",
    "Origin",
    "ReasonNeeded",
    "Taking",
    "TicketIsOver",
    "WrongClient",
    "accept",
    "add_event",
    "add_message",
    "agree_hold",
    "ask",
    "ask_import",
    "ask_recomputation",
    "assign",
    "be_present",
    "begin_import",
    "begin_undo",
    "bring_back",
    "carry_on_bulk",
    "categorise",
    "change_many",
    "claim_mail",
    "close",
    "confirm_recomputation",
    "correct_result",
    "corrected_result",
    "discard_import",
    "dismiss",
    "drop_draft",
    "drop_recomputation",
    "drop_view",
    "end_hold",
    "escalate",
    "hand_out",
    "import_contacts",
    "import_ticket",
    "index_some",
    "keep_draft",
    "lapse_hold",
    "link",
    "look_into",
    "look_through",
    "merge",
    "move",
    "note",
    "open_parked",
    "open_ticket",
    "place_of",
    "plan_follow_up",
    "postpone",
    "put_off",
    "receive",
    "recompute_turn",
    "release",
    "reopen",
    "reply",
    "resolve",
    "resume",
    "save_view",
    "set_priority",
    "settle_due",
    "settle_merge",
    "snooze",
    "spend_time",
    "split",
    "tag",
    "take_in",
    "taken_already",
    "tell_watchers",
    "tick_off",
    "touched_tickets",
    "undo_many",
    "undo_merge",
    "undo_turn",
    "unlink",
    "unwatch",
    "wait_for_client",
    "watch",
]
