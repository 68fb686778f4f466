"""The pages of alerts: rules, channels, and who was told of an outage."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.clients import actions as clients
from mainstay.common import sealed
from mainstay.common.jobs import run_due
from mainstay.common.notify import Channel, Notification
from mainstay.watch import actions
from mainstay.watch.models import AlertRule
from tests.cast import Cast
from tests.clients.duty import roster_of_agency
from tests.watch.alerts import alert_rule, console_channel
from tests.watch.world import MINUTE, START, open_outage

pytestmark = pytest.mark.django_db

RULE = {"events": ["down", "up"], "who": "manager", "after_minutes": "0", "repeat_minutes": "0"}
SECRET = "json://127.0.0.1:9/a-secret-token"


@pytest.fixture
def browser(cast: Cast, client: Client) -> Client:
    client.force_login(cast.administrator)
    return client


def page(browser: Client, name: str, *arguments: object) -> str:
    answer = browser.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_rules_the_page_says_what_happens_then(browser: Client) -> None:
    assert "Without rules the client's account manager and deputy get a mail" in page(browser, "console-alerts")


def test_a_rule_is_added_changed_and_retired(browser: Client, cast: Cast) -> None:
    answer = browser.post(reverse("console-alert-rule-new"), {**RULE, "repeat_minutes": "15"})
    assert answer["Location"] == reverse("console-alerts")
    rule = AlertRule.objects.get()
    assert (rule.client, rule.who, rule.repeat_minutes, rule.events) == (None, "manager", 15, ["down", "up"])
    assert "every 15 min" in page(browser, "console-alerts")

    address = reverse("console-alert-rule", args=[rule.pk])
    night = {"quiet_from": "22:00", "quiet_until": "07:00"}
    browser.post(address, {**RULE, "who": "person", "person": cast.helper.pk, **night})
    rule.refresh_from_db()
    assert (rule.person, str(rule.quiet_from)) == (cast.helper, "22:00:00")
    assert "22:00–07:00" in page(browser, "console-alerts")

    browser.post(reverse("console-alert-rule-retirement", args=[rule.pk]))
    rule.refresh_from_db()
    assert rule.retired_at is not None
    assert browser.get(address).status_code == 404


def test_a_client_s_rules_stand_on_their_own_page(browser: Client, cast: Cast) -> None:
    website = cast.a.websites.get()
    assert "No rules of its own" in page(browser, "console-client-alerts", cast.a.slug)
    browser.post(reverse("console-client-alert-rule-new", args=[cast.a.slug]), {**RULE, "website": website.pk})
    rule = AlertRule.objects.get()
    assert (rule.client, rule.website) == (cast.a, website)
    assert cast.a.name in page(browser, "console-alerts")


def test_a_rule_is_never_for_the_website_of_another_client(browser: Client, cast: Cast) -> None:
    other = cast.b.websites.get()
    answer = browser.post(reverse("console-client-alert-rule-new", args=[cast.a.slug]), {**RULE, "website": other.pk})
    assert answer.status_code == 422
    assert not AlertRule.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"events": []}, "events"),
        ({"who": "person"}, "person"),
        ({"who": "on_call"}, "roster"),
        ({"who": "channel"}, "channel"),
        ({"who": "everybody"}, "who"),
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"after_minutes": "-1"}, "after_minutes"),
        ({"repeat_minutes": "99999"}, "repeat_minutes"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_field(browser: Client, given: dict, field: str) -> None:
    answer = browser.post(reverse("console-alert-rule-new"), {**RULE, **given})
    assert answer.status_code == 422
    assert answer.context["form"].errors.get(field)
    assert not AlertRule.objects.exists()


def test_the_other_channel_is_another_one(browser: Client) -> None:
    channel = console_channel()
    given = {**RULE, "who": "channel", "channel": channel.pk, "other_channel": channel.pk}
    assert browser.post(reverse("console-alert-rule-new"), given).status_code == 422


def test_the_channel_of_a_rule_about_on_call_keeps_its_roster(browser: Client) -> None:
    roster = roster_of_agency()
    browser.post(reverse("console-alert-rule-new"), {**RULE, "who": "on_call", "roster": roster.pk})
    assert AlertRule.objects.get().roster == roster


def add(browser: Client, **fields: object):
    given = {"name": "Team", "kind": "apprise", "address": SECRET, "allow_private": "on", **fields}
    return browser.post(reverse("console-channel-new"), given)


def test_a_channel_is_kept_sealed_and_never_shown(browser: Client) -> None:
    add(browser)
    channel = Channel.objects.get()
    assert sealed.unseal(channel.address) == SECRET
    assert "a-secret-token" not in channel.address
    for name, arguments in (("console-channels", ()), ("console-channel", (channel.pk,))):
        assert "a-secret-token" not in page(browser, name, *arguments)


def test_a_private_address_is_refused_unless_it_is_allowed(browser: Client) -> None:
    answer = add(browser, allow_private="")
    assert answer.status_code == 422
    assert "this machine itself" in answer.context["form"].errors["address"][0]
    assert "a-secret-token" not in answer.content.decode()
    assert not Channel.objects.exists()


def test_changing_a_channel_keeps_its_address(browser: Client) -> None:
    add(browser)
    channel = Channel.objects.get()
    browser.post(reverse("console-channel", args=[channel.pk]), {"name": "Ops", "address": "", "allow_private": "on"})
    channel.refresh_from_db()
    assert (channel.name, sealed.unseal(channel.address)) == ("Ops", SECRET)


def test_two_channels_do_not_share_a_name(browser: Client) -> None:
    add(browser)
    assert add(browser).status_code == 422


def test_a_trial_is_said_and_what_became_of_it_is_shown(browser: Client, now, capsys) -> None:
    channel = console_channel()
    browser.post(reverse("console-channel-trial", args=[channel.pk]))
    run_due(now.replace(year=2099), queue="notify")
    assert "If you can read this, alerts will arrive here." in capsys.readouterr().out
    assert Notification.objects.get().state == "delivered"
    shown = page(browser, "console-channel", channel.pk)
    assert "A trial by Mainstay" in shown
    assert "works" in shown


def test_a_channel_is_paused_and_used_again(browser: Client) -> None:
    channel = console_channel()
    browser.post(reverse("console-channel-pause", args=[channel.pk]))
    channel.refresh_from_db()
    assert channel.is_paused
    assert "paused" in page(browser, "console-channels")
    browser.post(reverse("console-channel-resumption", args=[channel.pk]))
    channel.refresh_from_db()
    assert not channel.is_paused


def test_the_outage_says_who_was_told_and_whether_it_arrived(browser: Client, cast: Cast) -> None:
    alert_rule(None, who="person", person=cast.helper)
    outage = open_outage(cast.a.websites.get())
    assert "Nobody was told yet." in page(browser, "console-outage", outage.pk)
    at = START + 3 * MINUTE + timedelta(seconds=2)
    actions.send_alerts(at=at)
    assert "on its way" in page(browser, "console-outage", outage.pk)
    run_due(at)
    shown = page(browser, "console-outage", outage.pk)
    assert cast.helper.name in shown
    assert "on its way" not in shown


def test_a_doubted_prober_is_no_account_manager_s(browser: Client) -> None:
    answer = browser.post(reverse("console-alert-rule-new"), {**RULE, "events": ["down", "doubt"]})
    assert answer.status_code == 422
    assert "is no client" in answer.content.decode()
    assert not AlertRule.objects.exists()


def test_a_rule_for_a_website_that_was_left_does_not_come_to_hold_for_all(browser: Client, cast: Cast) -> None:
    website = cast.website(cast.a)
    rule = alert_rule(cast.a, website)
    clients.edit_website(website=website, is_active=False, by=cast.administrator, at=timezone.now())
    address = reverse("console-alert-rule", args=[rule.pk])
    assert f'<option value="{website.pk}" selected>' in browser.get(address).content.decode()
    browser.post(address, {**RULE, "website": website.pk, "repeat_minutes": "30"})
    rule.refresh_from_db()
    assert (rule.website, rule.repeat_minutes) == (website, 30)


def test_quiet_hours_that_are_none_are_refused(browser: Client) -> None:
    given = {**RULE, "quiet_from": "22:00", "quiet_until": "22:00"}
    answer = browser.post(reverse("console-alert-rule-new"), given)
    assert answer.status_code == 422
    assert "These are no hours" in answer.content.decode()


def test_who_only_reads_is_offered_nothing_to_change(client: Client, cast: Cast) -> None:
    client.force_login(cast.auditor)
    assert "Administrators add them." in page(client, "console-channels")
    of_client = page(client, "console-client-alerts", cast.a.slug)
    assert "No rules of its own" in of_client
    assert "Add a rule" not in of_client
    assert "New rule" not in of_client
    rule = alert_rule(None)
    assert reverse("console-alert-rule", args=[rule.pk]) not in page(client, "console-alerts")


def test_a_rule_says_what_is_told_in_its_quiet_hours_all_the_same(browser: Client, cast: Cast) -> None:
    website = cast.website(cast.a)
    night = {"quiet_from": "22:00", "quiet_until": "07:00", "quiet_in_client_zone": True, "urgent": ["down", "doubt"]}
    alert_rule(cast.a, website, **night)
    clients.edit_website(website=website, is_active=False, by=cast.administrator, at=timezone.now())
    shown = page(browser, "console-client-alerts", cast.a.slug)
    assert "by the client&#x27;s clock" in shown or "by the client's clock" in shown
    assert "Told all the same: A website is down<" in shown
    assert "(no longer looked after)" in shown
