"""Sending posted letters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mainstay.common import facts
from mainstay.common.backoff import Backoff
from mainstay.common.jobs import GiveUp, TryLater, task
from mainstay.common.mail.letter import LetterRefused, address
from mainstay.common.mail.mime import message_of
from mainstay.common.mail.transports import MailUrlWrong, PermanentFailure, TemporaryFailure, transport_for
from mainstay.common.models.notification import Notification, NotificationState
from mainstay.common.models.outgoing_mail import MailState, OutgoingMail

ATTEMPTS = 30
BACKOFF = Backoff(first=timedelta(seconds=15), longest=timedelta(hours=2))
"""Thirty tries take about two days."""
ERROR_LIMIT = 2000
POST = facts.Process("mail")


@dataclass(frozen=True, kw_only=True)
class LetterFailed:
    """A letter was given up: it was refused for good, or all tries were in vain."""

    kind: ClassVar[str] = "common.letter_failed"
    mail_id: int

    @property
    def subject(self) -> str:
        return f"letter:{self.mail_id}"


class MailNotFailed(Exception):
    """Only a letter that failed can be sent again."""


@task(queue="mail", max_attempts=ATTEMPTS * 3, backoff=BACKOFF)
def deliver_mail(mail_id: int, at: datetime) -> None:
    """Send one letter; what failed for now is tried again by the job's own waits."""
    deliver(mail_id, at)


def deliver(mail_id: int, at: datetime | None = None) -> None:
    """Send the letter `mail_id`, unless it is sent or has failed for good.

    The try is counted before the server is spoken to. When the process dies between the server's yes and our
    note of it, the letter goes out again under the same Message-ID.

    Raises:
        TryLater: not now; it stays queued.
        GiveUp: never; the letter is `failed` and keeps the reason.
    """
    at = at or timezone.now()
    queued = OutgoingMail.objects.filter(pk=mail_id, state=MailState.QUEUED)
    if not queued.update(attempts=F("attempts") + 1):
        return
    mail = queued.get()
    try:
        _send(mail)
    except (PermanentFailure, LetterRefused) as problem:
        _give_up(mail, problem, at)
    except (TemporaryFailure, MailUrlWrong) as problem:
        _keep_queued(mail, problem, at)
        raise TryLater(str(problem)) from problem
    else:
        _settle(mail, at, state=MailState.SENT, sent_at=at, last_error="")


@transaction.atomic
def send_again(*, mail: OutgoingMail, at: datetime) -> None:
    """Queue a failed letter once more, with all its tries.

    Raises:
        MailNotFailed: it is queued or sent.
    """
    failed = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.FAILED)
    if not failed.update(state=MailState.QUEUED, attempts=0):
        raise MailNotFailed(str(mail))
    Notification.objects.filter(mail=mail).update(state=NotificationState.ON_ITS_WAY, error="")
    deliver_mail.using(run_after=at).enqueue(mail_id=mail.pk)


def _send(mail: OutgoingMail) -> None:
    transport_for(settings.MAINSTAY.mail_url).send(
        message_of(mail),
        mail_from=address("From", mail.sender).addr_spec,
        rcpt_to=address("To", mail.recipient).addr_spec,
    )


def _keep_queued(mail: OutgoingMail, problem: Exception, at: datetime) -> None:
    if mail.attempts >= ATTEMPTS:
        _give_up(mail, problem, at)
    OutgoingMail.objects.filter(pk=mail.pk).update(last_error=str(problem)[:ERROR_LIMIT])


def _give_up(mail: OutgoingMail, problem: Exception, at: datetime) -> NoReturn:
    with transaction.atomic():
        _settle(mail, at, state=MailState.FAILED, last_error=str(problem)[:ERROR_LIMIT])
        facts.record(LetterFailed(mail_id=mail.pk), by=POST, at=at, client=mail.client)
    raise GiveUp(str(problem)) from problem


@transaction.atomic
def _settle(mail: OutgoingMail, at: datetime, **values: Any) -> None:
    """Note what became of the letter, and of the notification that it carries."""
    OutgoingMail.objects.filter(pk=mail.pk).update(**values)
    sent = values["state"] == MailState.SENT
    Notification.objects.filter(mail=mail).update(
        state=NotificationState.DELIVERED if sent else NotificationState.FAILED,
        delivered_at=at if sent else None,
        error=values["last_error"],
    )
