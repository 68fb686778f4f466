"""Signing in by a mailed code, the devices that people sign in with, and ending what is open elsewhere."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from mainstay.access import notices, sessions
from mainstay.access.facts import DeviceAppeared, SessionsEnded
from mainstay.access.keys import digest_of
from mainstay.access.models import BrowserSession, KnownDevice, SignInCode, User
from mainstay.access.models.session import AGENT_MAX
from mainstay.access.notices import Seen
from mainstay.common import facts, mail

CODE_VALID = timedelta(minutes=10)
CODE_TRIES = 5
CODE_DIGITS = 8
DEVICES_KEPT = timedelta(days=400)


@transaction.atomic
def mail_sign_in_code(*, email: str, question: str, at: datetime) -> bool:
    """Mail the owner of `email` a code that answers `question`; nothing when nobody may sign in with the address.

    Runs as a job, so that asking takes as long for an unknown address as for a known one. The same question is
    answered once.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or not user.is_in_at(at) or SignInCode.objects.filter(question=digest_of(question)).exists():
        return False
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    SignInCode.objects.filter(user=user, used_at__isnull=True, expires_at__gt=at).update(used_at=at)
    SignInCode.objects.create(
        user=user, question=digest_of(question), digest=_digest(question, code), created_at=at,
        expires_at=at + CODE_VALID,
    )  # fmt: skip
    letter = notices.sign_in_code(user, f"{code[:4]} {code[4:]}", CODE_VALID.seconds // 60)
    mail.post(letter, to=user.email, key=f"code:{digest_of(question)[:40]}", at=at)
    return True


@transaction.atomic
def use_sign_in_code(*, question: str, code: str, at: datetime) -> User | None:
    """Whose account `code` opens in the browser that asked `question`; once, and after five wrong ones never.

    The same statements run whether or not the question was about an account.
    """
    open_ones = SignInCode.objects.filter(question=digest_of(question), used_at__isnull=True, expires_at__gt=at)
    may_try = open_ones.filter(tries__lt=CODE_TRIES).update(tries=F("tries") + 1)
    found = open_ones.select_related("user").first()
    is_right = hmac.compare_digest(found.digest if found else "", _digest(question, "".join(code.split())))
    if found is None or not may_try or not is_right or not open_ones.filter(pk=found.pk).update(used_at=at):
        return None
    return found.user


@transaction.atomic
def note_device(*, user: User, key: str, seen: Seen, at: datetime) -> bool:
    """Remember with what somebody signed in; whether it is new to an account that has been opened before.

    Then its owner is told. `key` is the secret that the browser keeps in a cookie.
    """
    agent = seen.agent[:AGENT_MAX]
    if KnownDevice.objects.filter(user=user, digest=digest_of(key)).update(last_at=at, agent=agent):
        return False
    is_first = not KnownDevice.objects.filter(user=user).exists()
    device, is_made = KnownDevice.objects.get_or_create(
        user=user, digest=digest_of(key), defaults={"agent": agent, "first_at": at, "last_at": at}
    )
    if is_first or not is_made:
        return False
    facts.record(DeviceAppeared(user_id=user.pk, device_id=device.pk), by=user, at=at)
    notices.post(user, "new_device", seen=seen, key=str(device.pk), at=at)
    return True


@transaction.atomic
def end_session(*, session: BrowserSession, by: User, at: datetime) -> None:
    """Sign one device of somebody out, with its next request. Safe to repeat."""
    if BrowserSession.objects.filter(pk=session.pk).delete()[0]:
        facts.record(SessionsEnded(user_id=by.pk, count=1), by=by, at=at)


@transaction.atomic
def end_other_sessions(*, user: User, session: str | None, at: datetime) -> int:
    """Sign somebody out everywhere but where the session is called `session`; how many were open."""
    count = sessions.end_sessions_of(user.pk, at, but=session)
    if count:
        facts.record(SessionsEnded(user_id=user.pk, count=count), by=user, at=at)
    return count


@transaction.atomic
def forget_sign_ins(*, at: datetime) -> int:
    """Delete codes and sessions that have run out, and devices that were not seen for long; how many of all."""
    codes = SignInCode.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]
    devices = KnownDevice.objects.filter(last_at__lt=at - DEVICES_KEPT).delete()[0]
    return codes + devices + sessions.forget_ended(at)


def _digest(question: str, code: str) -> str:
    """The hash of a code together with the question's key, which is random and long: the code alone is not."""
    return digest_of(f"{question}:{code}")
