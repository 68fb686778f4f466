"""The highest role at the agency takes two people; access of staff can have an end; both hold with the next request."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from mainstay.access import actions
from mainstay.access.facts import AGENCY_ROLES, CLIENT_ROLES, Permission, Role
from mainstay.access.models import RoleGrant, User
from mainstay.access.rules import permissions_of
from mainstay.access.web import role_words
from mainstay.clients import actions as clients
from mainstay.common.facts import FactRecord, Process
from mainstay.common.mail import OutgoingMail

TESTS = Process("tests")
DAY = timedelta(days=1)


@pytest.fixture
def world(cast, now):
    with time_machine.travel(now, tick=False):
        yield cast


@pytest.fixture
def second(world, now) -> User:
    email, role = "alan.second@example.org", "administrator"
    return actions.create_user(email=email, name="Alan Second", agency_role=role, by=TESTS, at=now)


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def role_of(user: User) -> str:
    return User.objects.get(pk=user.pk).agency_role


def test_an_administrator_is_made_by_two(world, second) -> None:
    helper, theirs = world.helper, signed_in(world.helper)
    said = signed_in(world.administrator).post(f"/console/people/{helper.pk}/", {"role": "administrator"}, follow=True)
    assert "A second administrator has to confirm" in said.content.decode()
    assert role_of(helper) == "helper"
    assert theirs.get("/console/people/new/").status_code == 403
    assert OutgoingMail.objects.get(recipient=second.email).subject == "Is Hal Helper to be an administrator?"
    grant = RoleGrant.objects.get()
    page = signed_in(second).get("/console/people/").content.decode()
    assert "Hal Helper is to be an administrator" in page
    signed_in(second).post(f"/console/people/grants/{grant.pk}/confirmation/")
    assert role_of(helper) == "administrator"
    assert theirs.get("/console/people/new/").status_code == 200
    fact = FactRecord.objects.filter(kind="access.role_changed").latest("id")
    assert fact.body == {"user_id": helper.pk, "role": "administrator", "grant_id": grant.pk, "is_alone": False}


def test_whoever_asked_and_whom_it_is_about_cannot_confirm(world, second, now) -> None:
    actions.change_role(user=world.helper, role="administrator", by=world.administrator, at=now)
    grant = RoleGrant.objects.get()
    for person in (world.administrator, world.helper):
        with pytest.raises(actions.NotTheSecond):
            actions.confirm_role(grant=grant, by=person, at=now)
    page = signed_in(world.administrator).get("/console/people/").content.decode()
    assert "Take back" in page
    assert "confirmation" not in page
    assert role_of(world.helper) == "helper"


@pytest.mark.parametrize("why", ["late", "refused", "confirmed", "asker left", "asker is none", "person left"])
def test_a_grant_that_is_over_gives_nothing(world, second, now, why) -> None:
    actions.change_role(user=world.helper, role="administrator", by=world.administrator, at=now)
    grant, at = RoleGrant.objects.get(), now
    if why == "late":
        at = now + timedelta(days=7)
    elif why == "refused":
        actions.refuse_role(grant=grant, by=second, at=now)
    elif why == "confirmed":
        actions.confirm_role(grant=grant, by=second, at=now)
        User.objects.filter(pk=world.helper.pk).update(agency_role="helper")
    elif why == "asker left":
        actions.suspend(user=world.administrator, by=second, at=now)
    elif why == "asker is none":
        actions.change_role(user=world.administrator, role="helper", by=second, at=now)
    else:
        actions.suspend(user=world.helper, by=second, at=now)
    with pytest.raises(actions.GrantOver):
        actions.confirm_role(grant=RoleGrant.objects.get(), by=second, at=at)
    assert role_of(world.helper) == "helper"


def test_an_invited_administrator_has_no_role_before_the_second_person(world, second, now) -> None:
    given = {"name": "Iris", "email": "iris@example.org", "role": "administrator"}
    said = signed_in(world.administrator).post("/console/people/new/", given, follow=True).content.decode()
    iris = User.objects.get(email="iris@example.org")
    assert ("has to confirm" in said, iris.agency_role) == (True, "")
    assert signed_in(iris).get("/console/").status_code == 403
    actions.confirm_role(grant=RoleGrant.objects.get(), by=second, at=now)
    assert signed_in(User.objects.get(pk=iris.pk)).get("/console/").status_code == 200


def test_where_there_is_nobody_else_one_suffices_and_that_is_on_record(world, now) -> None:
    actions.change_role(user=world.helper, role="administrator", by=world.administrator, at=now)
    assert role_of(world.helper) == "administrator"
    assert FactRecord.objects.latest("id").body["is_alone"] is True


def test_other_roles_take_one_person(world, second, now) -> None:
    actions.change_role(user=world.helper, role="director", by=world.administrator, at=now)
    assert role_of(world.helper) == "director"
    assert not RoleGrant.objects.exists()


def test_access_of_staff_ends_with_the_next_request(world, now) -> None:
    theirs, token = signed_in(world.helper), world.token(world.helper)
    given = {"role": "helper", "last_day": "2026-03-04"}
    signed_in(world.administrator).post(f"/console/people/{world.helper.pk}/", given)
    assert User.objects.get(pk=world.helper.pk).access_until == datetime(2026, 3, 5, tzinfo=UTC)
    headers = {"Authorization": f"Bearer {token}"}
    assert theirs.get("/console/").status_code == 200
    assert Client().get("/api/v1/clients", headers=headers).status_code == 200
    with time_machine.travel(datetime(2026, 3, 5, tzinfo=UTC), tick=False):
        assert theirs.get("/console/")["Location"].startswith("/accounts/login/")
        assert Client().get("/api/v1/clients", headers=headers).status_code == 401
        assert "_auth_user_id" not in theirs.session


def test_whose_last_day_passed_is_shown_out(world, now) -> None:
    actions.set_access_end(user=world.helper, until=now + DAY, by=world.administrator, at=now)
    assert clients.end_staff_that_is_over(by=TESTS, at=now) == []
    (departure,) = clients.end_staff_that_is_over(by=TESTS, at=now + DAY)
    assert (departure.user, departure.by) == (world.helper, None)
    assert not User.objects.get(pk=world.helper.pk).is_active


def test_one_administrator_stays_without_an_end(world, second, now) -> None:
    actions.set_access_end(user=second, until=now + DAY, by=world.administrator, at=now)
    with pytest.raises(actions.LastAdministrator):
        actions.set_access_end(user=world.administrator, until=now + DAY, by=world.administrator, at=now)
    with pytest.raises(actions.LastAdministrator):
        actions.suspend(user=world.administrator, by=TESTS, at=now)


def test_a_last_day_that_is_over_is_refused(world) -> None:
    given = {"role": "helper", "last_day": "2026-03-03"}
    assert signed_in(world.administrator).post(f"/console/people/{world.helper.pk}/", given).status_code == 422


def test_every_right_is_told_in_words() -> None:
    of_clients = frozenset().union(*(permissions_of(role) for role in CLIENT_ROLES))
    assert frozenset().union(*(each.rights for each in role_words.FOR_CLIENTS)) == of_clients
    of_agency = frozenset().union(*(permissions_of(role) for role in AGENCY_ROLES))
    assert frozenset().union(*(each.rights for each in role_words.FOR_AGENCY)) == of_agency


@pytest.mark.parametrize("role", list(Role))
def test_the_words_of_a_role_tell_all_that_it_may(role) -> None:
    """No right is hidden behind a sentence of which the role holds only a part."""
    words = role_words.FOR_CLIENTS if role in CLIENT_ROLES else role_words.FOR_AGENCY
    told = frozenset().union(*(each.rights for each in words if each.rights <= permissions_of(role)))
    assert told == permissions_of(role)


def test_an_auditor_reads_all_and_changes_nothing() -> None:
    (auditor,) = (each for each in role_words.agency_roles() if each.role is Role.AUDITOR)
    reads = ["Reads everything of every client", "Reads the record of who did what, and from where"]
    assert list(auditor.may) == ["Uses the console", *reads, "Makes tokens for programs"]
    assert permissions_of(Role.AUDITOR) & {Permission.TICKET_REPLY, Permission.PEOPLE_EDIT} == set()


@pytest.mark.parametrize(("who", "sees"), [("account_manager", True), ("helper", False), ("auditor", False)])
def test_only_those_who_may_answer_are_led_to_the_requests(world, client, who, sees) -> None:
    client.force_login(getattr(world, who))
    assert ("/console/people/requests/" in client.get("/console/people/").content.decode()) is sees


def test_the_console_says_who_may_do_what(world, client) -> None:
    client.force_login(world.auditor)
    page = client.get("/console/people/roles/").content.decode()
    assert "Hal Helper" in page
    assert "Manages the agency’s people, mailboxes and channels" in page
