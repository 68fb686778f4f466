"""Rows of organisations, what is agreed with them, and who is on call for them."""

from mainstay.clients.models.access_review import AccessReview, AccessReviewLine
from mainstay.clients.models.agreement import Agreement
from mainstay.clients.models.asking import AccessRequest, ClientDomain
from mainstay.clients.models.assignment import Assignment
from mainstay.clients.models.contact import Contact
from mainstay.clients.models.departure import Departure
from mainstay.clients.models.draft import AgreementDraft, AgreementOffer
from mainstay.clients.models.identity import ProviderConnection, ProviderLink, ProvisioningToken
from mainstay.clients.models.note import ClientNote, ClientNoteVersion
from mainstay.clients.models.organisation import Organisation
from mainstay.clients.models.review import ServiceReview
from mainstay.clients.models.rights import AdministratorGrant, WebsiteRole
from mainstay.clients.models.roster import Roster, Rotation
from mainstay.clients.models.series import SkippedWindow, WindowSeries
from mainstay.clients.models.shift import Absence, Shift
from mainstay.clients.models.website import Environment, Website
from mainstay.clients.models.window import MaintenanceWindow

__all__ = [
    "Absence",
    "AccessRequest",
    "AccessReview",
    "AccessReviewLine",
    "AdministratorGrant",
    "Agreement",
    "AgreementDraft",
    "AgreementOffer",
    "Assignment",
    "ClientDomain",
    "ClientNote",
    "ClientNoteVersion",
    "Contact",
    "Departure",
    "Environment",
    "MaintenanceWindow",
    "Organisation",
    "ProviderConnection",
    "ProviderLink",
    "ProvisioningToken",
    "Roster",
    "Rotation",
    "ServiceReview",
    "Shift",
    "SkippedWindow",
    "Website",
    "WebsiteRole",
    "WindowSeries",
]
