"""People leave in one step: everything that opens anything is gone, and the list of it is kept."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client

from mainstay.access import actions as access
from mainstay.access.models import ApiToken, User
from mainstay.clients import actions, queries
from mainstay.clients.models import Absence, Contact, Departure, Rotation, Shift
from mainstay.common.facts import FactRecord
from mainstay.desk import actions as desk
from mainstay.desk.models import Ticket
from mainstay.watch.models import AlertRule
from tests.clients.duty import roster_of_agency
from tests.clients.people import TESTS, access_request_of

HOUR = timedelta(hours=1)
PASSWORD = "brisk otter lantern"


@pytest.fixture
def world(cast, now):
    with time_machine.travel(now, tick=False):
        yield cast


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def counts(departure: Departure) -> dict[str, int]:
    return {what: count for what, count in departure.removed if count}


@pytest.fixture
def busy(world, now) -> User:
    """The helper, with a session, a token, a shift, a turn, a stand-in, a client, a ticket and an alert rule."""
    helper, roster = world.helper, roster_of_agency()
    access.set_password(user=helper, password=PASSWORD, how="changed", at=now)
    world.token(helper)
    Shift.objects.all().delete()
    Rotation.objects.all().delete()
    given = {"roster": roster, "by": TESTS, "at": now}
    actions.plan_shift(user=helper, starts_at=now + HOUR, ends_at=now + 2 * HOUR, **given)
    people = [world.account_manager, helper, world.deputy]
    actions.set_rotation(people=people, first_on=date(2026, 3, 2), hand_over_at=time(9), weeks=1, **given)
    times = {"starts_at": now + 24 * HOUR, "ends_at": now + 48 * HOUR}
    actions.note_absence(user=world.administrator, deputy=helper, **times, by=TESTS, at=now)
    actions.name_account_manager(client=world.b, user=helper, by=TESTS, at=now - HOUR)
    desk.assign(ticket=world.ticket(world.a), assignee=helper, by=TESTS, at=now)
    AlertRule.objects.create(client=world.a, who="person", person=helper, events=["outage"])
    return User.objects.get(pk=helper.pk)


def test_a_colleague_is_shown_out_in_one_step(world, busy, now) -> None:
    theirs, administrator = signed_in(busy), signed_in(world.administrator)
    assert theirs.get("/console/").status_code == 200
    page = f"/console/people/{busy.pk}/departure/"
    assert administrator.get(page).status_code == 404
    shown = administrator.post(page, follow=True).content.decode()
    assert "Open tickets, back in the queue" in shown
    assert theirs.get("/console/").status_code == 302
    departure = Departure.objects.get()
    assert counts(departure) == {
        "sessions": 1, "tokens": 1, "password": 1, "clients_looked_after": 1, "shifts": 1, "turns": 1, "stand_ins": 1,
        "tickets": 1, "alert_rules": 1,
    }  # fmt: skip
    assert (departure.client, departure.user, departure.by) == (world.agency, busy, world.administrator)
    busy.refresh_from_db()
    assert (busy.is_active, busy.has_usable_password()) == (False, False)
    assert not ApiToken.objects.filter(user=busy, revoked_at__isnull=True).exists()
    assert Ticket.objects.get().assignee is None
    assert queries.account_manager(world.b, now) is None
    assert Absence.objects.get(user=world.administrator).deputy is None
    assert AlertRule.objects.get(person=busy).retired_at == now
    fact = FactRecord.objects.filter(kind="clients.person_left").latest("id")
    assert (fact.body["user_id"], fact.body["removed"]["tickets"]) == (busy.pk, 1)


def test_a_rotation_goes_on_without_whoever_left(world, busy, now) -> None:
    roster = Rotation.objects.get(ends_at__isnull=True).roster
    actions.offboard_colleague(user=busy, by=world.administrator, at=now)
    rotation = queries.rotation_of(roster)
    assert rotation.people == [world.deputy.pk, world.account_manager.pk]
    assert rotation.first_on == date(2026, 3, 2)
    assert queries.on_call(roster, now) in (world.deputy, world.account_manager)


@pytest.mark.parametrize(("hour", "first_on"), [(9, date(2026, 3, 4)), (11, date(2026, 2, 25))])
def test_nobody_who_left_is_on_call_until_the_next_change(world, now, hour, first_on) -> None:
    roster = roster_of_agency()
    given = {"roster": roster, "hand_over_at": time(hour), "weeks": 1, "by": TESTS}
    people = [world.helper, world.deputy]
    began = datetime(2026, 2, 18, 7, tzinfo=UTC)
    actions.set_rotation(people=people, first_on=date(2026, 2, 18), at=began, **given)
    actions.offboard_colleague(user=world.helper, by=world.administrator, at=now)
    assert queries.rotation_of(roster).first_on == first_on
    assert queries.on_call(roster, now) == world.deputy


def test_a_rotation_of_nobody_else_ends(world, now) -> None:
    roster = roster_of_agency()
    given = {"roster": roster, "by": TESTS, "at": now}
    actions.set_rotation(people=[world.helper], first_on=date(2026, 3, 2), hand_over_at=time(9), weeks=1, **given)
    actions.offboard_colleague(user=world.helper, by=world.administrator, at=now)
    assert queries.rotation_of(roster) is None


def test_nobody_shows_themselves_or_the_last_administrator_out(world, now) -> None:
    with pytest.raises(actions.OwnDeparture):
        actions.offboard_colleague(user=world.administrator, by=world.administrator, at=now)
    with pytest.raises(access.LastAdministrator):
        actions.offboard_colleague(user=world.administrator, by=TESTS, at=now)
    assert not Departure.objects.exists()
    said = signed_in(world.administrator).post(f"/console/people/{world.administrator.pk}/departure/", follow=True)
    assert "shows you out" in said.content.decode()


def test_letting_back_in_gives_nothing_back(world, busy, now) -> None:
    theirs = signed_in(busy)
    actions.offboard_colleague(user=busy, by=world.administrator, at=now)
    access.restore(user=busy, by=world.administrator, at=now)
    assert theirs.get("/console/").status_code == 302
    assert not ApiToken.objects.filter(user=busy, revoked_at__isnull=True).exists()
    assert not User.objects.get(pk=busy.pk).check_password(PASSWORD)


def test_a_clients_person_is_removed_in_one_step(world, now) -> None:
    theirs = signed_in(world.a_viewer)
    contact = Contact.objects.get(user=world.a_viewer)
    people = f"/portal/{world.a.slug}/people/"
    administrator = signed_in(world.a_administrator)
    shown = administrator.post(f"{people}{contact.pk}/removal/", follow=True).content.decode()
    assert "Signed-in devices, signed out" in shown
    assert theirs.get(f"/portal/{world.a.slug}/").status_code == 302
    contact.refresh_from_db()
    assert not contact.is_active
    assert not User.objects.get(pk=world.a_viewer.pk).is_active
    assert counts(Departure.objects.get()) == {"rights": 1, "sessions": 1}
    assert "Who has left" in administrator.get(people).content.decode()


@pytest.mark.parametrize("way", ["console", "time", "removal"])
def test_every_way_out_takes_the_same(world, now, way) -> None:
    contact = Contact.objects.get(user=world.a_viewer)
    if way == "console":
        given = {"name": contact.name, "audience": contact.audience, "role": contact.role}
        signed_in(world.administrator).post(f"/console/contacts/{contact.pk}/", given)
    elif way == "time":
        Contact.objects.filter(pk=contact.pk).update(access_until=now)
        actions.end_what_is_over(by=TESTS, at=now)
    else:
        actions.change_contact(contact=contact, is_active=False, by=world.a_administrator, at=now)
    assert counts(Departure.objects.get()) == {"rights": 1}
    assert not User.objects.get(pk=world.a_viewer.pk).is_active


def test_whoever_belongs_elsewhere_keeps_the_account(world, now) -> None:
    contact = Contact.objects.get(user=world.a_viewer)
    other = world.contact(world.b, email=world.a_viewer.email)
    Contact.objects.filter(pk=other.pk).update(user=world.a_viewer)
    theirs = signed_in(world.a_viewer)
    actions.change_contact(contact=contact, is_active=False, by=world.a_administrator, at=now)
    assert theirs.get(f"/portal/{world.a.slug}/").status_code == 404
    assert theirs.get(f"/portal/{world.b.slug}/").status_code == 200
    assert User.objects.get(pk=world.a_viewer.pk).is_active


def test_open_requests_go_with_the_person(world, now) -> None:
    request = access_request_of(world.a, world.a_viewer)
    contact = Contact.objects.get(user=world.a_viewer)
    actions.change_contact(contact=contact, is_active=False, by=world.a_administrator, at=now)
    request.refresh_from_db()
    assert request.answer == "refused"


def test_nobody_removes_themselves(world) -> None:
    contact = Contact.objects.get(user=world.a_administrator)
    said = signed_in(world.a_administrator).post(f"/portal/{world.a.slug}/people/{contact.pk}/removal/", follow=True)
    assert "You cannot remove yourself" in said.content.decode()
    contact.refresh_from_db()
    assert contact.is_active


def test_what_was_taken_is_another_clients_business(world, now) -> None:
    contact = Contact.objects.get(user=world.a_viewer)
    actions.change_contact(contact=contact, is_active=False, by=world.a_administrator, at=now)
    for slug in (world.a.slug, world.b.slug):
        path = f"/portal/{slug}/people/{contact.pk}/departure/"
        assert signed_in(world.b_administrator).get(path).status_code == 404


def test_a_sleeping_account_is_woken_by_the_client(world, now) -> None:
    contact = Contact.objects.get(user=world.a_viewer)
    User.objects.filter(pk=world.a_viewer.pk).update(is_active=False, asleep_at=datetime(2026, 2, 1, tzinfo=UTC))
    administrator = signed_in(world.a_administrator)
    assert "sleeps since" in administrator.get(f"/portal/{world.a.slug}/people/").content.decode()
    administrator.post(f"/portal/{world.a.slug}/people/{contact.pk}/waking/")
    assert User.objects.get(pk=world.a_viewer.pk).is_active


def test_a_suspended_account_is_not_woken_by_the_client(world, now) -> None:
    contact = Contact.objects.get(user=world.a_viewer)
    User.objects.filter(pk=world.a_viewer.pk).update(is_active=False)
    signed_in(world.a_administrator).post(f"/portal/{world.a.slug}/people/{contact.pk}/waking/")
    assert not User.objects.get(pk=world.a_viewer.pk).is_active


def test_another_client_invites_whoever_left_the_first(world, now) -> None:
    contact = Contact.objects.get(user=world.a_viewer)
    actions.change_contact(contact=contact, is_active=False, by=world.a_administrator, at=now)
    given = {"name": "Vera", "email": world.a_viewer.email, "role": "viewer", "by": world.b_administrator, "at": now}
    actions.add_contact(client=world.b, invite=True, **given)
    user = User.objects.get(pk=world.a_viewer.pk)
    assert (user.is_active, user.closed_at) == (True, None)
    theirs = signed_in(user)
    assert theirs.get(f"/portal/{world.b.slug}/").status_code == 200
    assert theirs.get(f"/portal/{world.a.slug}/").status_code == 404


def test_a_suspended_person_is_not_let_in_by_an_invitation(world, now) -> None:
    access.suspend(user=world.a_viewer, by=world.administrator, at=now)
    given = {"name": "Vera", "email": world.a_viewer.email, "role": "viewer", "by": world.b_administrator, "at": now}
    with pytest.raises(actions.InvitationRefused):
        actions.add_contact(client=world.b, invite=True, **given)


def test_whoever_waits_for_another_client_keeps_the_account(world, now) -> None:
    request = access_request_of(world.b, world.a_viewer)
    contact = Contact.objects.get(user=world.a_viewer)
    actions.change_contact(contact=contact, is_active=False, by=world.a_administrator, at=now)
    request.refresh_from_db()
    assert (User.objects.get(pk=world.a_viewer.pk).is_active, request.answer) == (True, "")
