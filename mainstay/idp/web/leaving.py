"""Whoever signs out of Mainstay is signed out of what they entered by it."""

from typing import Any

from django.utils import timezone

from mainstay.access.models import User
from mainstay.idp import actions


def signed_out(user: User | None = None, **_more: Any) -> None:
    """Hear of somebody who signed out, or was signed out since their access has ended."""
    if user is not None:
        actions.put_out(user=user, why="signed_out", by=user, at=timezone.now())
