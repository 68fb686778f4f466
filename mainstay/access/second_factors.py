"""Who has a second factor, and who must have one: areas above say so of their people.

second_factors.register(administrators_must)      administrators_must(user, at) -> bool
"""

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.models import Authenticator

from mainstay.access.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts; recovery codes are for the day it is lost."""

_rules: list[Callable[[User, datetime], bool]] = []


def register(rule: Callable[[User, datetime], bool]) -> None:
    """Ask `rule` too, of everybody who is no member of staff; once, however often it is registered."""
    if rule not in _rules:
        _rules.append(rule)


def must_have(user: User, at: datetime) -> bool:
    """Whether `user` must have a second factor at `at`: the agency's own people always, others as their terms say."""
    return user.is_staff_member or any(rule(user, at) for rule in _rules)


def has_one(user: User) -> bool:
    """Whether `user` has a second factor."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def is_missing(user: User, at: datetime) -> bool:
    """Whether `user` must have a second factor and has none."""
    return not has_one(user) and must_have(user, at)
