"""Alerts that do not arrive: tried again, raised on another channel, by mail, to administrators; lost at the end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from mainstay.common.facts import FactRecord
from mainstay.common.jobs import run_due
from mainstay.common.mail import MailState, OutgoingMail
from mainstay.common.models import Notification
from mainstay.common.notify import NotificationState
from mainstay.config.doctor import running
from mainstay.watch import actions, letters
from mainstay.watch.models import Alert, Outage
from mainstay.watch.queries.alerts import LATE_AFTER, alerts_of
from tests.cast import Cast
from tests.common.receivers import Receiver
from tests.mailbox import free_port
from tests.watch.alerts import alert_rule, console_channel
from tests.watch.world import MINUTE, START, open_outage

pytestmark = pytest.mark.django_db

AT = START + 3 * MINUTE + timedelta(seconds=2)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


@pytest.fixture
def outage(cast: Cast) -> Outage:
    return open_outage(cast.a.websites.get())


def work(until: timedelta, *, step: timedelta = timedelta(seconds=30)) -> None:
    """Do what `mainstay work` does from `AT` on: alerts, messages, and raising what did not arrive."""
    at = AT
    while at <= AT + until:
        actions.send_alerts(at=at)
        run_due(at, queue="notify")
        actions.raise_alerts(at=at)
        at += step


def dead() -> str:
    return f"json://127.0.0.1:{free_port()}/"


def team(address: str, name: str = "Team"):
    return console_channel(name, kind="apprise", address=address, allow_private=True)


def test_a_dead_channel_is_tried_again_and_then_another_is_used(cast: Cast, outage: Outage, receiver: Receiver) -> None:
    alert_rule(None, who="channel", channel=team(dead()), other_channel=team(receiver.url, "Spare"))
    work(timedelta(minutes=5))

    first, second = alerts_of(outage)
    assert (first.notification.state, first.notification.attempts) == (NotificationState.FAILED, 5)
    assert (second.raised_from, second.way.name) == (first, "Spare")
    assert second.sent_at - first.sent_at < timedelta(minutes=5)
    (heard,) = receiver.heard
    assert heard["title"] == f"Down: {outage.website.name} since 08:01"
    assert heard["message"].startswith("This could not be sent to Team, so it comes to you.")
    assert [each.kind for each in FactRecord.objects.filter(kind__startswith="watch.alert_").order_by("id")] == [
        "watch.alert_rule_kept",
        "watch.alert_sent",
        "watch.alert_failed",
        "watch.alert_raised",
    ]


def test_without_another_channel_the_person_gets_a_mail(cast: Cast, outage: Outage) -> None:
    alert_rule(None, who="person", person=cast.helper, channel=team(dead()))
    work(timedelta(minutes=5))
    (letter,) = OutgoingMail.objects.all()
    assert letter.recipient == cast.helper.email
    assert "This could not be sent to Team" in letter.text


def test_without_a_person_every_administrator_gets_a_mail(cast: Cast, outage: Outage) -> None:
    alert_rule(None, who="channel", channel=team(dead()))
    work(timedelta(minutes=5))
    assert [each.recipient for each in OutgoingMail.objects.all()] == [cast.administrator.email]


def test_when_both_channels_are_dead_administrators_are_the_last(cast: Cast, outage: Outage) -> None:
    alert_rule(None, who="channel", channel=team(dead()), other_channel=team(dead(), "Spare"))
    work(timedelta(minutes=10))
    assert [each.to for each in alerts_of(outage)] == ["Team", "Spare", cast.administrator.name]
    assert not Alert.objects.filter(is_lost=True).exists()


def test_the_outage_s_page_tells_of_every_stage(cast: Cast, outage: Outage, client) -> None:
    """A channel, the other channel, the person's mail, the administrators: three times it is raised."""
    given = {"channel": team(dead()), "other_channel": team(dead(), "Spare")}
    alert_rule(None, who="person", person=cast.helper, **given)
    work(timedelta(minutes=10))
    OutgoingMail.objects.update(attempts=3)
    actions.raise_alerts(at=AT + timedelta(minutes=30))
    stages = ["Team for Hal Helper", "Spare for Hal Helper", cast.helper.name, cast.administrator.name]
    assert [each.to for each in alerts_of(outage)] == stages
    client.force_login(cast.helper)
    page = client.get(f"/console/outages/{outage.pk}/").content.decode()
    assert cast.administrator.name in page.partition("Who was told")[2].partition("</table>")[0]


