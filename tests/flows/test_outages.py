"""The stories of an outage: ticketed and told once, whoever is there to be told, however often the fact comes."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from mainstay.access import actions as access
from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.clients.models import Website
from mainstay.common import facts
from mainstay.common.facts import FactRecord
from mainstay.common.models import Notification, OutgoingMail
from mainstay.desk.models import Ticket
from mainstay.flows.table import TABLE
from mainstay.watch import actions
from mainstay.watch.codes import Code
from mainstay.watch.facts import CanaryLook
from mainstay.watch.models import Outage
from tests.cast import Cast
from tests.watch.world import OK, PLACE, REFUSED, START, TESTS, minutes, monitor_of, take

pytestmark = pytest.mark.django_db

DOWN = [OK, REFUSED, REFUSED, REFUSED]
AND_UP_AGAIN = [*DOWN, REFUSED, OK, OK, OK]


def live_through(cast: Cast, codes: list[Code], client=None) -> Outage:
    """Let a website of a client be seen like this, a check a minute; facts and alerts follow at once."""
    website = (client or cast.a).websites.first()
    for each in minutes(monitor_of(website), codes):
        take([each])
        deliver(each.at + timedelta(seconds=2))
    return Outage.objects.get(website=website)


def deliver(at: datetime) -> None:
    """Let facts reach every handler, and tell people what is due at `at`."""
    while facts.deliver_due(timezone.now()):
        pass
    actions.send_alerts(at=at)
    while facts.deliver_due(timezone.now()):
        pass


def told() -> list[tuple[str, str]]:
    """Subject and recipient of every letter, in order."""
    return list(OutgoingMail.objects.order_by("id").values_list("subject", "recipient"))


def test_an_outage_opens_a_ticket_with_clocks(cast: Cast) -> None:
    outage = live_through(cast, DOWN)

    ticket = Ticket.objects.get(outage=outage)
    assert ticket.client == cast.a
    assert ticket.website == outage.website
    assert ticket.category == "outage"
    assert timedelta() <= outage.confirmed_at - ticket.opened_at < timedelta(seconds=1)
    assert {each.kind for each in ticket.clocks.all()} == {"first_response", "resolution"}


def test_account_manager_and_deputy_are_told_of_the_outage_and_of_its_end(cast: Cast) -> None:
    outage = live_through(cast, AND_UP_AGAIN)

    name, people = outage.website.name, [cast.account_manager.email, cast.deputy.email]
    assert told() == [
        *((f"Down: {name} since 08:01", person) for person in people),
        *((f"Up again: {name} after 4 min", person) for person in people),
    ]
    letter = OutgoingMail.objects.order_by("id").last()
    assert Ticket.objects.get().reference in letter.text
    assert "of 40 h" in letter.text


def test_recovery_adds_to_the_ticket_and_leaves_it_to_a_person(cast: Cast) -> None:
    outage = live_through(cast, AND_UP_AGAIN)

    ticket = Ticket.objects.get(outage=outage)
    assert "is up again. It was down for 4 min." in ticket.messages.order_by("id").last().text
    assert ticket.state == "open"


def test_a_fact_that_comes_again_changes_nothing(cast: Cast) -> None:
    live_through(cast, AND_UP_AGAIN)
    before = told(), Ticket.objects.get().messages.count(), Notification.objects.count()

    for record in FactRecord.objects.filter(kind__in=TABLE):
        for handler in TABLE[record.kind]:
            handler(record)

    assert (told(), Ticket.objects.get().messages.count(), Notification.objects.count()) == before


def test_the_end_that_comes_before_the_beginning_still_makes_one_ticket(cast: Cast) -> None:
    website = cast.a.websites.get()
    take(minutes(monitor_of(website), AND_UP_AGAIN))
    for kind in ("watch.outage_closed", "watch.outage_opened"):
        for handler in TABLE[kind]:
            handler(FactRecord.objects.get(kind=kind))
    deliver(START + timedelta(minutes=10))

    assert Ticket.objects.count() == 1


def test_what_was_over_before_anybody_could_be_told_is_told_once_as_past(cast: Cast) -> None:
    website = cast.a.websites.get()
    take(minutes(monitor_of(website), AND_UP_AGAIN))
    for minute in (10, 20):
        deliver(START + timedelta(minutes=minute))

    people = [cast.account_manager.email, cast.deputy.email]
    assert told() == [(f"Was down: {website.name} for 4 min", person) for person in people]


def test_somebody_suspended_is_told_nothing_and_the_other_is(cast: Cast) -> None:
    access.suspend(user=cast.account_manager, by=cast.administrator, at=START - timedelta(days=1))

    live_through(cast, DOWN)

    assert cast.account_manager.email not in [recipient for _, recipient in told()]
    assert [recipient for _, recipient in told()] == [cast.deputy.email]


def test_without_anybody_named_there_is_still_a_ticket(cast: Cast) -> None:
    client = clients.create_client(
        name="Cedar", slug="cedar", starts_on=START.date(), by=TESTS, at=START - timedelta(days=9)
    )
    cast.website(client)

    live_through(cast, AND_UP_AGAIN, client)

    assert Ticket.objects.get().client == client
    assert {recipient for _, recipient in told()} == {cast.administrator.email}
    assert Ticket.objects.get().messages.filter(code="nobody_told", is_public=False).count() == 1


def test_the_agency_s_own_website_is_ticketed_like_any_other(cast: Cast) -> None:
    cast.website(cast.agency)

    outage = live_through(cast, DOWN, cast.agency)

    assert Ticket.objects.get(outage=outage).client == cast.agency


def test_what_fails_for_less_than_it_takes_to_be_sure_is_no_outage(cast: Cast) -> None:
    website = cast.a.websites.get()
    take(minutes(monitor_of(website), [OK, REFUSED, REFUSED, OK, OK]))
    deliver(START + timedelta(minutes=9))

    assert not Outage.objects.exists()
    assert not Ticket.objects.exists()


def test_the_ticket_tells_staff_when_nobody_could_be_told(cast: Cast) -> None:
    for person in (cast.account_manager, cast.deputy):
        access.suspend(user=person, by=cast.administrator, at=START - timedelta(days=1))

    live_through(cast, AND_UP_AGAIN)

    said = Ticket.objects.get().messages.get(code="nobody_told")
    assert "Nobody was told of this outage: no alert rule leads to anybody, and Alder Books" in said.text
    assert "The administrators were told instead (1)." in said.text
    assert not said.is_public
    assert [recipient for _, recipient in told()] == [cast.administrator.email] * 2


def test_without_anybody_at_all_the_ticket_says_that_nobody_was_told(cast: Cast) -> None:
    User.objects.exclude(agency_role="").update(is_active=False)

    live_through(cast, AND_UP_AGAIN)

    assert Ticket.objects.get().messages.get(code="nobody_told").text.endswith("who can be reached.")
    assert told() == []


def test_the_ticket_is_silent_when_the_deputy_was_told(cast: Cast) -> None:
    access.suspend(user=cast.account_manager, by=cast.administrator, at=START - timedelta(days=1))

    live_through(cast, DOWN)

    assert not Ticket.objects.get().messages.filter(code="nobody_told").exists()


def test_an_account_manager_without_a_usable_address_keeps_nobody_else_back(cast: Cast) -> None:
    User.objects.filter(pk=cast.account_manager.pk).update(email="nowhere")

    live_through(cast, AND_UP_AGAIN)

    assert [recipient for _, recipient in told()] == [cast.deputy.email] * 2
    assert "is up again" in Ticket.objects.get().messages.order_by("id").last().text


def test_a_website_with_an_impossible_name_is_told_of_too(cast: Cast) -> None:
    Website.objects.filter(client=cast.a).update(name="Shop\r\nBcc: all@example.org\x1b")

    live_through(cast, DOWN)

    assert {subject for subject, _ in told()} == {"Down: Shop Bcc: all@example.org since 08:01"}


def test_an_outage_of_a_website_that_is_left_alone_does_not_go_on(cast: Cast) -> None:
    outage = live_through(cast, [*DOWN, REFUSED])
    left_at = START + timedelta(minutes=4, seconds=30)
    clients.edit_website(website=outage.website, is_active=False, by=TESTS, at=left_at)
    deliver(left_at)

    outage.refresh_from_db()
    assert (outage.ended_at, outage.ended_after) == (START + timedelta(minutes=4),) * 2
    clients.edit_website(website=outage.website, is_active=True, by=TESTS, at=left_at + timedelta(hours=1))
    deliver(left_at + timedelta(hours=1))
    assert Outage.objects.count() == 1


def test_administrators_are_told_once_that_a_prober_is_doubted_and_why(cast: Cast) -> None:
    looks = [
        CanaryLook(PLACE, "https://canary.example/", START + timedelta(seconds=2 * number), number > 4, OK)
        for number in range(8)
    ]
    for look in looks:
        actions.take_in(checks=[], canaries=[look], at=look.at)
        deliver(look.at)
    for record in FactRecord.objects.filter(kind="watch.prober_doubted"):
        for handler in TABLE[record.kind]:
            handler(record)
    actions.send_alerts(at=START + timedelta(minutes=2))

    letter, ended = OutgoingMail.objects.order_by("id")
    assert letter.recipient == ended.recipient == cast.administrator.email
    assert letter.subject == f"The prober at {PLACE} is doubted since 08:00"
    assert ended.subject == f"The prober at {PLACE} is believed again"
    assert "The only canary does not answer: https://canary.example/." in letter.text
    assert "no outages are opened" in letter.text
