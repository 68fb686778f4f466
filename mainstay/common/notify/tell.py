"""Telling one person one thing, once."""

from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.db import transaction

from mainstay.common.mail import Letter, post
from mainstay.common.models.notification import Notification, NotificationState

MAIL = "mail"


class Person(Protocol):
    """Somebody with an address: an `access.User`, or a client's contact who has no account."""

    @property
    def email(self) -> str: ...


@transaction.atomic
def tell(person: Person, letter: Letter, *, key: str, at: datetime, client: Any = None) -> Notification:
    """Tell `person` what `letter` says, once for each `key`, in the caller's transaction.

    Somebody who is suspended is told nothing; the notification says so. Telling again returns the first.

    Raises:
        LetterRefused: the person's address is none.
    """
    is_active = getattr(person, "is_active", True)
    notification, is_new = Notification.objects.get_or_create(
        key=key,
        channel=MAIL,
        address=person.email.lower(),
        defaults={
            "person": person if isinstance(person, get_user_model()) else getattr(person, "user", None),
            "client": client,
            "told_at": at,
            "state": NotificationState.ON_ITS_WAY if is_active else NotificationState.WITHHELD,
        },
    )
    if is_new and is_active:
        _by_mail(notification, letter)
    return notification


def _by_mail(notification: Notification, letter: Letter) -> None:
    notification.mail = post(
        letter,
        to=notification.address,
        key=f"told:{notification.pk}",
        at=notification.told_at,
        client=notification.client,
        automatic=True,
    )
    notification.save(update_fields=["mail"])