def test_an_alert_that_cannot_be_raised_keeps_no_other_back(
    cast: Cast, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.send_alerts(at=AT)
    alert_rule(cast.b, who="channel", channel=team(dead()))
    open_outage(cast.b.websites.get())
    actions.send_alerts(at=AT)
    Notification.objects.update(state=NotificationState.FAILED)
    poisoned = Alert.objects.earliest("pk")
    plain = letters.raised

    def broken(alert: Alert, first: Alert) -> object:
        if alert.raised_from == poisoned:
            raise RuntimeError("nothing can be said of this")
        return plain(alert, first)

    monkeypatch.setattr(letters, "raised", broken)
    with capture_logs() as logged:
        actions.raise_alerts(at=AT)
    assert [each["alert"] for each in logged if "could not be raised" in each["event"]] == [poisoned.pk]
    assert [each.client for each in Alert.objects.filter(raised_from__isnull=False).order_by("pk")] == [cast.a, cast.b]
    monkeypatch.undo()
    poisoned.refresh_from_db()
    assert poisoned.settled_at is None, "it is tried again"


def test_a_mail_that_is_not_out_in_time_is_raised(cast: Cast, outage: Outage) -> None:
    actions.send_alerts(at=AT)
    actions.raise_alerts(at=AT + LATE_AFTER)
    assert Alert.objects.count() == 2, "nobody has tried yet"
    OutgoingMail.objects.update(attempts=3)
    actions.raise_alerts(at=AT + LATE_AFTER - timedelta(seconds=1))
    assert Alert.objects.count() == 2
    actions.raise_alerts(at=AT + LATE_AFTER)
    assert [each.recipient for each in OutgoingMail.objects.order_by("id")] == [
        cast.account_manager.email,
        cast.deputy.email,
        cast.administrator.email,
    ], "one letter raises both"
    assert not Alert.objects.filter(is_lost=True).exists()


def test_what_reaches_nobody_is_lost_and_said_so(cast: Cast, outage: Outage, client) -> None:
    type(cast.administrator).objects.filter(pk=cast.administrator.pk).update(is_active=False)
    alert_rule(None, who="person", person=cast.helper)
    actions.send_alerts(at=AT)
    assert running.alerts().verdict == "ok"
    Notification.objects.update(state=NotificationState.FAILED, error="550 no such mailbox")
    actions.raise_alerts(at=datetime.now(AT.tzinfo))
    (alert,) = Alert.objects.all()
    assert alert.is_lost
    assert running.alerts().verdict == "fail"
    client.force_login(cast.account_manager)
    page = client.get(f"/console/outages/{outage.pk}/").content.decode()
    assert "lost: nowhere left to send it." in page
    assert "550 no such mailbox" in page


def test_what_arrived_is_settled_and_never_raised(cast: Cast, outage: Outage) -> None:
    actions.send_alerts(at=AT)
    run_due(AT)
    for minute in (1, 20, 60):
        assert actions.raise_alerts(at=AT + minute * MINUTE) == 0
    assert Alert.objects.filter(settled_at__isnull=True).count() == 0
    assert OutgoingMail.objects.filter(state=MailState.SENT).count() == 2


def test_a_channel_that_has_said_it_does_not_say_it_again(cast: Cast, outage: Outage, receiver: Receiver) -> None:
    good = team(receiver.url, "Good")
    alert_rule(None, who="channel", channel=good)
    alert_rule(None, who="channel", channel=team(dead()), other_channel=good)
    work(timedelta(minutes=5))
    assert len(receiver.heard) == 1
    assert not Alert.objects.filter(settled_at__isnull=True).exists()


def test_an_alert_about_another_website_of_the_same_name_is_not_the_same_news(cast: Cast) -> None:
    """Titles name no client: what one administrator heard of A says nothing of B."""
    for client in (cast.a, cast.b):
        client.websites.update(name="Website")
    outages = [open_outage(client.websites.get()) for client in (cast.a, cast.b)]
    assert outages[0].started_at == outages[1].started_at
    alert_rule(cast.a, who="channel", channel=team(dead(), "A's"))
    alert_rule(cast.b, who="channel", channel=team(dead(), "B's"))
    work(timedelta(minutes=30))

    for outage in outages:
        heard = {each.user for each in alerts_of(outage) if each.user is not None}
        assert cast.administrator in heard
