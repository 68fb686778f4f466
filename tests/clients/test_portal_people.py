"""A client's administrators manage their own people in the portal."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from mainstay.clients import actions
from mainstay.clients.models import Contact
from mainstay.common.facts import FactRecord
from mainstay.common.mail import OutgoingMail
from tests.clients.people import TESTS

NEW = {"name": "Ned New", "email": "ned@example.org", "audience": "website_user", "role": "viewer"}


@pytest.fixture
def world(cast, now):
    with time_machine.travel(now, tick=False):
        yield cast


@pytest.fixture
def theirs(world) -> Client:
    browser = Client()
    browser.force_login(world.a_administrator)
    return browser


def path(world, end: str = "") -> str:
    return f"/portal/{world.a.slug}/people/{end}"


def test_an_administrator_invites_somebody(world, theirs) -> None:
    theirs.post(path(world, "new/"), NEW)
    contact = Contact.objects.get(email="ned@example.org")
    assert (contact.client, contact.role, contact.user.has_usable_password()) == (world.a, "viewer", False)
    assert "/invitations/" in OutgoingMail.objects.get(recipient="ned@example.org").text


def test_a_known_address_is_refused(world, theirs) -> None:
    answer = theirs.post(path(world, "new/"), {**NEW, "email": world.a_viewer.email})
    assert answer.status_code == 422
    assert "already" in answer.content.decode()


def test_an_agency_role_is_refused(world, theirs) -> None:
    assert theirs.post(path(world, "new/"), {**NEW, "role": "administrator"}).status_code == 422


def test_a_changed_role_holds_with_the_next_request(world, theirs) -> None:
    hers = Client()
    hers.force_login(world.a_viewer)
    new = f"/portal/{world.a.slug}/tickets/new/"
    assert hers.get(new).status_code == 403
    contact = Contact.objects.get(user=world.a_viewer)
    given = {"name": contact.name, "audience": contact.audience, "role": "requester"}
    theirs.post(path(world, f"{contact.pk}/"), given)
    assert hers.get(new).status_code == 200


def test_nobody_changes_their_own_rights(world, theirs) -> None:
    contact = Contact.objects.get(user=world.a_administrator)
    given = {"name": "Anna A. Alder", "audience": contact.audience, "role": "client_administrator"}
    assert theirs.post(path(world, f"{contact.pk}/"), given).status_code == 302
    answer = theirs.post(path(world, f"{contact.pk}/"), {**given, "role": "viewer"})
    assert answer.status_code == 422
    contact.refresh_from_db()
    assert (contact.name, contact.role) == ("Anna A. Alder", "client_administrator")


def test_another_clients_person_is_not_found(world, theirs) -> None:
    contact = Contact.objects.get(user=world.b_administrator)
    assert theirs.get(path(world, f"{contact.pk}/")).status_code == 404
    assert theirs.post(path(world, f"{contact.pk}/invitation/")).status_code == 404


def test_the_account_manager_may_do_it_for_them(world, client) -> None:
    client.force_login(world.account_manager)
    assert client.get(path(world, "new/")).status_code == 200


def test_a_viewer_may_not(world, client) -> None:
    client.force_login(world.a_viewer)
    assert client.get(path(world, "new/")).status_code == 403
    assert "Invite somebody" not in client.get(path(world)).content.decode()


def test_whose_last_day_passed_has_left(world, now) -> None:
    contact = Contact.objects.get(user=world.a_viewer)
    actions.change_contact(contact=contact, access_until=now, by=world.a_administrator, at=now)
    assert actions.end_what_is_over(by=TESTS, at=now - timedelta(seconds=1)) == 0
    assert actions.end_what_is_over(by=TESTS, at=now) == 1
    contact.refresh_from_db()
    assert not contact.is_active
    fact = FactRecord.objects.filter(kind="clients.contact_changed").latest("id")
    assert (fact.body["contact_id"], fact.body["is_active"]) == (contact.pk, False)
