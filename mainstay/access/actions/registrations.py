"""People who register themselves: the address is shown to be theirs first, and then an account is made."""

from datetime import datetime, timedelta

from django.db import transaction

from mainstay.access import arrivals, letters, queries
from mainstay.access.actions.accounts import UserExists, change_profile, create_user, restore
from mainstay.access.actions.passwords import set_password
from mainstay.access.facts import UserRegistered
from mainstay.access.keys import digest_of, new_key
from mainstay.access.models import Registration, User
from mainstay.common import facts, mail
from mainstay.common.facts import Process
from mainstay.common.models import Consent

VALID = timedelta(hours=1)
KEPT = timedelta(days=30)
REGISTRATION = Process("registration")


class RegistrationOver(ValueError):
    """The link was used, has run out, or somebody has an account with the address meanwhile."""


@transaction.atomic
def answer_registration(*, email: str, key: str, at: datetime) -> Registration | None:
    """Mail a link with which the owner of `email` makes an account; to somebody who has one, the way back in.

    Runs as a job, so that asking takes as long for a known address as for an unknown one. Somebody suspended is told
    nothing; whoever left, and belongs nowhere, registers like a stranger. The letter repeats nothing that was typed,
    and `key` names the request: the same one posts one mail.
    """
    address = email.strip().lower()
    known = User.objects.filter(email=address).first()
    if known is not None and not queries.may_register_anew(known):
        if known.is_active:
            mail.post(letters.registered_already(known), to=address, key=f"registration:{key}", at=at)
        return None
    Registration.objects.filter(email=address, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    secret = new_key()
    registration = Registration.objects.create(
        email=address, digest=digest_of(secret), created_at=at, expires_at=at + VALID
    )
    link = letters.address_of("registration", secret)
    mail.post(letters.registration(link), to=address, key=f"registration:{key}", at=at)
    return registration


@transaction.atomic
def register(
    *,
    registration: Registration,
    name: str,
    password: str,
    time_zone: str = "",
    language: str = "",
    agreed_to: str = "",
    at: datetime,
) -> User:
    """Make the account. Its person sees nothing of any client until access is given. `agreed_to` is kept as
    it was read.

    Raises:
        RegistrationOver: the link opens nothing any more.
    """
    unused = Registration.objects.filter(pk=registration.pk, used_at__isnull=True, expires_at__gt=at)
    if not unused.update(used_at=at):
        raise RegistrationOver("This link was used before or has run out. Register once more to get a new one.")
    known = User.objects.select_for_update().filter(email=registration.email).first()
    if known is not None:
        user = _opened_again(known, name, password, at)
    else:
        user = _made(registration.email, name, password, time_zone, at)
    if language:
        user.language = language
        user.save(update_fields=["language"])
    if agreed_to:
        Consent.objects.create(person=user, purpose="registration", wording=agreed_to, language=language, given_at=at)
    facts.record(UserRegistered(user_id=user.pk), by=user, at=at)
    arrivals.welcome(user, at)
    return user


def _made(email: str, name: str, password: str, time_zone: str, at: datetime) -> User:
    given = {"time_zone": time_zone} if time_zone else {}
    try:
        return create_user(email=email, name=name, password=password, by=REGISTRATION, at=at, **given)
    except UserExists as problem:
        raise RegistrationOver("There is an account for this address by now. Sign in with it.") from problem


def _opened_again(user: User, name: str, password: str, at: datetime) -> User:
    """The account of somebody who left and belongs nowhere; it holds no right."""
    if not queries.may_register_anew(user):
        raise RegistrationOver("There is an account for this address by now. Sign in with it.")
    restore(user=user, by=REGISTRATION, at=at)
    change_profile(user=user, name=name)
    set_password(user=user, password=password, how="recovered", at=at)
    return user


@transaction.atomic
def forget_registrations(*, at: datetime) -> int:
    """Delete what is left of links that opened nothing for a month; how many there were."""
    return Registration.objects.filter(expires_at__lt=at - KEPT).delete()[0]
