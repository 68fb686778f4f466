"""What relying parties are told of people, in plain words."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

SAID = {
    "openid": _("a number that stands for you"),
    "profile": _("your name, your language and time zone, and what you may do there"),
    "email": _("your e-mail address"),
    "roles": _("what you may do there"),
}
"""By what was asked for."""


def told_of(scopes: Collection[str]) -> list[str]:
    """Which of the scopes to say in words; what another one says already is left out."""
    left_out = {"openid", "roles"} if "profile" in scopes else {"openid"}
    return [each for each in SAID if each in scopes and each not in left_out]
