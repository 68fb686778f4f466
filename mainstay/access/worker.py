"""Jobs of accounts."""

from datetime import datetime

from mainstay.access import actions
from mainstay.common.jobs import task


@task(queue="mail")
def recover_password(*, email: str, key: str, at: datetime) -> None:
    """Answer a request for a new password."""
    actions.recover_password(email=email, key=key, at=at)
