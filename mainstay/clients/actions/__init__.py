"""Everything that changes a client: keyword-only, one transaction each, the fact recorded inside."""

from mainstay.clients.actions.agreements import AgreementRefused, sign_agreement
from mainstay.clients.actions.contacts import (
    AlreadyContact,
    InvitationRefused,
    add_contact,
    change_contact,
    invite_contact,
)
from mainstay.clients.actions.organisations import AgencyExists, create_agency, create_client, edit_client
from mainstay.clients.actions.people import NotStaff, name_account_manager, release_person
from mainstay.clients.actions.reviews import arrange_review, hold_review, plan_reviews
from mainstay.clients.actions.series import SeriesOver, change_series, end_series, plan_series, skip_window
from mainstay.clients.actions.websites import create_website, edit_website, set_availability_rule
from mainstay.clients.actions.windows import WindowOver, add_window, cancel_window

__all__ = [
    "AgencyExists",
    "AgreementRefused",
    "AlreadyContact",
    "InvitationRefused",
    "NotStaff",
    "SeriesOver",
    "WindowOver",
    "add_contact",
    "add_window",
    "arrange_review",
    "cancel_window",
    "change_contact",
    "change_series",
    "create_agency",
    "create_client",
    "create_website",
    "edit_client",
    "edit_website",
    "end_series",
    "hold_review",
    "invite_contact",
    "name_account_manager",
    "plan_reviews",
    "plan_series",
    "release_person",
    "set_availability_rule",
    "sign_agreement",
    "skip_window",
]
