"""Registering oneself: an address, a mailed link, a name and a password; and nothing told about who has an account."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mainstay.access import actions, queries
from mainstay.access.models import Registration, User
from mainstay.common.facts import FactRecord, Process
from mainstay.common.jobs import Job, run_due
from mainstay.common.mail import OutgoingMail

ASK = "/accounts/signup/"
NEW = "brisk otter lantern"
TESTS = Process("tests")
FORM = {"name": "Nora New", "password1": NEW, "password2": NEW}
ADDRESS = "nora@elsewhere.example"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def world(cast, now):
    with time_machine.travel(now, tick=False):
        yield cast


def ask(client: Client, email: str = ADDRESS):
    return client.post(ASK, {"email": email}, follow=True)


def mailed_link(at, email: str = ADDRESS) -> str:
    run_due(at, queue="mail")
    letter = OutgoingMail.objects.filter(recipient=email, key__startswith="registration:").latest("id")
    return re.search(r"http://127\.0\.0\.1:8000(/registrations/\S+)", letter.text)[1]


def test_the_mailed_link_makes_an_account_that_sees_no_client(world, client, now) -> None:
    ask(client, " Nora@Elsewhere.example ")
    assert not User.objects.filter(email=ADDRESS).exists()
    link = mailed_link(now)
    assert ADDRESS in client.get(link).content.decode()
    answer = client.post(link, FORM)
    user = User.objects.get(email=ADDRESS)
    assert (answer.status_code, user.name, user.agency_role) == (302, "Nora New", "")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert queries.roles_of(user) == []
    assert {"access.user_registered", "access.signed_in"} <= set(FactRecord.objects.values_list("kind", flat=True))
    for path in (f"/portal/{world.a.slug}/", f"/portal/{world.a.slug}/people/", f"/portal/{world.a.slug}/tickets/"):
        assert client.get(path).status_code == 404
    assert client.get("/console/").status_code == 403


def masked(answer) -> str:
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+', "", answer.content.decode())


def test_a_known_an_unknown_and_a_suspended_address_get_the_same_answer(world) -> None:
    User.objects.filter(pk=world.helper.pk).update(is_active=False)
    addresses = (ADDRESS, world.a_viewer.email, world.helper.email)
    asked = [ask(Client(), email) for email in addresses]
    assert len({(masked(each), str(each.redirect_chain)) for each in asked}) == 1


def test_the_same_work_is_done_for_each_address(world) -> None:
    done = []
    for email in (ADDRESS, world.a_viewer.email):
        with CaptureQueriesContext(connection) as asked:
            Client().post(ASK, {"email": email})
        done.append([re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in asked])
    assert done[0] == done[1]
    assert Job.objects.filter(task__contains="answer_registration").count() == 2


def test_the_owner_of_an_account_is_told_the_way_back_in(world, client, now) -> None:
    ask(client, world.a_viewer.email)
    run_due(now, queue="mail")
    letter = OutgoingMail.objects.get(recipient=world.a_viewer.email)
    assert letter.subject == "You have an account already"
    assert "/accounts/password/reset/" in letter.text
    assert not Registration.objects.exists()


def test_somebody_suspended_hears_nothing(world, client, now) -> None:
    User.objects.filter(pk=world.helper.pk).update(is_active=False)
    ask(client, world.helper.email)
    run_due(now, queue="mail")
    assert not OutgoingMail.objects.exists()


def test_the_link_works_once(world, now) -> None:
    ask(Client())
    link = mailed_link(now)
    Client().post(link, FORM)
    assert Client().get(link).status_code == 404
    assert Client().post(link, FORM).status_code == 404
    assert User.objects.filter(email=ADDRESS).count() == 1


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 404)])
def test_the_link_works_for_an_hour(world, now, minutes, status) -> None:
    ask(Client())
    link = mailed_link(now)
    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        assert Client().get(link).status_code == status


def test_a_second_request_ends_the_first_link(world, now) -> None:
    ask(Client())
    first = mailed_link(now)
    ask(Client())
    second = mailed_link(now)
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)


def test_whoever_was_invited_meanwhile_is_not_made_twice(world, now) -> None:
    ask(Client())
    mailed_link(now)
    registration = Registration.objects.get()
    actions.create_user(email=ADDRESS, name="Invited", by=world.administrator, at=now)
    with pytest.raises(actions.RegistrationOver):
        actions.register(registration=registration, name="Nora", password=NEW, at=now)
    assert User.objects.get(email=ADDRESS).name == "Invited"


@pytest.mark.parametrize("key", ["x", "x" * 300, "%00", "%20"])
def test_another_key_opens_nothing(world, now, key) -> None:
    ask(Client())
    mailed_link(now)
    assert Client().get(f"/registrations/{key}/").status_code == 404


def test_a_changed_key_opens_nothing_and_the_key_is_not_kept(world, now) -> None:
    ask(Client())
    link = mailed_link(now)
    key = link.split("/")[2]
    assert key not in str(Registration.objects.values().get())
    for other in (key.swapcase(), key[:-1], key + "a"):
        assert Client().get(f"/registrations/{other}/").status_code == 404


def test_a_weak_password_is_refused_and_the_name_kept(world, client, now) -> None:
    ask(client)
    link = mailed_link(now)
    answer = client.post(link, {**FORM, "password1": "Nora New elsewhere", "password2": "Nora New elsewhere"})
    assert answer.status_code == 422
    assert 'value="Nora New"' in answer.content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_hidden_fields_give_no_role(world, client, now) -> None:
    ask(client)
    client.post(mailed_link(now), {**FORM, "agency_role": "administrator", "email": "other@elsewhere.example"})
    assert User.objects.get(email=ADDRESS).agency_role == ""
    assert not User.objects.filter(email="other@elsewhere.example").exists()


def test_the_letter_repeats_nothing_that_was_typed(world, client, now) -> None:
    client.post(ASK, {"email": ADDRESS, "name": "Visit evil.example now"})
    run_due(now, queue="mail")
    assert "evil" not in OutgoingMail.objects.get().text


def test_the_link_goes_to_the_configured_address(world, now) -> None:
    Client().post(ASK, {"email": ADDRESS}, headers={"host": "localhost"})
    run_due(now, queue="mail")
    assert "http://127.0.0.1:8000/registrations/" in OutgoingMail.objects.get().text


def test_registrations_are_limited(world, client) -> None:
    answers = [ask(client).status_code for _ in range(6)]
    assert answers[:5] == [200] * 5
    assert answers[5] == 429


def test_a_setting_closes_registration(world, client, settings, now) -> None:
    ask(client)
    link = mailed_link(now)
    settings.MAINSTAY = replace(settings.MAINSTAY, registration=False)
    assert "by invitation" in client.get(ASK).content.decode()
    assert client.get(link).status_code == 404
    client.post(ASK, {"email": "other@elsewhere.example"})
    assert not Job.objects.filter(task__contains="answer_registration", state="waiting").exists()


def test_links_that_opened_nothing_are_forgotten(world, now) -> None:
    ask(Client())
    mailed_link(now)
    assert actions.forget_registrations(at=now + timedelta(days=30)) == 0
    assert actions.forget_registrations(at=now + timedelta(days=31)) == 1


@pytest.mark.parametrize("how", ["left", "asleep"])
def test_whoever_left_and_belongs_nowhere_registers_like_a_stranger(world, client, now, how) -> None:
    user = actions.create_user(email=ADDRESS, name="Old Name", password="another otter lantern", by=TESTS, at=now)
    if how == "left":
        actions.close_account(user=user, by=world.administrator, at=now)
    else:
        User.objects.filter(pk=user.pk).update(is_active=False, asleep_at=now)
    ask(client)
    assert client.post(mailed_link(now), FORM).status_code == 302
    user = User.objects.get(email=ADDRESS)
    assert (user.is_active, user.name, user.closed_at, user.asleep_at) == (True, "Nora New", None, None)
    assert user.check_password(NEW)
    assert queries.roles_of(user) == []


@pytest.mark.parametrize("who", ["a_viewer", "helper"])
def test_whoever_sleeps_with_rights_is_not_woken_by_registering(world, client, now, who) -> None:
    user = getattr(world, who)
    User.objects.filter(pk=user.pk).update(is_active=False, asleep_at=now)
    ask(client, user.email)
    run_due(now, queue="mail")
    assert not OutgoingMail.objects.exists()
    assert not Registration.objects.exists()
