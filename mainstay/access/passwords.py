"""What a password must be: long, and not one that everybody tries. Nothing about its characters, and no expiry."""

import re

from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mainstay.access.models import User

LENGTH_ALONE = 15
LENGTH_WITH_SECOND_FACTOR = 8
LENGTH_MAX = 256
BLOCKED_WORDS = (
    "password", "passwort", "passphrase", "mainstay", "letmein", "iloveyou", "welcome", "qwertyuiop", "qwertzuiop",
    "qwerty", "azerty", "asdfghjkl", "administrator", "admin", "monkey", "dragon", "football", "sunshine", "princess",
    "superman", "trustno1", "changeme", "secret", "website", "support", "correcthorsebatterystaple",
)  # fmt: skip
RUNS = ("0123456789" * 3, "9876543210" * 3, "abcdefghijklmnopqrstuvwxyz" * 2)
DISTINCT_MIN = 5
LEFT_MIN = 6
"""How many characters must be left once every guessable part is taken out."""


class LongEnough:
    """At least 15 characters, or 8 for somebody who signs in with a second factor too."""

    def validate(self, password: str, user: User | None = None) -> None:
        least = _least(user)
        if len(password) < least:
            raise ValidationError(
                _("Use at least %(count)d characters. A few words in a row are fine.") % {"count": least}
            )
        if len(password) > LENGTH_MAX:
            raise ValidationError(_("Use at most %(count)d characters.") % {"count": LENGTH_MAX})

    def get_help_text(self) -> str:
        return str(_("At least 15 characters. A few words in a row are easy to remember."))


class NotGuessable:
    """Not a word from every list, its owner's own name, a run of keys, or one of those padded or repeated."""

    def validate(self, password: str, user: User | None = None) -> None:
        if is_guessable(password, own_words(user)):
            raise ValidationError(_("This password is easy to guess. Choose words that do not belong together."))

    def get_help_text(self) -> str:
        return _("Not your name, and nothing that many people use.")


def is_guessable(password: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether little is left of `password` without blocked words, `own` words, runs of keys and repetition."""
    plain = password.casefold()
    if len(set(plain)) < DISTINCT_MIN:
        return True
    left = _without_repetition(plain)
    for word in sorted({*BLOCKED_WORDS, *own}, key=len, reverse=True):
        left = left.replace(word, "")
    return len(_without_runs(left)) < min(LEFT_MIN, len(password))


def own_words(user: User | None) -> frozenset[str]:
    """The words of a person's name and address that make a poor password."""
    if user is None:
        return frozenset()
    return frozenset(word for word in re.split(r"\W+", f"{user.name} {user.email}".casefold()) if len(word) > 3)


def _least(user: User | None) -> int:
    with_second_factor = user is not None and user.pk is not None and is_mfa_enabled(user)
    return LENGTH_WITH_SECOND_FACTOR if with_second_factor else LENGTH_ALONE


def _without_repetition(text: str) -> str:
    """The part that `text` repeats, when it is one part over and over; `text` itself otherwise."""
    found = re.fullmatch(r"(.{1,12}?)\1+(.*)", text)
    if found and found[1].startswith(found[2]):
        return found[1]
    return text


def _without_runs(text: str) -> str:
    """`text` without neighbours of the alphabet or the digits, of four and more."""
    for run in RUNS:
        for length in range(min(len(text), 12), 3, -1):
            for start in range(len(run) - length + 1):
                text = text.replace(run[start : start + length], "")
    return text
