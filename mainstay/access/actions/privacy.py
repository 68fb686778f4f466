"""A copy for the person; erasure of somebody who left. Facts stay: they hold numbers, and traces lose the rest."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, TextField
from django.db.models.functions import Cast, Coalesce

from mainstay.access.actions.portraits import remove_portrait
from mainstay.access.facts import CopyAsked, CopyTaken, PersonErased, TracesErased
from mainstay.access.models import (
    ApiToken,
    BrowserSession,
    FactorReset,
    Invitation,
    KnownDevice,
    Registration,
    SignInCode,
    User,
)
from mainstay.common import facts, files, privacy, trail
from mainstay.common.models import Consent, FactRecord, Notification, OutgoingMail, PersonalCopy, Trace

KEPT = timedelta(days=7)
NAMELESS = "Erased person"
FACTS_MAX = 10_000
AT_ONCE = 200
OF_ACCOUNT = (
    ApiToken, Authenticator, BrowserSession, EmailAddress, FactorReset, Invitation, KnownDevice, SignInCode
)  # fmt: skip
"""Rows that are the person's alone: addresses, browsers and keys, which nothing else names."""


class CopyUnderway(ValueError):
    """The person asked already, and has not taken the copy."""


class StillThere(ValueError):
    """Somebody who can sign in is shown out first."""


@transaction.atomic
def ask_copy(*, user: User, at: datetime) -> PersonalCopy:
    """Ask for a copy of what is kept about oneself; a job makes it (`worker.copy_for`).

    Raises:
        CopyUnderway: there is one that was not taken.
    """
    try:
        with transaction.atomic():
            found = PersonalCopy.objects.create(person=user, asked_at=at)
    except IntegrityError as problem:
        raise CopyUnderway("You asked for a copy already.") from problem
    facts.record(CopyAsked(user_id=user.pk), by=user, at=at)
    return found


@transaction.atomic
def make_copy(*, copy_id: int, at: datetime) -> PersonalCopy | None:
    """Gather what every area keeps about the person into an archive of JSON; nothing where it ended meanwhile."""
    found = PersonalCopy.objects.select_for_update().filter(pk=copy_id, made_at=None, ended_at=None).first()
    if found is None:
        return None
    content = _packed(privacy.told(found.person))
    name = f"mainstay-{found.asked_at:%Y-%m-%d}.zip"
    found.file = files.store(content, media_type="application/zip", at=at, file_name=name)
    found.made_at = at
    found.save(update_fields=["file", "made_at"])
    return found


@transaction.atomic
def take_copy(*, user: User, at: datetime) -> bytes | None:
    """The copy, once: afterwards it is gone. None where there is none."""
    found = PersonalCopy.objects.select_for_update(of=("self",)).filter(person=user, ended_at=None).first()
    if found is None or found.file is None:
        return None
    content = files.read(found.file)
    _end(found, at)
    facts.record(CopyTaken(user_id=user.pk), by=user, at=at)
    return content


@transaction.atomic
def end_old_copies(*, at: datetime) -> int:
    """Delete copies that nobody took within a week; how many."""
    old = PersonalCopy.objects.filter(ended_at=None).filter(Q(made_at__lt=at - KEPT) | Q(asked_at__lt=at - 2 * KEPT))
    found = list(old.select_related("file")[:AT_ONCE])
    for each in found:
        _end(each, at)
    return len(found)


