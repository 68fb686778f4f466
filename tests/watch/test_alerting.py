"""Alerts: who gets which letter, in one pass over all that is due."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mainstay.access import actions as access
from mainstay.clients.models import Website
from mainstay.common import notify
from mainstay.common.facts import FactRecord
from mainstay.common.models import Notification, OutgoingMail
from mainstay.watch import actions, letters
from mainstay.watch.codes import Code
from mainstay.watch.models import Alert, AlertCase, AlertTold, Outage, ProberDoubt
from mainstay.watch.queries.alerts import alerts_of
from mainstay.watch.queries.recipients import Recipients
from tests.cast import Cast
from tests.clients.duty import absence_of, roster_of_agency, shift_of
from tests.watch.alerts import alert_rule, console_channel
from tests.watch.many import monitors_of_many
from tests.watch.world import (
    FAULT,
    MINUTE,
    OK,
    REFUSED,
    SLOW,
    START,
    check,
    dependency_of,
    failed,
    live,
    minutes,
    monitor_of,
    open_outage,
    take,
)

pytestmark = pytest.mark.django_db

CONFIRMED = START + 3 * MINUTE
SETTLED = CONFIRMED + timedelta(seconds=2)


def told() -> list[tuple[str, str]]:
    """Subject and recipient of every letter, in order."""
    return list(OutgoingMail.objects.order_by("id").values_list("subject", "recipient"))


def said() -> list[str]:
    """The titles of what was said on channels, in order."""
    return list(Notification.objects.filter(way__isnull=False).order_by("id").values_list("title", flat=True))


def down(*websites: Website) -> list[Outage]:
    """Outages that are all confirmed three minutes after `START`."""
    checks = [each for website in websites for each in minutes(monitor_of(website), [OK, REFUSED, REFUSED, REFUSED])]
    take(sorted(checks, key=lambda each: each.at))
    return [Outage.objects.get(website=website) for website in websites]


def tell_until(end: datetime, *, start: datetime = SETTLED, step: timedelta = MINUTE) -> None:
    at = start
    while at <= end:
        actions.send_alerts(at=at)
        at += step


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


def test_a_gap_in_the_roster_is_never_silence(cast: Cast) -> None:
    shift_of(cast.helper, START - MINUTE, START + 600 * MINUTE)
    absence_of(cast.helper, START - MINUTE, START + 600 * MINUTE)
    alert_rule(None, who="on_call", roster=roster_of_agency())
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert [person for _, person in told()] == [cast.account_manager.email, cast.deputy.email]
    assert not FactRecord.objects.filter(kind="watch.alert_found_nobody").exists()


def test_rules_that_say_nothing_of_outages_are_no_silence_either(cast: Cast) -> None:
    alert_rule(cast.a, events=["warning"], who="person", person=cast.helper)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert [person for _, person in told()] == [cast.account_manager.email, cast.deputy.email]


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


def test_a_paused_channel_counts_as_nobody(cast: Cast) -> None:
    channel = console_channel()
    alert_rule(None, who="channel", channel=channel)
    notify.pause_channel(channel=channel, by=cast.administrator, at=START)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert [person for _, person in told()] == [cast.account_manager.email, cast.deputy.email]


def test_a_slow_website_and_a_failing_monitor_that_does_not_count_are_told_where_a_rule_asks(cast: Cast) -> None:
    website = cast.a.websites.get()
    slow, other = monitor_of(website), monitor_of(website, counts=False, url="https://warns.example/")
    take([*minutes(slow, [OK, SLOW, SLOW, SLOW]), *minutes(other, [OK, REFUSED, REFUSED, REFUSED])])
    actions.notice_monitors(at=SETTLED)
    assert not AlertCase.objects.exists()

    alert_rule(None, who="person", person=cast.helper, events=["degraded", "warning", "up"])
    for _ in range(2):
        actions.notice_monitors(at=SETTLED)
    actions.send_alerts(at=SETTLED)
    assert {subject.partition(":")[0] for subject, _ in told()} == {"Slow", "Needs a look"}

    take([check(slow, 4, OK), check(other, 4, OK), check(slow, 5, OK), check(other, 5, OK)])
    actions.notice_monitors(at=START + 5 * MINUTE)
    actions.send_alerts(at=START + 6 * MINUTE)
    assert [subject.partition(":")[0] for subject, _ in told()[2:]] == ["Fine again", "Fine again"]


def test_what_nobody_sees_any_more_is_not_called_fine(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper, events=["degraded", "up"])
    take(minutes(monitor_of(cast.a.websites.get()), [OK, SLOW, SLOW]))
    actions.notice_monitors(at=START + 2 * MINUTE)
    actions.notice_monitors(at=START + 600 * MINUTE)
    assert AlertCase.objects.get().ended_at is None


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


def test_a_suspended_person_is_told_nothing_and_the_other_is(cast: Cast) -> None:
    access.suspend(user=cast.deputy, by=cast.administrator, at=START)
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert [each.to for each in alerts_of(outage)] == [cast.account_manager.name]


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


@pytest.mark.parametrize(("code", "ends"), [(OK, True), (REFUSED, False), (FAULT, False)])
def test_a_slow_website_is_fine_again_only_when_it_is_seen_well(cast: Cast, code: Code, ends: bool) -> None:
    alert_rule(None, events=["degraded", "up"])
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK, SLOW, SLOW]))
    actions.notice_monitors(at=START + 2 * MINUTE)
    actions.send_alerts(at=START + 2 * MINUTE)
    take([check(monitor, 3, code), check(monitor, 3.5, code)])
    actions.notice_monitors(at=START + 4 * MINUTE)
    actions.send_alerts(at=START + 4 * MINUTE + timedelta(seconds=40))

    assert [subject.split(":")[0] for subject, _ in told()] == ["Slow"] + ["Fine again"] * ends


def test_nothing_is_said_of_a_slow_monitor_that_nobody_looks_at_any_more(cast: Cast) -> None:
    alert_rule(None, events=["degraded", "up"])
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK, SLOW, SLOW]))
    actions.notice_monitors(at=START + 2 * MINUTE)
    actions.send_alerts(at=START + 2 * MINUTE)
    actions.pause(monitor=monitor, by=cast.administrator, at=START + 2 * MINUTE)
    actions.notice_monitors(at=START + 3 * MINUTE)
    tell_until(START + 5 * MINUTE, start=START + 3 * MINUTE)

    assert len(told()) == 1
    assert not AlertCase.objects.filter(ended_at__isnull=True).exists()


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


def test_one_slow_check_is_nothing_to_be_told_of_and_one_good_one_no_end(cast: Cast) -> None:
    alert_rule(None, events=["degraded", "up"])
    monitor = monitor_of(cast.a.websites.get())
    take(minutes(monitor, [OK, SLOW]))
    actions.notice_monitors(at=START + MINUTE)
    assert not AlertCase.objects.exists()
    take(minutes(monitor, [OK, SLOW, OK, SLOW, SLOW], first=2))
    actions.notice_monitors(at=START + 6 * MINUTE)
    take(minutes(monitor, [OK], first=7))
    actions.notice_monitors(at=START + 7 * MINUTE)
    case = AlertCase.objects.get()
    assert (case.began_at, case.ended_at) == (START + 5 * MINUTE, None)
    take(minutes(monitor, [OK], first=8))
    actions.notice_monitors(at=START + 8 * MINUTE)
    assert AlertCase.objects.get().ended_at is not None


def test_a_certificate_that_ends_soon_is_told_of_at_once(cast: Cast) -> None:
    alert_rule(None, events=["degraded"])
    take(minutes(monitor_of(cast.a.websites.get()), [Code.CERTIFICATE_ENDS_SOON]))
    actions.notice_monitors(at=START)
    assert AlertCase.objects.get().ended_at is None


def test_a_gap_on_call_is_raised_though_another_rule_finds_somebody(cast: Cast) -> None:
    roster = roster_of_agency()
    alert_rule(None, who="on_call", roster=roster)
    alert_rule(None, who="person", person=cast.helper)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    assert {person for _, person in told()} == {
        cast.helper.email,
        cast.account_manager.email,
        cast.deputy.email,
    }


def test_a_doubt_that_the_rules_bring_to_nobody_goes_to_the_administrators(cast: Cast) -> None:
    alert_rule(None, who="manager", events=["doubt"])
    seen = {"canaries": [{"address": "192.0.2.1"}], "canaries_known": 1}
    doubt = ProberDoubt.objects.create(place="here", from_at=START, reason="canaries", evidence=seen)
    actions.doubt_began(doubt=doubt, at=START)
    actions.send_alerts(at=SETTLED)
    assert [person for _, person in told()] == [cast.administrator.email]


def test_whoever_was_told_of_what_was_none_is_told_that_and_nobody_else(cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper)
    (outage,) = down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    take(minutes(outage.environment.monitors.get(), [OK, OK, OK], first=5))
    tell_until(START + 9 * MINUTE)
    alert_rule(None, who="person", person=cast.deputy)
    outage.refresh_from_db()
    actions.take_outage_back(outage=outage, reason="Wrong page.", by=cast.administrator, at=START + 10 * MINUTE)
    tell_until(START + 15 * MINUTE, start=START + 10 * MINUTE)

    assert [(subject.split(":")[0], person) for subject, person in told()] == [
        ("Down", cast.helper.email),
        ("Up again", cast.helper.email),
        ("Taken back", cast.helper.email),
    ]
    assert "Ada Admin put the record right" in OutgoingMail.objects.latest("id").text


def test_of_what_was_taken_back_before_it_was_told_nothing_is_said(cast: Cast) -> None:
    (outage,) = down(cast.a.websites.get())
    take(minutes(outage.environment.monitors.get(), [OK, OK], first=5))
    outage.refresh_from_db()
    actions.take_outage_back(outage=outage, reason="Wrong page.", by=cast.administrator, at=START + 7 * MINUTE)
    tell_until(START + 9 * MINUTE, start=START + 7 * MINUTE)
    assert told() == []
    assert AlertCase.objects.get().due_at is None


def test_one_case_that_cannot_be_told_keeps_none_of_the_others_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = cast.website(cast.a), cast.website(cast.b)
    down(bad, good)
    plain = letters.alert

    def broken(event: object, step: object, cases: list[AlertCase], *more: object) -> object:
        if any(case.client_id == cast.a.pk for case in cases):
            raise RuntimeError("no letter can be made of this")
        return plain(event, step, cases, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(letters, "alert", broken)
    alert_rule(cast.a, who="person", person=cast.helper)
    assert actions.send_alerts(at=SETTLED) == 2
    assert {person for _, person in told()} == {cast.account_manager.email, cast.deputy.email}
    case = AlertCase.objects.get(client=cast.a)
    assert case.due_at == SETTLED + timedelta(minutes=5)
    monkeypatch.undo()
    actions.send_alerts(at=SETTLED + timedelta(minutes=5))
    assert told()[-1][1] == cast.helper.email


def test_whom_one_case_concerns_cannot_be_found_out_and_the_others_go_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    down(cast.website(cast.a), cast.website(cast.b))
    plain = Recipients.of_case

    def broken(self: Recipients, case: AlertCase) -> object:
        if case.client_id == cast.a.pk:
            raise RuntimeError("nobody knows")
        return plain(self, case)

    monkeypatch.setattr(Recipients, "of_case", broken)
    assert actions.send_alerts(at=SETTLED) == 2
    assert AlertCase.objects.get(client=cast.a).due_at == SETTLED + timedelta(minutes=5)


def test_letters_name_what_made_it_also_where_that_was_found_later(cast: Cast) -> None:
    first, second = cast.website(cast.a), cast.website(cast.a)
    host = dependency_of()
    for website in (first, second):
        actions.place_behind(dependency=host, environments=[live(website)], by=cast.administrator, at=START)
    down(first, second)
    failed(host)
    assert set(AlertCase.objects.values_list("cause", flat=True)) == {f"failure:{host.failures.get().pk}"}
    actions.send_alerts(at=SETTLED)
    assert OutgoingMail.objects.earliest("id").text.count("web-3") >= 2
