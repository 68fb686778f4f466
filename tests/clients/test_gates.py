"""Who gets which object."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from mainstay.access.facts import Permission
from mainstay.access.models import User
from mainstay.clients import actions, gates
from mainstay.clients.models import Organisation, Website


def test_staff_get_every_client(cast) -> None:
    for person in (cast.administrator, cast.helper, cast.auditor):
        assert gates.client_for(person, cast.b.slug, Permission.CLIENT_VIEW) == cast.b
        assert set(gates.clients_for(person, Permission.CLIENT_VIEW)) == {cast.agency, cast.a, cast.b}


def test_a_clients_people_get_their_own(cast) -> None:
    assert gates.client_for(cast.a_viewer, cast.a.slug, Permission.CLIENT_VIEW) == cast.a
    assert list(gates.clients_for(cast.a_viewer, Permission.CLIENT_VIEW)) == [cast.a]


@pytest.mark.parametrize("slug", ["birch-canary-of-b", "harbour-agency", "unknown", ""])
def test_another_clients_answers_404(cast, slug) -> None:
    with pytest.raises(Http404):
        gates.client_for(cast.a_administrator, slug, Permission.CLIENT_VIEW)


def test_a_missing_right_answers_403(cast) -> None:
    for person in (cast.a_administrator, cast.auditor):
        with pytest.raises(PermissionDenied):
            gates.client_for(person, cast.a.slug, Permission.CLIENT_EDIT)
        with pytest.raises(PermissionDenied):
            gates.website_for(person, cast.a.websites.get().pk, Permission.WEBSITE_EDIT)


def test_a_missing_right_does_not_tell_that_another_client_exists(cast) -> None:
    with pytest.raises(Http404):
        gates.client_for(cast.a_viewer, cast.b.slug, Permission.CLIENT_EDIT)
    with pytest.raises(Http404):
        gates.website_for(cast.a_viewer, cast.b.websites.get().pk, Permission.WEBSITE_EDIT)


def test_a_stranger_gets_nothing(cast) -> None:
    stranger = AnonymousUser()
    assert not gates.may(stranger, Permission.CLIENT_VIEW, cast.a)
    assert not gates.clients_for(stranger, Permission.CLIENT_VIEW).exists()
    assert not gates.scoped(Website.objects.all(), stranger, Permission.WEBSITE_VIEW).exists()
    with pytest.raises(Http404):
        gates.client_for(stranger, cast.a.slug, Permission.CLIENT_VIEW)


def test_a_suspended_person_gets_nothing(cast) -> None:
    for person in (cast.helper, cast.a_administrator):
        person.is_active = False
        assert not gates.may(person, Permission.CLIENT_VIEW, cast.a)
        assert not gates.scoped(Website.objects.all(), person, Permission.WEBSITE_VIEW).exists()
        with pytest.raises(Http404):
            gates.client_for(person, cast.a.slug, Permission.CLIENT_VIEW)


def test_rows_are_scoped_by_client(cast) -> None:
    assert [each.client for each in gates.scoped(Website.objects.all(), cast.a_viewer, Permission.WEBSITE_VIEW)] == [
        cast.a
    ]
    assert gates.scoped(Website.objects.all(), cast.helper, Permission.WEBSITE_VIEW).count() == 2
    assert not gates.scoped(Website.objects.all(), cast.a_viewer, Permission.WEBSITE_EDIT).exists()
    assert not gates.scoped(Website.objects.all(), cast.auditor, Permission.WEBSITE_EDIT).exists()


def test_somebody_of_two_clients_gets_both_with_the_right_of_each(cast) -> None:
    cast.contact(cast.b, role="client_administrator", email=cast.a_viewer.email, user=cast.a_viewer)
    assert set(gates.clients_for(cast.a_viewer, Permission.CLIENT_VIEW)) == {cast.a, cast.b}
    assert list(gates.clients_for(cast.a_viewer, Permission.TICKET_OPEN)) == [cast.b]
    assert not gates.may(cast.a_viewer, Permission.TICKET_OPEN, cast.a)


def test_a_client_no_longer_served_is_closed_to_its_people_only(cast, now) -> None:
    actions.edit_client(client=cast.a, is_active=False, by=cast.administrator, at=now)
    with pytest.raises(Http404):
        gates.client_for(cast.a_administrator, cast.a.slug, Permission.CLIENT_VIEW)
    assert gates.client_for(cast.helper, cast.a.slug, Permission.CLIENT_VIEW) == cast.a


def test_a_token_narrows_its_owner(cast) -> None:
    cast.administrator.scopes = frozenset({Permission.CLIENT_VIEW})
    assert gates.client_for(cast.administrator, cast.a.slug, Permission.CLIENT_VIEW) == cast.a
    assert not gates.scoped(Website.objects.all(), cast.administrator, Permission.WEBSITE_VIEW).exists()
    with pytest.raises(PermissionDenied):
        gates.client_for(cast.administrator, cast.a.slug, Permission.CLIENT_EDIT)


def test_a_token_does_not_widen_its_owner(cast) -> None:
    cast.a_viewer.scopes = frozenset(Permission)
    assert not gates.may(cast.a_viewer, Permission.CLIENT_EDIT, cast.a)
    with pytest.raises(Http404):
        gates.client_for(cast.a_viewer, cast.b.slug, Permission.CLIENT_VIEW)


@pytest.mark.parametrize("permission", list(Permission))
def test_lists_and_objects_agree(cast, permission) -> None:
    """What `clients_for` gives is what `may` allows: for each person and organisation."""
    for person in User.objects.all():
        listed = set(gates.clients_for(person, permission))
        assert listed == {each for each in Organisation.objects.all() if gates.may(person, permission, each)}
