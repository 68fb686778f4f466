"""Rows of people's accounts."""

from mainstay.access.models.grant import RoleGrant
from mainstay.access.models.invitation import Invitation
from mainstay.access.models.registration import Registration
from mainstay.access.models.token import ApiToken
from mainstay.access.models.user import User

__all__ = ["ApiToken", "Invitation", "Registration", "RoleGrant", "User"]