@transaction.atomic
def erase_person(*, user: User, by: User | facts.Process, at: datetime) -> int:
    """Take away what is personal of somebody who left: name, addresses, telephone, picture, whence they came.

    What they wrote in tickets stays, with nobody's name: it is the client's. How many rows of other areas changed.

    Raises:
        StillThere: the person can sign in.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_active:
        raise StillThere(f"{locked} can still sign in: show the person out first.")
    remove_portrait(user=locked)
    for rows in OF_ACCOUNT:
        rows.objects.filter(user=locked).delete()
    Registration.objects.filter(email=locked.email).delete()
    _erase_letters(locked)
    Notification.objects.filter(person=locked).delete()
    Consent.objects.filter(person=locked).delete()
    for each in PersonalCopy.objects.filter(person=locked, ended_at=None):
        _end(each, at)
    rows_changed = privacy.forgotten(locked, NAMELESS)
    _erase_traces(locked, at)
    locked.name, locked.email, locked.phone, locked.language = NAMELESS, locked.address_when_erased, "", ""
    locked.set_unusable_password()
    locked.save(update_fields=["name", "email", "phone", "language", "password"])
    facts.record(PersonErased(user_id=locked.pk, rows=rows_changed), by=by, at=at)
    _erase_traces(locked, at)  # that of this change says what was there before
    return rows_changed


def erase_left(*, after_days: int, by: facts.Process, at: datetime) -> int:
    """Erase people who left so many days ago and belong nowhere; how many, a bounded number at a time."""
    erased = FactRecord.objects.filter(kind=PersonErased.kind, subject__startswith="user:")
    gone = {int(each.removeprefix("user:")) for each in erased.values_list("subject", flat=True)}
    belongs = User.contacts.rel.related_model.objects.filter(user=OuterRef("pk"), is_active=True)
    left = User.objects.annotate(left_at=Coalesce(F("closed_at"), F("asleep_at"))).filter(
        ~Exists(belongs), is_active=False, left_at__lt=at - timedelta(days=after_days)
    )
    found = list(left.exclude(pk__in=gone).order_by("pk")[:AT_ONCE])
    for user in found:
        erase_person(user=user, by=by, at=at)
    return len(found)


@transaction.atomic
def erase_traces(*, after_days: int, by: facts.Process, at: datetime) -> int:
    """Delete network addresses and values before and after from the record when they are older; how many."""
    count = trail.erase_older(at - timedelta(days=after_days), at=at)
    if count:
        facts.record(TracesErased(count=count, days=after_days), by=by, at=at)
    return count


def told_account(user: User) -> list[dict[str, Any]]:
    """The account itself."""
    account = {name: getattr(user, name) for name in ("name", "email", "phone", "time_zone", "language", "agency_role")}
    return [{**account, "created_at": user.created_at, "last_sign_in": user.last_login}]


def told_tokens(user: User) -> list[dict[str, Any]]:
    return list(user.api_tokens.values("name", "prefix", "created_at", "expires_at", "last_used_at"))


def told_consents(user: User) -> list[dict[str, Any]]:
    return list(user.consents.values("purpose", "wording", "language", "given_at"))


def told_record(user: User) -> list[dict[str, Any]]:
    """What is on record of the person, with where it came from where it was they who did it."""
    found = FactRecord.objects.filter(Q(by=user) | Q(subject=f"user:{user.pk}")).select_related("trace")
    return [_line(each, user) for each in found.order_by("-id")[:FACTS_MAX]]


def _line(fact: FactRecord, user: User) -> dict[str, Any]:
    trace = getattr(fact, "trace", None)
    return {"at": fact.at, "what": fact.kind, "from": trace.address if trace and fact.by_id == user.pk else ""}


def _packed(parts: dict[str, list[dict[str, Any]]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, rows in parts.items():
            archive.writestr(f"{part}.json", json.dumps(rows, indent=1, ensure_ascii=False, default=str))
    return packed.getvalue()


def _end(found: PersonalCopy, at: datetime) -> None:
    stored, found.file, found.ended_at = found.file, None, at
    found.save(update_fields=["file", "ended_at"])
    if stored is not None:
        files.remove(stored)


def _erase_letters(user: User) -> None:
    """Of letters about the account, that one was sent stays. Those about tickets are the client's."""
    theirs = OutgoingMail.objects.filter(recipient=user.email, client__isnull=True)
    theirs.update(recipient=user.address_when_erased, subject="", text="", html="", headers={}, last_error="")


def _erase_traces(user: User, at: datetime) -> None:
    """Of what the person did, and of what was changed about them: addresses and values go, commitments stay."""
    rows = [f"access.user:{user.pk}", *(f"clients.contact:{pk}" for pk in user.contacts.values_list("pk", flat=True))]
    told = Q(fact__by=user) | Q(fact__subject=f"user:{user.pk}")
    for each in rows:
        told |= Q(said__contains=f'"{each}"')
    kept = Trace.objects.filter(erased_at__isnull=True).annotate(said=Cast("changes", TextField()))
    found = list(kept.filter(told).values_list("pk", flat=True))
    Trace.objects.filter(pk__in=found, erased_at__isnull=True).update(
        address="", session="", token_id=None, changes=[], salt="", erased_at=at
    )
