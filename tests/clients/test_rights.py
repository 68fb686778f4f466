"""Roles for single websites, the second person for a client's administrator, and the page of who may do what."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mainstay.access.facts import Permission, Role
from mainstay.access.models import User
from mainstay.clients import actions, gates, queries
from mainstay.clients.models import AdministratorGrant, Contact, MaintenanceWindow, WebsiteRole
from mainstay.common.facts import FactRecord
from mainstay.common.mail import OutgoingMail
from tests.clients.people import TESTS, administrator_grant_of

WRITE = Permission.AMENDMENT_WRITE


@pytest.fixture
def world(cast, now):
    with time_machine.travel(now, tick=False):
        yield cast


@pytest.fixture
def vera(world) -> Contact:
    return Contact.objects.get(user=world.a_viewer)


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def path(world, end: str = "") -> str:
    return f"/portal/{world.a.slug}/people/{end}"


def test_a_role_at_one_website_gives_rights_there_alone(world, vera) -> None:
    one, other = world.a.websites.get(), world.website(world.a)
    given = {f"website-{one.pk}": "editor", f"website-{other.pk}": ""}
    signed_in(world.a_administrator).post(path(world, f"{vera.pk}/websites/"), given)
    viewer = world.a_viewer
    assert gates.may(viewer, WRITE, world.a, one.pk)
    assert not gates.may(viewer, WRITE, world.a, other.pk)
    assert not gates.may(viewer, WRITE, world.a)
    assert gates.website_for(viewer, one.pk, WRITE) == one
    assert queries.roles_held(viewer) == [(world.a, None, "viewer"), (world.a, one, "editor")]
    fact = FactRecord.objects.filter(kind="clients.website_role_changed").get()
    assert (fact.body["contact_id"], fact.body["website_id"], fact.body["role"]) == (vera.pk, one.pk, "editor")


def test_it_holds_for_what_belongs_to_the_website(world, vera, now) -> None:
    window = world.window(world.a)
    MaintenanceWindow.objects.filter(pk=window.pk).update(website=world.a.websites.get())
    with pytest.raises(PermissionDenied):
        gates.window_for(world.a_viewer, window.pk, Permission.TICKET_OPEN)
    actions.set_website_roles(contact=vera, roles={world.a.websites.get().pk: Role.REQUESTER}, by=TESTS, at=now)
    assert gates.window_for(world.a_viewer, window.pk, Permission.TICKET_OPEN) == window
    with pytest.raises(PermissionDenied):
        gates.client_for(world.a_viewer, world.a.slug, Permission.TICKET_OPEN)


def test_it_ends_with_the_next_request(world, vera, now) -> None:
    website = world.a.websites.get()
    actions.set_website_roles(contact=vera, roles={website.pk: Role.PUBLISHER}, by=TESTS, at=now)
    actions.set_website_roles(contact=vera, roles={website.pk: None}, by=TESTS, at=now)
    assert not gates.may(world.a_viewer, WRITE, world.a, website.pk)
    assert FactRecord.objects.latest("id").body["role"] == ""


@pytest.mark.parametrize("why", ["left", "time"])
def test_without_access_to_the_client_no_website_role_holds(world, vera, now, why) -> None:
    website = world.a.websites.get()
    actions.set_website_roles(contact=vera, roles={website.pk: Role.EDITOR}, by=TESTS, at=now)
    if why == "left":
        actions.change_contact(contact=vera, is_active=False, by=world.a_administrator, at=now)
        assert ["website_roles", 1] in vera.departures.get().removed
    else:
        Contact.objects.filter(pk=vera.pk).update(access_until=datetime(2026, 1, 1, tzinfo=UTC))
    assert not gates.may(User.objects.get(pk=world.a_viewer.pk), WRITE, world.a, website.pk)


def test_another_clients_website_is_refused(world, vera, now) -> None:
    website = world.b.websites.get()
    with pytest.raises(actions.NoSuchWebsite):
        actions.set_website_roles(contact=vera, roles={website.pk: Role.EDITOR}, by=TESTS, at=now)
    given = {f"website-{website.pk}": "publisher"}
    signed_in(world.a_administrator).post(path(world, f"{vera.pk}/websites/"), given)
    assert not WebsiteRole.objects.exists()


@pytest.mark.parametrize("role", ["client_administrator", "administrator", "viewer", "nonsense"])
def test_what_is_no_role_for_a_website_is_refused(world, vera, role) -> None:
    given = {f"website-{world.a.websites.get().pk}": role}
    signed_in(world.a_administrator).post(path(world, f"{vera.pk}/websites/"), given)
    assert not WebsiteRole.objects.exists()


def test_nobody_gives_themselves_a_role(world, now) -> None:
    own = Contact.objects.get(user=world.a_administrator)
    roles = {world.a.websites.get().pk: Role.PUBLISHER}
    with pytest.raises(actions.OwnAccess):
        actions.set_website_roles(contact=own, roles=roles, by=world.a_administrator, at=now)


@pytest.mark.parametrize(("role", "may"), [
    (Role.VIEWER, set()),
    (Role.REQUESTER, set()),
    (Role.EDITOR, {Permission.AMENDMENT_WRITE}),
    (Role.APPROVER, {Permission.AMENDMENT_WRITE, Permission.AMENDMENT_APPROVE}),
    (Role.PUBLISHER, {Permission.AMENDMENT_WRITE, Permission.AMENDMENT_PUBLISH}),
])  # fmt: skip
def test_what_each_role_may_do_with_amendments(world, vera, now, role, may) -> None:
    actions.change_contact(contact=vera, role=role, by=world.a_administrator, at=now)
    all_of_them = {Permission.AMENDMENT_WRITE, Permission.AMENDMENT_APPROVE, Permission.AMENDMENT_PUBLISH}
    assert gates.permissions_for(world.a_viewer, world.a) & all_of_them == may


def test_a_clients_administrator_is_made_by_two(world, vera) -> None:
    given = {"name": vera.name, "audience": vera.audience, "role": "client_administrator"}
    said = signed_in(world.a_administrator).post(path(world, f"{vera.pk}/"), given, follow=True).content.decode()
    assert "Somebody else has to confirm" in said
    vera.refresh_from_db()
    grant = AdministratorGrant.objects.get()
    assert (vera.role, grant.asked_by) == ("viewer", world.a_administrator)
    theirs = signed_in(world.a_viewer)
    assert theirs.get(path(world, "new/")).status_code == 403
    told = set(OutgoingMail.objects.values_list("recipient", flat=True))
    assert told == {world.account_manager.email, world.deputy.email}
    page = signed_in(world.account_manager).get(path(world)).content.decode()
    assert "Vera Alder is to be an administrator" in page
    signed_in(world.account_manager).post(path(world, f"grants/{grant.pk}/confirmation/"))
    assert theirs.get(path(world, "new/")).status_code == 200
    steps = FactRecord.objects.filter(kind="clients.administrator_step").values_list("body__step", flat=True)
    assert list(steps.order_by("id")) == ["asked", "confirmed"]


def test_whoever_asked_and_whom_it_is_about_cannot_confirm(world, vera, now) -> None:
    actions.change_contact(contact=vera, role="client_administrator", by=world.a_administrator, at=now)
    grant = AdministratorGrant.objects.get()
    for person in (world.a_administrator, world.a_viewer):
        with pytest.raises(actions.NotTheSecond):
            actions.confirm_administrator(grant=grant, by=person, at=now)
    with pytest.raises(actions.GrantOver):
        actions.confirm_administrator(grant=grant, by=world.b_administrator, at=now)
    with pytest.raises(actions.GrantOver):
        actions.confirm_administrator(grant=grant, by=world.helper, at=now)
    vera.refresh_from_db()
    assert vera.role == "viewer"


@pytest.mark.parametrize("why", ["late", "refused", "asker lost the right", "person left"])
def test_a_grant_that_is_over_gives_nothing(world, now, why) -> None:
    grant, at = administrator_grant_of(world.a, world.deputy), datetime(2026, 3, 4, tzinfo=UTC)
    if why == "late":
        at = grant.asked_at + timedelta(days=7)
    elif why == "refused":
        actions.refuse_administrator(grant=grant, by=world.a_administrator, at=at)
    elif why == "person left":
        actions.change_contact(contact=grant.contact, is_active=False, by=world.a_administrator, at=at)
    else:
        User.objects.filter(pk=world.deputy.pk).update(agency_role="helper")
    grant = AdministratorGrant.objects.select_related("contact__client").get()
    with pytest.raises(actions.GrantOver):
        actions.confirm_administrator(grant=grant, by=world.a_administrator, at=at)
    assert Contact.objects.get(pk=grant.contact_id).role == "requester"


@pytest.mark.parametrize("way", ["portal", "console", "back again"])
def test_no_way_makes_an_administrator_alone(world, now, way) -> None:
    given = {"name": "Ned", "email": "ned@example.org", "audience": "website_user", "role": "client_administrator"}
    if way == "portal":
        signed_in(world.a_administrator).post(path(world, "new/"), given)
    elif way == "console":
        signed_in(world.account_manager).post(f"/console/clients/{world.a.slug}/contacts/new/", given)
    else:
        gone = world.contact(world.a, Role.CLIENT_ADMINISTRATOR, name="Ned", email="ned@example.org")
        actions.change_contact(contact=gone, is_active=False, by=TESTS, at=now)
        signed_in(world.a_administrator).post(path(world, f"{gone.pk}/return/"))
    ned = Contact.objects.get(email="ned@example.org")
    assert (ned.role, ned.is_active, ned.administrator_grants.count()) == ("requester", True, 1)


def test_where_there_is_nobody_else_one_suffices_and_that_is_on_record(world, vera, now) -> None:
    User.objects.exclude(pk=world.administrator.pk).exclude(agency_role="").update(is_active=False)
    Contact.objects.filter(user=world.a_administrator).update(is_active=False)
    actions.change_contact(contact=vera, role="client_administrator", by=world.administrator, at=now)
    vera.refresh_from_db()
    assert vera.role == "client_administrator"
    assert FactRecord.objects.filter(kind="clients.administrator_step").get().body["step"] == "alone"


def test_another_clients_grant_is_not_found(world) -> None:
    grant = administrator_grant_of(world.a, world.deputy)
    for slug in (world.a.slug, world.b.slug):
        answer = signed_in(world.b_administrator).post(f"/portal/{slug}/people/grants/{grant.pk}/confirmation/")
        assert answer.status_code == 404


def test_somebody_who_left_comes_back_with_a_new_password(world, vera, now) -> None:
    actions.change_contact(contact=vera, is_active=False, by=world.a_administrator, at=now)
    signed_in(world.a_administrator).post(path(world, f"{vera.pk}/return/"))
    vera.refresh_from_db()
    user = User.objects.get(pk=world.a_viewer.pk)
    assert (vera.is_active, user.is_active, user.has_usable_password()) == (True, True, False)
    assert "/invitations/" in OutgoingMail.objects.filter(recipient=user.email).latest("id").text


def test_the_portal_says_who_may_do_what(world, vera, now) -> None:
    actions.set_website_roles(contact=vera, roles={world.a.websites.get().pk: Role.EDITOR}, by=TESTS, at=now)
    page = signed_in(world.a_administrator).get(path(world, "roles/")).content.decode()
    assert "Writes amendments to a website" in page
    assert f'Vera Alder <span class="muted">({world.a.websites.get().name})' in page
    hers = signed_in(world.a_viewer).get(path(world, "roles/")).content.decode()
    assert "This is you." in hers
    assert "Rita Alder" not in hers


def test_the_page_takes_as_many_queries_for_one_as_for_three(world) -> None:
    browser, counts = signed_in(world.a_administrator), []
    for number in range(3):
        with CaptureQueriesContext(connection) as seen:
            browser.get(path(world, "roles/"))
        counts.append(len(seen))
        added = world.contact(world.a)
        Contact.objects.filter(pk=added.pk).update(user=User.objects.create_user(f"n{number}@example.org", name="N"))
    assert counts[0] == counts[2]
