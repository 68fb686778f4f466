"""Saying one thing on one channel, once, and trying again until it is decided."""

from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import F

from mainstay.common import sealed
from mainstay.common.backoff import Backoff
from mainstay.common.jobs import GiveUp, TryLater, task
from mainstay.common.models.channel import Channel
from mainstay.common.models.notification import Notification, NotificationState
from mainstay.common.notify.channels import KINDS, AddressWrong, Message, NotTaken

TRIES = 5
BACKOFF = Backoff(first=timedelta(seconds=10), longest=timedelta(minutes=5))
"""Five tries take about two and a half minutes."""

TITLE_MAX = 500
ERROR_MAX = 500
PAUSED = "the channel is paused"


@transaction.atomic
def say(way: Channel, message: Message, *, key: str, at: datetime, client: Any = None) -> Notification:
    """Say `message` on `way`, once for each `key`, in the caller's transaction. Saying it again returns the first."""
    notification, is_new = Notification.objects.get_or_create(
        key=key,
        channel=way.kind,
        address=f"channel:{way.pk}",
        defaults={
            "way": way,
            "client": client,
            "told_at": at,
            "state": NotificationState.ON_ITS_WAY,
            "title": message.title[:TITLE_MAX],
            "text": message.text,
        },
    )
    if is_new:
        deliver_message.using(run_after=at).enqueue(notification_id=notification.pk)
    return notification


@task(queue="notify", max_attempts=TRIES * 3, backoff=BACKOFF)
def deliver_message(notification_id: int, at: datetime) -> None:
    """Hand one message over; what failed for now is tried again by the job's own waits."""
    deliver(notification_id, at)


def deliver(notification_id: int, at: datetime) -> None:
    """Hand the message `notification_id` to its channel, unless that is decided.

    The try is counted before the other side is spoken to. When the process dies between their yes and our note of it,
    the message is said again.

    Raises:
        TryLater: not now; it stays on its way.
        GiveUp: never, or `TRIES` were in vain; it is `failed` and keeps the reason.
    """
    waiting = Notification.objects.filter(pk=notification_id, state=NotificationState.ON_ITS_WAY, way__isnull=False)
    if not waiting.update(attempts=F("attempts") + 1):
        return
    notification = waiting.select_related("way").get()
    way = notification.way
    assert way is not None  # noqa: S101 - asked for above
    try:
        if way.is_paused:
            raise AddressWrong(PAUSED)
        message = Message(notification.title, notification.text)
        KINDS[way.kind].send(sealed.unseal(way.address), message, allow_private=way.allow_private)
    except (AddressWrong, sealed.CannotBeOpened) as problem:
        _give_up(notification, problem, at)
    except NotTaken as problem:
        _keep_trying(notification, problem, at)
    else:
        _arrived(notification, at)


def _keep_trying(notification: Notification, problem: Exception, at: datetime) -> NoReturn:
    if notification.attempts >= TRIES:
        _give_up(notification, problem, at)
    error = str(problem)[:ERROR_MAX]
    Notification.objects.filter(pk=notification.pk).update(error=error)
    Channel.objects.filter(pk=notification.way_id).update(failed_at=at, error=error)
    raise TryLater(error) from problem


@transaction.atomic
def _arrived(notification: Notification, at: datetime) -> None:
    Notification.objects.filter(pk=notification.pk).update(state=NotificationState.DELIVERED, delivered_at=at, error="")
    Channel.objects.filter(pk=notification.way_id).update(delivered_at=at)


def _give_up(notification: Notification, problem: Exception, at: datetime) -> NoReturn:
    error = str(problem)[:ERROR_MAX]
    with transaction.atomic():
        Notification.objects.filter(pk=notification.pk).update(state=NotificationState.FAILED, error=error)
        Channel.objects.filter(pk=notification.way_id).update(failed_at=at, error=error)
    raise GiveUp(error) from problem
