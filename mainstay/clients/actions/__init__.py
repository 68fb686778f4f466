"""Everything that changes a client: keyword-only, one transaction each, the fact recorded inside."""

from mainstay.clients.actions.affording import WindowUnaffordable
from mainstay.clients.actions.agreements import AgreementRefused, sign_agreement
from mainstay.clients.actions.contacts import (
    AlreadyContact,
    InvitationRefused,
    add_contact,
    change_contact,
    invite_contact,
)
from mainstay.clients.actions.drafts import DraftClosed, begin_draft, drop_draft, edit_draft
from mainstay.clients.actions.notes import NoteChanged, remove_note, rewrite_note, write_note
from mainstay.clients.actions.offers import (
    NobodyToSign,
    OfferOver,
    SignerUnnamed,
    recall_offer,
    refuse_offer,
    send_draft,
    sign_offer,
)
from mainstay.clients.actions.organisations import AgencyExists, create_agency, create_client, edit_client
from mainstay.clients.actions.people import NotStaff, name_account_manager, release_person
from mainstay.clients.actions.reviews import arrange_review, hold_review, plan_reviews
from mainstay.clients.actions.rosters import (
    DutyOver,
    NobodyToTake,
    PersonAway,
    cut_absence,
    cut_shift,
    end_rotation,
    make_roster,
    note_absence,
    note_hand_over,
    plan_shift,
    set_rotation,
    take_over,
)
from mainstay.clients.actions.series import SeriesOver, change_series, end_series, plan_series, skip_window
from mainstay.clients.actions.websites import create_website, edit_website, set_availability_rule
from mainstay.clients.actions.weeks import Planned, TooManyShifts, copy_week, fill_days
from mainstay.clients.actions.windows import WindowOver, add_window, cancel_window

__all__ = [
    "AgencyExists",
    "AgreementRefused",
    "AlreadyContact",
    "DraftClosed",
    "DutyOver",
    "InvitationRefused",
    "NobodyToSign",
    "NobodyToTake",
    "NotStaff",
    "NoteChanged",
    "OfferOver",
    "PersonAway",
    "Planned",
    "SeriesOver",
    "SignerUnnamed",
    "TooManyShifts",
    "WindowOver",
    "WindowUnaffordable",
    "add_contact",
    "add_window",
    "arrange_review",
    "begin_draft",
    "cancel_window",
    "change_contact",
    "change_series",
    "copy_week",
    "create_agency",
    "create_client",
    "create_website",
    "cut_absence",
    "cut_shift",
    "drop_draft",
    "edit_client",
    "edit_draft",
    "edit_website",
    "end_rotation",
    "end_series",
    "fill_days",
    "hold_review",
    "invite_contact",
    "make_roster",
    "name_account_manager",
    "note_absence",
    "note_hand_over",
    "plan_reviews",
    "plan_series",
    "plan_shift",
    "recall_offer",
    "refuse_offer",
    "release_person",
    "remove_note",
    "rewrite_note",
    "send_draft",
    "set_availability_rule",
    "set_rotation",
    "sign_agreement",
    "sign_offer",
    "skip_window",
    "take_over",
    "write_note",
]
