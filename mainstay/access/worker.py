"""Jobs of accounts."""

from datetime import datetime, timedelta

from mainstay.access import actions
from mainstay.common.jobs import periodic, task


@task(queue="mail")
def recover_password(*, email: str, key: str, at: datetime) -> None:
    """Answer a request for a new password."""
    actions.recover_password(email=email, key=key, at=at)


@task(queue="mail")
def answer_registration(*, email: str, key: str, at: datetime) -> None:
    """Answer somebody who wants to register."""
    actions.answer_registration(email=email, key=key, at=at)


@periodic(every=timedelta(days=1), queue="bulk")
def forget_registrations(at: datetime) -> None:
    """Delete addresses that nobody made an account with."""
    actions.forget_registrations(at=at)
