"""Rows of organisations and what is agreed with them."""

from mainstay.clients.models.agreement import Agreement
from mainstay.clients.models.assignment import Assignment
from mainstay.clients.models.contact import Contact
from mainstay.clients.models.organisation import Organisation
from mainstay.clients.models.review import ServiceReview
from mainstay.clients.models.series import SkippedWindow, WindowSeries
from mainstay.clients.models.website import Environment, Website
from mainstay.clients.models.window import MaintenanceWindow

__all__ = [
    "Agreement",
    "Assignment",
    "Contact",
    "Environment",
    "MaintenanceWindow",
    "Organisation",
    "ServiceReview",
    "SkippedWindow",
    "Website",
    "WindowSeries",
]
