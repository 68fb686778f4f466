"""Channels: every kind keeps its promises, and what cannot be sent is tried again until it is decided."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mainstay.common import notify
from mainstay.common.facts import FactRecord, Process
from mainstay.common.jobs import Job, run_due
from mainstay.common.notify import KINDS, TRIES, AddressWrong, Channel, Message, NotificationState, NotTaken, say
from mainstay.common.sealed import is_sealed
from tests.common.receivers import Receiver
from tests.mailbox import Mailbox, free_port

TESTS = Process("tests")
MESSAGE = Message("Down: Shop since 08:01", "Shop is down.\nTake it on: https://care.example/")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def add(address: str, now: datetime, *, kind: str = "apprise", allow_private: bool = True) -> Channel:
    return notify.add_channel(name="Team", kind=kind, address=address, allow_private=allow_private, by=TESTS, at=now)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_conforms(kind, receiver, smtp_sink: Mailbox, settings, capsys) -> None:
    settings.MAINSTAY = replace(settings.MAINSTAY, mail_url=smtp_sink.url)
    address = {"mail": "on-call@agency.example", "apprise": receiver.url, "console": "stdout"}[kind.key]
    kind.check(address, allow_private=True)
    kind.send(address, MESSAGE, allow_private=True)
    heard = (
        str(receiver.heard) + capsys.readouterr().out + "".join(each.message.as_string() for each in smtp_sink.arrivals)
    )
    assert MESSAGE.title in heard
    assert "Shop is down." in heard
    assert KINDS[kind.key] is kind
    assert kind.label
    assert kind.help_text


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("mail", "nobody"),
        ("mail", "a@x.example, b@x.example"),
        ("apprise", "nonsense"),
        ("apprise", "https://"),
        ("apprise", "pigeon://loft"),
    ],
)
def test_an_address_that_is_none_is_refused(kind: str, address: str) -> None:
    with pytest.raises(AddressWrong):
        KINDS[kind].check(address, allow_private=True)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "2130706433",
        "[::1]",
        "[::ffff:7f00:1]",
        "192.168.0.7:8080",
        "169.254.169.254",
    ],
)
def test_what_leads_into_a_private_network_is_refused(host: str) -> None:
    with pytest.raises(AddressWrong, match="Nothing is sent there"):
        KINDS["apprise"].check(f"json://{host}/alerts", allow_private=False)


def test_a_cloud_s_own_services_are_refused_whatever_is_allowed() -> None:
    with pytest.raises(AddressWrong, match="cloud"):
        KINDS["apprise"].check("json://169.254.169.254/latest", allow_private=True)


def test_the_mail_server_of_an_address_is_looked_at_too() -> None:
    with pytest.raises(AddressWrong):
        KINDS["apprise"].check("mailto://user:word@example.org?smtp=10.0.0.1", allow_private=False)


def test_a_redirect_is_not_followed(receiver) -> None:
    receiver.status = 302
    with pytest.raises(NotTaken):
        KINDS["apprise"].send(receiver.url, MESSAGE, allow_private=True)
    assert len(receiver.heard) == 1


def test_an_optional_service_that_fails_has_failed() -> None:
    with pytest.raises(NotTaken):
        KINDS["apprise"].send(f"json://127.0.0.1:{free_port()}/?optional=yes", MESSAGE, allow_private=True)


@pytest.mark.django_db
def test_a_message_really_arrives(now, receiver) -> None:
    channel = add(receiver.url, now)
    told = say(channel, MESSAGE, key="alert:1", at=now)
    assert say(channel, MESSAGE, key="alert:1", at=now) == told
    run_due(now)
    told.refresh_from_db()
    channel.refresh_from_db()
    (heard,) = receiver.heard
    assert (heard["title"], heard["message"].splitlines()[0]) == (MESSAGE.title, "Shop is down.")
    assert (told.state, told.attempts, channel.delivered_at, channel.fails) == (
        NotificationState.DELIVERED,
        1,
        now,
        False,
    )


@pytest.mark.django_db
def test_a_dead_receiver_is_tried_again_and_then_given_up(now) -> None:
    channel = add(f"json://127.0.0.1:{free_port()}/", now)
    told = say(channel, MESSAGE, key="alert:1", at=now)
    tries = []
    for second in range(0, 400, 10):
        run_due(now + timedelta(seconds=second), queue="notify")
        told.refresh_from_db()
        tries.append(told.attempts)
    channel.refresh_from_db()
    assert (told.state, told.attempts) == (NotificationState.FAILED, TRIES)
    assert tries[1] < TRIES, "the tries are spread over time"
    assert told.error == "the service could not be reached"
    assert channel.fails


@pytest.mark.django_db
def test_a_refusal_is_told_by_its_status_and_never_with_the_secret(now, receiver) -> None:
    receiver.status = 500
    channel = add(receiver.url.replace("alerts", "a-secret-token"), now)
    told = say(channel, MESSAGE, key="alert:1", at=now)
    run_due(now, queue="notify")
    told.refresh_from_db()
    assert told.error == "the service refused it (500)"
    assert is_sealed(channel.address)
    assert "a-secret-token" not in "".join(Job.objects.values_list("last_error", flat=True))
    assert "a-secret-token" not in str(list(FactRecord.objects.values_list("body", flat=True)))


@pytest.mark.django_db
def test_a_paused_channel_says_nothing(now, receiver) -> None:
    channel = add(receiver.url, now)
    notify.pause_channel(channel=channel, by=TESTS, at=now)
    told = say(channel, MESSAGE, key="alert:1", at=now)
    run_due(now, queue="notify")
    told.refresh_from_db()
    assert (told.state, told.error, receiver.heard) == (NotificationState.FAILED, "the channel is paused", [])


@pytest.mark.django_db
def test_a_refused_address_is_not_kept(now) -> None:
    with pytest.raises(AddressWrong):
        add("json://127.0.0.1/", now, allow_private=False)
    assert not Channel.objects.exists()


@pytest.mark.django_db
def test_a_rolled_back_transaction_says_nothing(now, receiver, interrupt) -> None:
    channel = add(receiver.url, now)
    interrupt(lambda: say(channel, MESSAGE, key="alert:1", at=now))
    run_due(now)
    assert receiver.heard == []
