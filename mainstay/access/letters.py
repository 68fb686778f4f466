"""Mails about accounts: one function a mail."""

from datetime import date, timedelta
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from mainstay.access.models import RoleGrant, User
from mainstay.access.rules import in_one_line
from mainstay.common.mail import Letter


def invitation(user: User, to_what: str, link: str, valid: timedelta) -> Letter:
    """To somebody invited who has no password yet."""
    return Letter(
        subject=in_one_line(f"Your access to {to_what}"),
        text=(
            f"Hello {user.name},\n\n"
            f"an account was made for you at {to_what}. Choose a password to open it:\n\n"
            f"{link}\n\n"
            f"The link works once, for {valid.days} days. After that, ask for a new one.\n"
        ),
    )


def access_given(user: User, to_what: str) -> Letter:
    """To somebody who has an account and is given access to one more client."""
    return Letter(
        subject=in_one_line(f"Your access to {to_what}"),
        text=(
            f"Hello {user.name},\n\n"
            f"you now have access to {to_what}. Sign in with the password you have:\n\n"
            f"{address_of('account_login')}\n"
        ),
    )


def registration(link: str) -> Letter:
    """To an address that somebody registered with: nothing is known of who that was, so it says no name."""
    return Letter(
        subject="Finish your registration",
        text=(
            "Hello,\n\n"
            "somebody, probably you, wants to make an account with this address. Go on here:\n\n"
            f"{link}\n\n"
            "The link works once, for one hour. If it was not you, ignore this mail: no account is made.\n"
        ),
    )


def registered_already(user: User) -> Letter:
    """To the owner of an account whose address somebody registered with once more."""
    return Letter(
        subject="You have an account already",
        text=(
            f"Hello {user.name},\n\n"
            "somebody, probably you, wanted to make an account with this address. There is one already. Sign in:\n\n"
            f"{address_of('account_login')}\n\n"
            "If you do not know the password, or never chose one, set a new one:\n\n"
            f"{address_of('account_reset_password')}\n\n"
            "If it was not you, ignore this mail: your account stays as it is.\n"
        ),
    )


def falls_asleep(user: User, closes_on: date) -> Letter:
    """To somebody who has not been there for long: signing in keeps the account open."""
    return Letter(
        subject="Your account will be closed unless you sign in",
        text=(
            f"Hello {user.name},\n\n"
            "you have not signed in for a long time. Accounts that nobody uses are closed: "
            f"yours on {closes_on:%-d %B %Y}. If you still need it, sign in once:\n\n"
            f"{address_of('account_login')}\n\n"
            "If you do not, there is nothing to do.\n"
        ),
    )


def second_needed(grant: RoleGrant, name: str) -> Letter:
    """To an administrator: another one wants somebody to be one too, which takes two."""
    return Letter(
        subject=in_one_line(f"Is {grant.user.name} to be an administrator?"),
        text=(
            f"Hello {name},\n\n"
            f"{grant.asked_by.name} wants {grant.user.name} ({grant.user.email}) to be an administrator of Mainstay, "
            "who may do everything. A second person has to confirm that within a week:\n\n"
            f"{address_of('console-staff')}\n\n"
            "If you do not know of it, refuse it there, and ask.\n"
        ),
    )


def recovery(user: User, link: str) -> Letter:
    """The way back in for somebody who forgot the password."""
    return Letter(
        subject="Set a new password",
        text=(
            f"Hello {user.name},\n\n"
            "somebody, probably you, asked for a new password for your account. Set it here:\n\n"
            f"{link}\n\n"
            "The link works once, for one hour. If you did not ask, ignore this mail: your password stays as it is.\n"
        ),
    )


def recovery_link(key: str) -> str:
    """The page that sets a new password with `key`."""
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return settings.MAINSTAY.url.rstrip("/") + path.replace("UID-KEY", quote(key))


def address_of(name: str, *args: str) -> str:
    """The full address of a page, from the configured public one: never from a request's Host."""
    return settings.MAINSTAY.url.rstrip("/") + reverse(name, args=args)
