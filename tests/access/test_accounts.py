"""People come, change and go."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from mainstay.access import actions
from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.common.facts import FactRecord


def test_an_address_is_kept_in_lower_case(cast, now) -> None:
    user = actions.create_user(email=" New.Person@Example.ORG ", name="New", by=cast.administrator, at=now)
    assert user.email == "new.person@example.org"
    assert User.objects.get_by_natural_key("NEW.person@example.org") == user


def test_one_account_an_address(cast, now) -> None:
    with pytest.raises(actions.UserExists, match=r"ada\.admin@example\.org"):
        actions.create_user(email="ADA.Admin@example.org", name="Another", by=cast.administrator, at=now)


def test_the_database_refuses_an_address_in_upper_case(cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Upper@example.org", name="Upper")


def test_a_role_of_clients_is_no_role_at_the_agency(cast, now) -> None:
    with pytest.raises(ValueError, match="viewer"):
        actions.create_user(email="x@example.org", name="X", agency_role=Role.VIEWER, by=cast.administrator, at=now)


def test_an_account_without_password_opens_with_none(cast, client) -> None:
    assert not cast.helper.has_usable_password()
    assert not client.login(email=cast.helper.email, password="")


def test_the_last_administrator_stays(cast, now) -> None:
    with pytest.raises(actions.LastAdministrator):
        actions.suspend(user=cast.administrator, by=cast.administrator, at=now)
    with pytest.raises(actions.LastAdministrator):
        actions.change_role(user=cast.administrator, role=Role.HELPER, by=cast.administrator, at=now)
    actions.change_role(user=cast.helper, role=Role.ADMINISTRATOR, by=cast.administrator, at=now)
    actions.suspend(user=cast.administrator, by=cast.helper, at=now)
    assert not User.objects.get(pk=cast.administrator.pk).is_active


def test_suspension_is_recorded_once(cast, now) -> None:
    actions.suspend(user=cast.helper, by=cast.administrator, at=now)
    actions.suspend(user=cast.helper, by=cast.administrator, at=now)
    facts = FactRecord.objects.filter(kind="access.user_suspended", subject=f"user:{cast.helper.pk}")
    assert [fact.by for fact in facts] == [cast.administrator]


def test_a_suspended_person_is_out_with_the_next_request(cast, client, now) -> None:
    client.force_login(cast.helper)
    assert client.get("/.well-known/change-password").status_code == 302
    before = client.get("/account/tokens/99/revocation/")
    assert before.status_code == 405
    actions.suspend(user=cast.helper, by=cast.administrator, at=now)
    after = client.post("/account/tokens/99/revocation/")
    assert after.status_code == 302
    assert after["Location"].startswith("/accounts/login/")


def test_a_restored_person_is_in_again(cast, client, now) -> None:
    actions.suspend(user=cast.helper, by=cast.administrator, at=now)
    actions.restore(user=cast.helper, by=cast.administrator, at=now)
    client.force_login(User.objects.get(pk=cast.helper.pk))
    assert client.post("/account/tokens/99/revocation/").status_code == 404


def test_a_new_role_is_recorded(cast, now) -> None:
    actions.change_role(user=cast.helper, role=Role.ENGINEER, by=cast.administrator, at=now)
    fact = FactRecord.objects.get(kind="access.role_changed")
    assert fact.body == {"user_id": cast.helper.pk, "role": "engineer", "grant_id": None, "is_alone": False}


def test_an_account_made_by_two_people_at_once_is_refused_once(cast, now, monkeypatch) -> None:
    """The second one looked before the first one wrote."""
    monkeypatch.setattr(QuerySet, "exists", lambda found: False)
    with pytest.raises(actions.UserExists):
        actions.create_user(email=cast.helper.email, name="Again", by=cast.administrator, at=now)
    assert User.objects.filter(email=cast.helper.email).count() == 1
