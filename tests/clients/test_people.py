"""Account managers, deputies and contacts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mainstay.access.facts import Permission, Role
from mainstay.access.models import Invitation, User
from mainstay.clients import actions, gates, queries
from mainstay.clients.facts import Audience, Part
from mainstay.clients.models import Assignment
from mainstay.common.mail import OutgoingMail


def test_the_account_manager_is_the_one_of_the_instant(cast, now) -> None:
    actions.name_account_manager(client=cast.a, user=cast.helper, by=cast.administrator, at=now)
    assert queries.account_manager(cast.a, now - timedelta(microseconds=1)) == cast.account_manager
    assert queries.account_manager(cast.a, now) == cast.helper
    assert queries.deputy(cast.a, now) == cast.deputy
    assert queries.account_manager(cast.b, now) == cast.account_manager


def test_somebody_can_be_named_ahead_of_time(cast, now) -> None:
    later = now + timedelta(days=7)
    actions.name_account_manager(client=cast.a, user=cast.helper, starts_at=later, by=cast.administrator, at=now)
    assert queries.account_manager(cast.a, now) == cast.account_manager
    assert queries.account_manager(cast.a, later) == cast.helper
    actions.name_account_manager(client=cast.a, user=cast.deputy, by=cast.administrator, at=now)
    assert queries.account_manager(cast.a, later) == cast.deputy


def test_a_client_cannot_be_looked_after_by_a_clients_person(cast, now) -> None:
    with pytest.raises(actions.NotStaff):
        actions.name_account_manager(client=cast.a, user=cast.a_administrator, by=cast.administrator, at=now)


def test_whoever_leaves_looks_after_nobody(cast, now) -> None:
    assert actions.release_person(user=cast.account_manager, at=now) == 2
    assert actions.release_person(user=cast.account_manager, at=now) == 0
    assert queries.account_manager(cast.a, now) is None
    assert queries.account_manager(cast.a, now - timedelta(seconds=1)) == cast.account_manager


def test_the_database_keeps_one_running_account_manager(cast, now) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(client=cast.a, user=cast.helper, part=Part.MANAGER, starts_at=now)


def test_people_of_many_clients_come_in_one_query(cast, now, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = queries.managers_of([cast.a, cast.b, cast.agency], now)
    assert found[cast.a.pk] == {"manager": cast.account_manager, "deputy": cast.deputy}
    assert found[cast.agency.pk] == {}


def test_mail_finds_its_sender(cast, now) -> None:
    contact = cast.contact(cast.a, email="Jane@Alder.example", audience=Audience.IT_TEAM)
    assert queries.contact_for_address(" JANE@alder.example ") == contact
    assert queries.contact_for_address("nobody@alder.example") is None


def test_an_address_of_two_clients_finds_neither(cast) -> None:
    for client in (cast.a, cast.b):
        cast.contact(client, email="freelance@example.org")
    assert queries.contact_for_address("freelance@example.org") is None


def test_whoever_left_is_not_found(cast, now) -> None:
    contact = cast.contact(cast.a, email="jane@alder.example")
    actions.change_contact(contact=contact, is_active=False, by=cast.administrator, at=now)
    assert queries.contact_for_address("jane@alder.example") is None


def test_one_contact_an_address(cast) -> None:
    cast.contact(cast.a, email="jane@alder.example")
    with pytest.raises(actions.AlreadyContact, match=r"jane@alder\.example"):
        cast.contact(cast.a, email="JANE@alder.example")
    cast.contact(cast.b, email="jane@alder.example")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.HELPER, Role.AUDITOR])
def test_a_contact_never_gets_a_role_of_the_agency(cast, now, role) -> None:
    with pytest.raises(ValueError, match="not a role of a client"):
        cast.contact(cast.a, role=role)
    contact = cast.contact(cast.a)
    with pytest.raises(ValueError, match="not a role of a client"):
        actions.change_contact(contact=contact, role=role, by=cast.administrator, at=now)


def test_an_invited_contact_gets_an_account_and_a_mail(cast, now) -> None:
    contact = cast.contact(cast.a, email="jane@alder.example")
    actions.invite_contact(contact=contact, by=cast.administrator, at=now)
    assert contact.user.email == "jane@alder.example"
    assert not contact.user.is_staff_member
    assert OutgoingMail.objects.get().recipient == "jane@alder.example"
    assert Invitation.objects.get().user == contact.user


def test_a_second_invitation_ends_the_first(cast, now) -> None:
    contact = cast.contact(cast.a)
    for _ in range(2):
        actions.invite_contact(contact=contact, by=cast.administrator, at=now)
    assert [each.opens_at(now) for each in Invitation.objects.order_by("id")] == [False, True]
    assert User.objects.filter(email=contact.email).count() == 1


def test_nobody_suspended_is_invited(cast, now) -> None:
    contact = cast.a.contacts.get(user=cast.a_viewer)
    User.objects.filter(pk=cast.a_viewer.pk).update(is_active=False)
    contact.user.refresh_from_db()
    with pytest.raises(actions.InvitationRefused):
        actions.invite_contact(contact=contact, by=cast.administrator, at=now)
    assert not OutgoingMail.objects.exists()


def test_a_changed_role_holds_at_once(cast, now) -> None:
    assert not gates.may(cast.a_viewer, Permission.TICKET_OPEN, cast.a)
    contact = cast.a.contacts.get(user=cast.a_viewer)
    actions.change_contact(contact=contact, role=Role.REQUESTER, by=cast.administrator, at=now)
    assert gates.may(cast.a_viewer, Permission.TICKET_OPEN, cast.a)
    actions.change_contact(contact=contact, is_active=False, by=cast.administrator, at=now)
    assert not gates.may(cast.a_viewer, Permission.TICKET_VIEW, cast.a)
