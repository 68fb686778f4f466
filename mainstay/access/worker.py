"""Jobs of accounts."""

from datetime import datetime, timedelta

from django.conf import settings

from mainstay.access import actions
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
