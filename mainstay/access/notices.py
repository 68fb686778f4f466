"""Mails that tell people what happened to the way they sign in: in their language, with when, from what and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mainstay.access.devices import in_words
from mainstay.access.letters import address_of
from mainstay.access.models import User
from mainstay.common import mail
from mainstay.common.mail import Letter
from mainstay.kit import dates


@dataclass(frozen=True)
class Words:
    """What a notice is headed with, and what it says happened; both are translated when they are used."""

    subject: str
    what: str


KINDS: Mapping[str, Words] = {
    "password": Words(
        gettext_lazy("Your password was changed"), gettext_lazy("The password of your account was changed.")
    ),
    "app_added": Words(
        gettext_lazy("Two-step sign-in is on"),
        gettext_lazy("An authenticator app was added to your account; its codes are asked for from now on."),
    ),
    "app_removed": Words(
        gettext_lazy("An authenticator app was removed"),
        gettext_lazy("The authenticator app was removed from your account; its codes open nothing any more."),
    ),
    "passkey_added": Words(
        gettext_lazy("A passkey was added"), gettext_lazy("A passkey was added to your account; it opens it alone.")
    ),
    "passkey_removed": Words(
        gettext_lazy("A passkey was removed"), gettext_lazy("A passkey of your account was removed.")
    ),
    "codes_made": Words(
        gettext_lazy("New recovery codes"),
        gettext_lazy("New recovery codes were made; the ones before stopped working."),
    ),
    "code_used": Words(
        gettext_lazy("A recovery code was used"),
        gettext_lazy("Somebody signed in to your account with a recovery code."),
    ),
    "token_made": Words(
        gettext_lazy("A token was made"), gettext_lazy("A token with which a program acts in your name was made.")
    ),
    "token_revoked": Words(
        gettext_lazy("A token was revoked"),
        gettext_lazy("A token with which a program acted in your name was revoked."),
    ),
    "new_device": Words(
        gettext_lazy("You signed in with a new device"),
        gettext_lazy("Your account was opened with a browser that was not used for it before."),
    ),
    "factors_reset": Words(
        gettext_lazy("Your second factor was reset"),
        gettext_lazy(
            "Passkeys, authenticator app and recovery codes were removed from your account with the mailed link."
        ),
    ),
}


@dataclass(frozen=True)
class Seen:
    """From where something was done: the browser's own header, and the network address; both may be unknown."""

    agent: str = ""
    address: str = ""


def post(user: User, kind: str, *, seen: Seen | None = None, key: str = "", at: datetime) -> None:
    """Post the notice `kind` to its person. `key` names what happened, so that it is told once."""
    letter = notice(user, kind, seen=seen or Seen(), at=at)
    mail.post(letter, to=user.email, key=f"notice:{kind}:{key or uuid4().hex}", at=at, automatic=True)


def notice(user: User, kind: str, *, seen: Seen, at: datetime) -> Letter:
    """The letter that tells of a change at `at`."""
    words = KINDS[kind]
    with language_of(user):
        link = address_of("account-sessions") if kind == "new_device" else address_of("account_reset_password")
        return Letter(
            subject=str(words.subject),
            text="\n\n".join((
                _("Hello %(name)s,") % {"name": user.name},
                f"{words.what}\n{_where(user, seen, at)}",
                _("If this was you, there is nothing to do."),
                _("If it was not you, set a new password at once, which signs everybody else out, and tell us:"),
                address_of("account_reset_password"),
                *([_("The devices that are signed in: %(link)s") % {"link": link}] if kind == "new_device" else []),
            )) + "\n",
        )  # fmt: skip


def sign_in_code(user: User, code: str, minutes: int) -> Letter:
    """The code with which somebody signs in."""
    with language_of(user):
        return Letter(
            subject=_("Your code to sign in"),
            text="\n\n".join((
                _("Hello %(name)s,") % {"name": user.name},
                _("with this code you sign in, in the window in which you asked for it:"),
                code,
                _("It works once, for %(minutes)d minutes. Nobody of ours will ever ask you for it.") % {
                    "minutes": minutes
                },
                _("If you did not ask for it, ignore this mail: the code opens nothing for anybody else."),
            )) + "\n",
        )  # fmt: skip


def factor_reset(user: User, starter: str, link: str) -> Letter:
    """The link with which somebody who lost the second factor gets rid of it."""
    with language_of(user):
        return Letter(
            subject=_("Sign in without your lost device"),
            text="\n\n".join((
                _("Hello %(name)s,") % {"name": user.name},
                _("%(starter)s started this for you, since you can no longer use your passkey or authenticator app.")
                % {"starter": starter},
                _("With this link and your password you remove them; then you sign in and set up new ones:"),
                link,
                _("The link works once, for one hour. If you did not ask for this, do not use it, and tell us."),
            )) + "\n",
        )  # fmt: skip


def language_of(user: User) -> translation.override:
    """The language that letters to `user` are in, until the block ends."""
    return translation.override(user.language or settings.LANGUAGE_CODE)


def _where(user: User, seen: Seen, at: datetime) -> str:
    """`4 March 2026, 10:30 (Europe/London) · Firefox, Windows · 192.0.2.1`."""
    local = at.astimezone(user.zone)
    when = f"{dates.day(local)}, {local:%H:%M} ({user.time_zone})"
    return " · ".join(part for part in (when, in_words(seen.agent), seen.address) if part)
