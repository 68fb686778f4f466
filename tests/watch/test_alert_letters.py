"""What alert letters say, and that they promise nothing which does not come."""

from datetime import timedelta

import pytest

from mainstay.common.models import OutgoingMail
from mainstay.watch import actions
from mainstay.watch.models import AlertTold, ProberDoubt
from tests.cast import Cast
from tests.clients.duty import roster_of_agency, shift_of
from tests.watch.alerts import SETTLED, alert_rule, down, tell_until, told
from tests.watch.world import MINUTE, OK, SLOW, START, minutes, monitor_of, take

pytestmark = pytest.mark.django_db

END = "Another message follows when the website is up again."
REMINDERS = "Reminders follow until somebody has taken it on."


@pytest.mark.parametrize(
    ("events", "repeat_minutes", "promised"),
    [
        (["down", "up"], 10, [END, REMINDERS]),
        (["down", "up"], 0, [END]),
        (["down"], 10, [REMINDERS]),
        (["down"], 0, []),
    ],
)
def test_a_letter_promises_what_the_rules_will_tell(
    cast: Cast, events: list[str], repeat_minutes: int, promised: list[str]
) -> None:
    alert_rule(None, events=events, repeat_minutes=repeat_minutes)
    down(cast.a.websites.get())
    actions.send_alerts(at=SETTLED)
    text = OutgoingMail.objects.get().text
    assert [each for each in (END, REMINDERS) if each in text] == promised


def test_who_is_on_call_after_a_hand_over_reads_who_has_taken_it_on(cast: Cast) -> None:
    shift_of(cast.helper, START - MINUTE, START + 30 * MINUTE)
    shift_of(cast.deputy, START + 30 * MINUTE, START + 600 * MINUTE)
    alert_rule(None, who="on_call", roster=roster_of_agency(), repeat_minutes=60)
    (outage,) = down(cast.a.websites.get())
    tell_until(START + 10 * MINUTE)
    actions.acknowledge(outage=outage, by=cast.helper, at=START + 11 * MINUTE)
    tell_until(START + 40 * MINUTE, start=START + 12 * MINUTE)
    letter = OutgoingMail.objects.latest("id")
    assert letter.recipient == cast.deputy.email
    assert f"Taken on by:  {cast.helper.name}" in letter.text
    assert REMINDERS not in letter.text
    assert "where to take it on" not in letter.text


def test_doubts_that_begin_together_are_all_named(cast: Cast) -> None:
    for place in ("berlin", "london"):
        seen = {"canaries": [{"address": "192.0.2.1"}], "canaries_known": 1}
        doubt = ProberDoubt.objects.create(place=place, from_at=START, reason="canaries", evidence=seen)
        actions.doubt_began(doubt=doubt, at=START)
    actions.send_alerts(at=START)
    letter = OutgoingMail.objects.get()
    assert letter.subject == "2 probers are doubted"
    assert "- berlin, since 08:00." in letter.text
    assert "- london, since 08:00." in letter.text
    for doubt in ProberDoubt.objects.all():
        doubt.to_at = START + MINUTE
        doubt.save()
        actions.doubt_ended(doubt=doubt, at=START + MINUTE)
    actions.send_alerts(at=START + MINUTE)
    assert told()[-1][0] == "2 probers are believed again"
    assert "- london, since 08:00 until 08:01." in OutgoingMail.objects.latest("id").text


def test_a_letter_about_many_slow_websites_leads_to_their_monitors(cast: Cast) -> None:
    alert_rule(None, events=["degraded"])
    for website in (cast.website(cast.a), cast.website(cast.a)):
        take(minutes(monitor_of(website), [OK, SLOW, SLOW]))
    actions.notice_monitors(at=START + 2 * MINUTE)
    actions.send_alerts(at=START + 2 * MINUTE)
    text = OutgoingMail.objects.get().text
    assert "/console/monitors/" in text
    assert "/console/outages/" not in text


def test_a_letter_about_many_that_were_none_leads_to_what_was_taken_back(cast: Cast) -> None:
    outages = down(cast.website(cast.a), cast.website(cast.a))
    actions.send_alerts(at=SETTLED)
    for outage in outages:
        take(minutes(outage.environment.monitors.get(), [OK, OK, OK], first=5))
        outage.refresh_from_db()
        actions.take_outage_back(outage=outage, reason="None.", by=cast.administrator, at=START + 8 * MINUTE)
    actions.send_alerts(at=START + 8 * MINUTE + timedelta(seconds=2))
    assert "/console/outages/?show=taken+back" in OutgoingMail.objects.latest("id").text
    assert set(AlertTold.objects.values_list("step", flat=True)) == {"first", "taken_back"}
