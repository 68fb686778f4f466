"""Rows of people's accounts."""

from mainstay.access.models.grant import RoleGrant
from mainstay.access.models.invitation import Invitation
from mainstay.access.models.registration import Registration
from mainstay.access.models.session import BrowserSession, FactorReset, KnownDevice, SignInCode
from mainstay.access.models.token import ApiToken
from mainstay.access.models.user import User

__all__ = [
    "ApiToken",
    "BrowserSession",
    "FactorReset",
    "Invitation",
    "KnownDevice",
    "Registration",
    "RoleGrant",
    "SignInCode",
    "User",
]
