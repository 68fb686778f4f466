"""Jobs of accounts."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from mainstay.access import actions
from mainstay.access.models import User
from mainstay.common.facts import Process
from mainstay.common.jobs import periodic, task


@task(queue="mail")
def recover_password(*, email: str, key: str, at: datetime) -> None:
    """Answer a request for a new password."""
    actions.recover_password(email=email, key=key, at=at)


@task(queue="mail")
def answer_registration(*, email: str, key: str, at: datetime) -> None:
    """Answer somebody who wants to register."""
    actions.answer_registration(email=email, key=key, at=at)


@task(queue="mail")
def mail_sign_in_code(*, email: str, question: str, at: datetime) -> None:
    """Answer somebody who wants to sign in by a mailed code."""
    actions.mail_sign_in_code(email=email, question=question, at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def forget_sign_ins(at: datetime) -> None:
    """Delete sessions and codes that have run out."""
    actions.forget_sign_ins(at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def forget_registrations(at: datetime) -> None:
    """Delete addresses that nobody made an account with."""
    actions.forget_registrations(at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def find_sleeping(at: datetime) -> None:
    """Close accounts that nobody uses, and tell those whose turn comes within a fortnight."""
    days = settings.MAINSTAY.sleeping_days
    if days:
        actions.close_sleeping(after_days=days, by=Process("sleeping-accounts"), at=at)
        actions.warn_sleeping(after_days=days, at=at)


def copy_for(*, user: User, at: datetime) -> None:
    """Let a person have a copy of what is kept about them. Raises as `actions.ask_copy`."""
    with transaction.atomic():
        make_copy.enqueue(copy_id=actions.ask_copy(user=user, at=at).pk)


@task(queue="bulk")
def make_copy(*, copy_id: int, at: datetime) -> None:
    """Make the copy that a person asked for."""
    actions.make_copy(copy_id=copy_id, at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def keep_retention(at: datetime) -> None:
    """Delete what is personal when its time is over; how much is on record."""
    actions.end_old_copies(at=at)
    if days := settings.MAINSTAY.trail_days:
        actions.erase_traces(after_days=days, by=Process("retention"), at=at)
    if days := settings.MAINSTAY.people_days:
        actions.erase_left(after_days=days, by=Process("retention"), at=at)
