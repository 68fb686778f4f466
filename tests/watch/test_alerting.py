"""Alerts: who gets which letter, in one pass over all that is due."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.common import notify
from mainstay.common.models import Notification, OutgoingMail
from mainstay.watch import actions
from mainstay.watch.models import Alert, AlertCase, AlertTold
from tests.cast import Cast
from tests.clients.duty import roster_of_agency, shift_of
from tests.watch.alerts import CONFIRMED, SETTLED, alert_rule, console_channel, down, tell_until, told
from tests.watch.many import monitors_of_many
from tests.watch.world import (
    MINUTE,
    OK,
    REFUSED,
    START,
    check,
    dependency_of,
    failed,
    live,
    minutes,
    open_outage,
    take,
)

pytestmark = pytest.mark.django_db


def test_nobody_is_told_before_others_could_join(cast: Cast) -> None:
    down(cast.a.websites.get())
    assert actions.send_alerts(at=CONFIRMED + timedelta(seconds=0.5)) == 0
    assert actions.send_alerts(at=CONFIRMED + timedelta(seconds=1.2)) == 2


def test_many_outages_are_one_letter_a_person(cast: Cast) -> None:
    websites = [cast.website(client) for client in (cast.a, cast.a, cast.b)]
    down(*websites)
    actions.send_alerts(at=SETTLED)

    assert told() == [
        ("Down: 3 websites of 2 clients since 08:01", cast.account_manager.email),
        ("Down: 3 websites of 2 clients since 08:01", cast.deputy.email),
    ]
    text = OutgoingMail.objects.earliest("id").text
    assert all(f"{each.client.name}: {each.name}, since 08:01." in text for each in websites)
    assert AlertTold.objects.count() == 6


def test_nobody_reads_of_a_client_that_is_not_theirs(cast: Cast) -> None:
    alert_rule(cast.a, who="person", person=cast.helper)
    down(cast.a.websites.get(), cast.b.websites.get())
    actions.send_alerts(at=SETTLED)

    letters = {each.recipient: each.text for each in OutgoingMail.objects.all()}
    assert set(letters) == {cast.helper.email, cast.account_manager.email, cast.deputy.email}
    assert cast.b.name not in letters[cast.helper.email]
    assert cast.a.name not in letters[cast.account_manager.email]


def test_within_half_a_minute_a_letter_follows_only_if_it_tells_as_much_as_those_before(cast: Cast) -> None:
    first, second, third, *late = [cast.website(cast.a) for _ in range(5)]
    down(first, second)
    actions.send_alerts(at=SETTLED)
    down(third)
    tell_until(SETTLED + timedelta(seconds=9), start=SETTLED, step=timedelta(seconds=1))
    assert len(told()) == 2
    down(*late)
    tell_until(SETTLED + timedelta(seconds=12), start=SETTLED + timedelta(seconds=10), step=timedelta(seconds=1))
    assert [subject for subject, _ in told()[2:]] == ["Down: 3 websites of 1 client since 08:01"] * 2


def test_what_is_held_goes_out_after_half_a_minute(cast: Cast) -> None:
    first, second, third = [cast.website(cast.a) for _ in range(3)]
    down(first, second)
    actions.send_alerts(at=SETTLED)
    down(third)
    tell_until(SETTLED + timedelta(seconds=29), start=SETTLED, step=timedelta(seconds=1))
    assert len(told()) == 2
    tell_until(SETTLED + timedelta(seconds=31), start=SETTLED + timedelta(seconds=30), step=timedelta(seconds=1))
    assert len(told()) == 4


def test_recovery_is_told_to_those_who_were_told(cast: Cast) -> None:
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    monitor = outage.environment.monitors.get()
    take([check(monitor, 5, OK), check(monitor, 6, OK)])
    tell_until(START + 10 * MINUTE, start=START + 7 * MINUTE)
    tell_until(START + 60 * MINUTE, start=START + 11 * MINUTE, step=5 * MINUTE)
    assert [subject for subject, _ in told()] == [f"Down: {outage.website.name} since 08:01"] * 2 + [
        f"Up again: {outage.website.name} after 4 min"
    ] * 2
    assert AlertCase.objects.get().due_at is None


def test_repeated_until_somebody_takes_it_on(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper, repeat_minutes=10)
    (outage,) = down(cast.a.websites.get())
    tell_until(START + 35 * MINUTE)
    assert [subject.partition(":")[0] for subject, _ in told()] == ["Down", "Still down", "Still down", "Still down"]
    actions.acknowledge(outage=outage, by=cast.helper, at=START + 36 * MINUTE)
    tell_until(START + 120 * MINUTE, start=START + 36 * MINUTE)
    assert len(told()) == 4


def test_a_letter_leads_to_the_page_where_one_takes_it_on(cast: Cast) -> None:
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert f"http://127.0.0.1:8000/console/outages/{outage.pk}/" in OutgoingMail.objects.earliest("id").text


def test_quiet_hours_of_the_person_or_the_client(cast: Cast) -> None:
    night = {"quiet_from": "07:00", "quiet_until": "09:00"}
    alert_rule(None, who="person", person=cast.helper, **night)
    access_zone(cast.helper, "Europe/Berlin")
    alert_rule(None, who="person", person=cast.deputy, quiet_in_client_zone=True, **night)
    alert_rule(None, who="person", person=cast.administrator, urgent=["down"], **night)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)  # 08:03 in London, 09:03 in Berlin
    assert [person for _, person in told()] == [cast.helper.email, cast.administrator.email]
    tell_until(START + 61 * MINUTE)
    assert [person for _, person in told()][2:] == [cast.deputy.email]
    assert Alert.objects.latest("id").sent_at >= START + 60 * MINUTE


def access_zone(user, zone: str) -> None:
    type(user).objects.filter(pk=user.pk).update(time_zone=zone)


def test_whoever_is_on_call_is_told_and_after_a_hand_over_the_next(cast: Cast) -> None:
    roster = roster_of_agency()
    shift_of(cast.helper, START - MINUTE, START + 30 * MINUTE)
    shift_of(cast.deputy, START + 30 * MINUTE, START + 600 * MINUTE)
    alert_rule(None, who="on_call", roster=roster)
    (outage,) = down(cast.a.websites.get())
    tell_until(START + 40 * MINUTE)
    assert [person for _, person in told()] == [cast.helper.email, cast.deputy.email]
    monitor = outage.environment.monitors.get()
    take([check(monitor, 41, OK), check(monitor, 42, OK)])
    tell_until(START + 45 * MINUTE, start=START + 43 * MINUTE)
    ends = [person for subject, person in told() if subject.startswith("Up again")]
    assert sorted(ends) == sorted([cast.helper.email, cast.deputy.email])


def test_the_rules_of_a_website_go_before_those_of_its_client(cast: Cast) -> None:
    one, other = cast.website(cast.a), cast.website(cast.a)
    alert_rule(None, who="person", person=cast.administrator)
    alert_rule(cast.a, who="person", person=cast.deputy)
    alert_rule(cast.a, one, who="person", person=cast.helper)
    down(one, other, cast.b.websites.get())
    actions.send_alerts(at=SETTLED)
    assert {(person, subject) for subject, person in told()} == {
        (cast.helper.email, f"Down: {one.name} since 08:01"),
        (cast.deputy.email, f"Down: {other.name} since 08:01"),
        (cast.administrator.email, f"Down: {cast.b.websites.get().name} since 08:01"),
    }


def test_a_person_named_twice_is_told_once(cast: Cast) -> None:
    alert_rule(None, who="manager")
    alert_rule(None, who="person", person=cast.account_manager, after_minutes=5)
    down(cast.a.websites.get())
    tell_until(START + 30 * MINUTE)
    assert [person for _, person in told()] == [cast.account_manager.email]


def test_a_channel_is_told_with_the_name_of_whom_it_concerns(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper, channel=console_channel())
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    (notification,) = Notification.objects.filter(way__isnull=False)
    assert notification.title == f"Down: {outage.website.name} since 08:01"
    assert notification.text.startswith("For Hal Helper.\n")
    assert told() == []


@pytest.mark.parametrize("number", [3, 40])
def test_the_queries_do_not_grow_with_the_outages(cast: Cast, number: int) -> None:
    monitors = monitors_of_many(number, clients=2)
    alert_rule(None, who="person", person=cast.helper)
    for monitor in monitors:
        take(minutes(monitor, [OK, REFUSED, REFUSED, REFUSED]))
    with CaptureQueriesContext(connection) as seen:
        assert actions.send_alerts(at=SETTLED) == 1
    assert len(seen) < 40
    assert len(AlertTold.objects.all()) == number


def test_told_once_however_often_it_is_asked(cast: Cast) -> None:
    open_outage(cast.a.websites.get())
    for _ in range(3):
        actions.send_alerts(at=SETTLED)
    assert len(told()) == 2


def test_a_website_that_nobody_looks_at_any_more_is_not_called_up(cast: Cast) -> None:
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    actions.pause(monitor=outage.environment.monitors.get(), by=cast.administrator, at=START + 5 * MINUTE)
    tell_until(START + 8 * MINUTE, start=START + 6 * MINUTE)

    ended = [subject for subject, _ in told()[2:]]
    assert ended == [f"No longer watched: {outage.website.name}, last down"] * 2
    text = OutgoingMail.objects.order_by("-id")[0].text
    assert "whether it is up is not known" in text
    assert "up again" not in text.lower()


def test_what_fails_over_to_another_channel_is_a_letter_of_its_own(cast: Cast) -> None:
    """Else news of one client would go to the channel that another one shares."""
    shared = console_channel("Shared with A")
    alert_rule(cast.a, who="person", person=cast.helper, other_channel=shared)
    alert_rule(cast.b, who="person", person=cast.helper)
    down(cast.a.websites.get(), cast.b.websites.get())
    actions.send_alerts(at=SETTLED)

    letters = {each.client_id: each.other_way for each in Alert.objects.all()}
    assert letters == {cast.a.pk: shared, cast.b.pk: None}


def test_on_one_channel_each_person_is_spoken_to(cast: Cast) -> None:
    channel = console_channel()
    alert_rule(cast.a, who="person", person=cast.helper, channel=channel)
    alert_rule(cast.b, who="person", person=cast.deputy, channel=channel)
    down(cast.a.websites.get(), cast.b.websites.get())
    actions.send_alerts(at=SETTLED)

    assert {(each.client_id, each.user) for each in Alert.objects.all()} == {
        (cast.a.pk, cast.helper),
        (cast.b.pk, cast.deputy),
    }


def test_what_would_go_to_a_paused_channel_goes_to_the_other(cast: Cast) -> None:
    paused, other = console_channel("Chat"), console_channel("Phone")
    alert_rule(None, who="channel", channel=paused, other_channel=other)
    notify.pause_channel(channel=paused, by=cast.administrator, at=START)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)

    assert [each.way for each in Alert.objects.all()] == [other]


def test_letters_name_what_made_it_also_where_that_was_found_later(cast: Cast) -> None:
    first, second = cast.website(cast.a), cast.website(cast.a)
    host = dependency_of()
    for website in (first, second):
        actions.place_behind(dependency=host, environments=[live(website)], by=cast.administrator, at=START)
    down(first, second)
    failed(host)
    assert set(AlertCase.objects.values_list("cause", flat=True)) == {f"failure:{host.failures.get().pk}"}
    actions.send_alerts(at=SETTLED)
    letter = OutgoingMail.objects.earliest("id").text
    assert "Down: 2 websites of 1 client since 08:01. That is because the host web-3 is down." in letter
    assert letter.count("web-3") >= 2
