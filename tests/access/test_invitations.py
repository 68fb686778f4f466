"""Invited people set their first password."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from mainstay.access import actions
from mainstay.access.models import Invitation, User
from mainstay.common.mail import OutgoingMail

NEW = "brisk otter lantern"
FORM = {"password1": NEW, "password2": NEW}


@pytest.fixture
def link(cast, now) -> str:
    """The page that the helper was mailed."""
    actions.invite(user=cast.helper, to_what="Harbour Agency", by=cast.administrator, at=now)
    return re.search(r"http://127\.0\.0\.1:8000(/invitations/\S+)", OutgoingMail.objects.get().text)[1]


@pytest.fixture(autouse=True)
def _now(now):
    with time_machine.travel(now, tick=False):
        yield


def test_the_first_password_signs_in(cast, client, link) -> None:
    assert cast.helper.name in client.get(link).content.decode()
    answer = client.post(link, FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(cast.helper.pk)
    assert User.objects.get(pk=cast.helper.pk).check_password(NEW)


def test_the_link_works_once(link) -> None:
    Client().post(link, FORM)
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"password1": NEW + "!", "password2": NEW + "!"}).status_code == 404


def test_two_at_the_same_time_set_one_password(cast, link, now) -> None:
    invitation = Invitation.objects.get()
    actions.accept_invitation(invitation=invitation, password=NEW, at=now)
    with pytest.raises(actions.InvitationUsed):
        actions.accept_invitation(invitation=invitation, password="another otter lantern", at=now)
    assert User.objects.get(pk=cast.helper.pk).check_password(NEW)


@pytest.mark.parametrize(("days", "status"), [(6.99, 200), (7.01, 404)])
def test_the_link_works_for_seven_days(link, now, days, status) -> None:
    with time_machine.travel(now + timedelta(days=days), tick=False):
        assert Client().get(link).status_code == status


def test_a_suspended_persons_link_opens_nothing(cast, link) -> None:
    User.objects.filter(pk=cast.helper.pk).update(is_active=False)
    assert Client().post(link, FORM).status_code == 404


@pytest.mark.parametrize("key", ["x", "x" * 300, "%00", "%20"])
def test_another_key_opens_nothing(link, key) -> None:
    assert Client().get(f"/invitations/{key}/").status_code == 404


def test_the_key_is_not_kept(link) -> None:
    assert link.split("/")[2] not in str(Invitation.objects.values().get())


def test_passwords_that_differ_are_refused(link, cast) -> None:
    answer = Client().post(link, {"password1": NEW, "password2": NEW + "!"})
    assert "differ" in answer.content.decode()
    assert not User.objects.get(pk=cast.helper.pk).has_usable_password()


def test_whoever_has_a_password_is_only_told(cast, now) -> None:
    cast.helper.set_password(NEW)
    cast.helper.save()
    assert actions.invite(user=cast.helper, to_what="Alder Books", by=cast.administrator, at=now) is None
    letter = OutgoingMail.objects.get()
    assert "/invitations/" not in letter.text
    assert "Alder Books" in letter.subject


def test_the_first_administrator_gets_a_link_for_an_hour_and_no_mail(cast, client, now) -> None:
    link = actions.first_invitation(user=cast.administrator, at=now)

    assert link.startswith("http://127.0.0.1:8000/invitations/")
    assert not OutgoingMail.objects.exists()
    with time_machine.travel(now + timedelta(minutes=59), tick=False):
        assert Client().get(link).status_code == 200
        assert client.post(link, FORM).status_code == 302
        assert Client().get(link).status_code == 404


def test_the_first_link_ends_after_an_hour_and_with_the_next_one(cast, now) -> None:
    first = actions.first_invitation(user=cast.administrator, at=now)
    assert Client().get(first).status_code == 200

    second = actions.first_invitation(user=cast.administrator, at=now)

    assert Client().get(first).status_code == 404
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        assert Client().get(second).status_code == 404


def test_a_password_set_another_way_ends_the_invitation(cast, now) -> None:
    invitation = actions.invite(user=cast.helper, to_what="the console", by=cast.administrator, at=now)
    actions.set_password(user=cast.helper, password="brisk otter lantern", how="recovered", at=now)
    with pytest.raises(actions.InvitationUsed):
        actions.accept_invitation(invitation=invitation, password="quiet harbour seventeen", at=now)
