"""Telling people, and what became of it."""

from dataclasses import dataclass, replace

import pytest
from django.contrib.auth import get_user_model

from mainstay.common.jobs import run_due
from mainstay.common.mail import Letter, OutgoingMail
from mainstay.common.notify import Notification, NotificationState, tell

pytestmark = pytest.mark.django_db
LETTER = Letter("The website is down", "Since 10:42.")


@dataclass
class Contact:
    """Somebody without an account."""

    email: str
    is_active: bool = True


@pytest.fixture
def ada():
    return get_user_model().objects.create_user("ada@example.org", name="Ada Moss")


def test_person_is_told_by_mail_and_the_notification_says_so(ada, now):
    told = tell(ada, LETTER, key="outage:7", at=now)
    assert (told.person, told.address, told.state) == (ada, "ada@example.org", NotificationState.ON_ITS_WAY)
    assert told.mail.headers["Auto-Submitted"] == "auto-generated"
    run_due(now)
    told.refresh_from_db()
    assert (told.state, told.delivered_at) == (NotificationState.DELIVERED, now)


def test_each_person_is_told_once_for_each_key(ada, now):
    first = tell(ada, LETTER, key="outage:7", at=now)
    assert tell(ada, LETTER, key="outage:7", at=now) == first
    tell(Contact("bob@example.org"), LETTER, key="outage:7", at=now)
    tell(ada, LETTER, key="outage:8", at=now)
    assert OutgoingMail.objects.count() == 3


def test_contact_without_an_account_is_told_too(now):
    told = tell(Contact("Bob@example.org"), LETTER, key="outage:7", at=now)
    assert (told.person, told.address) == (None, "bob@example.org")


def test_suspended_person_is_told_nothing_and_that_is_visible(ada, now):
    ada.is_active = False
    told = tell(ada, LETTER, key="outage:7", at=now)
    assert (told.state, told.mail) == (NotificationState.WITHHELD, None)
    assert not OutgoingMail.objects.exists()


def test_failed_delivery_is_visible_with_its_reason(ada, now, smtp_sink, settings):
    settings.MAINSTAY = replace(settings.MAINSTAY, mail_url=smtp_sink.url)
    smtp_sink.refuse_with = "550 no such mailbox"
    told = tell(ada, LETTER, key="outage:7", at=now)
    run_due(now)
    told.refresh_from_db()
    assert (told.state, told.error) == (NotificationState.FAILED, "550 no such mailbox")


def test_rolled_back_transaction_tells_nobody(ada, now, interrupt):
    interrupt(lambda: tell(ada, LETTER, key="outage:7", at=now))
    assert not Notification.objects.exists()
    assert not OutgoingMail.objects.exists()
