"""Relying parties in the console, and on one's own account."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mainstay.common.addresses import AddressRefused
from mainstay.common.addresses.asking import NoAnswer, ask
from mainstay.common.facts import FactRecord
from mainstay.idp import actions
from mainstay.idp.models import RelyingParty, SigningKey
from tests.idp.parties import CALLBACK, party_of, visit_of

FORM = {
    "name": "News", "is_confidential": "yes", "redirects": CALLBACK, "lets_in": ["editor"], "start_url": "",
    "logout_url": "", "needs_proof_key": "on",
}  # fmt: skip


def test_one_is_registered_and_its_secret_shown_this_once(cast, client):
    client.force_login(cast.administrator)
    website = cast.a.websites.get()
    page = client.post("/console/sign-in/new/", {**FORM, "place": f"{cast.a.pk}-{website.pk}"})
    party = RelyingParty.objects.get()
    assert (party.client, party.website, party.lets_in, party.created_by) == (
        cast.a, website, ["editor"], cast.administrator,
    )  # fmt: skip
    assert page.context["secret"].startswith("mso_")
    assert page.context["secret"] in page.text
    assert page.context["secret"] not in client.get(f"/console/sign-in/{party.pk}/").text
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"redirects": "http://www.alder.example/callback"}, "redirects"),
        ({"redirects": "https://*.alder.example/callback"}, "redirects"),
        ({"redirects": "https://www.alder.example/#x"}, "redirects"),
        ({"redirects": "https://me@www.alder.example/"}, "redirects"),
        ({"redirects": "javascript:alert(1)"}, "redirects"),
        ({"redirects": ""}, "redirects"),
        ({"logout_url": "https://127.0.0.1/out"}, "logout_url"),
        ({"logout_url": "https://169.254.169.254/"}, "logout_url"),
        ({"logout_url": "http://www.alder.example/out"}, "logout_url"),
        ({"start_url": "javascript:alert(1)"}, "start_url"),
        ({"lets_in": []}, "lets_in"),
        ({"lets_in": ["emperor"]}, "lets_in"),
        ({"place": "999-"}, "place"),
        ({"place": ""}, "place"),
        ({"is_confidential": "no", "needs_proof_key": ""}, "needs_proof_key"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(cast, client, change, field):
    client.force_login(cast.administrator)
    page = client.post("/console/sign-in/new/", {**FORM, "place": f"{cast.a.pk}-", **change})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not RelyingParty.objects.exists()


def test_only_administrators_let_one_stand_in_a_private_network(cast, client):
    given = {**FORM, "place": f"{cast.a.pk}-", "redirects": "http://10.0.0.7/callback", "is_private": "on"}
    client.force_login(cast.account_manager)
    assert "is_private" in client.post("/console/sign-in/new/", given).context["form"].errors
    client.force_login(cast.administrator)
    assert client.post("/console/sign-in/new/", given).status_code == 200
    party = RelyingParty.objects.get()
    client.force_login(cast.account_manager)
    assert client.post(f"/console/sign-in/{party.pk}/", {**given, "name": "Other"}).status_code == 302
    elsewhere = {**given, "logout_url": "http://10.0.0.8/admin"}
    assert "logout_url" in client.post(f"/console/sign-in/{party.pk}/", elsewhere).context["form"].errors
    client.force_login(cast.administrator)
    assert client.post(f"/console/sign-in/{party.pk}/", elsewhere).status_code == 302


def test_it_is_changed_and_the_record_says_what(cast, client):
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.account_manager)
    given = {**FORM, "name": "Other", "lets_in": ["editor", "viewer"]}
    assert client.post(f"/console/sign-in/{party.pk}/", given)["Location"] == f"/console/sign-in/{party.pk}/"
    party = RelyingParty.objects.select_related("application").get()
    assert (party.name, party.lets_in) == ("Other", ["editor", "viewer"])
    fact = FactRecord.objects.get(kind="idp.party_changed")
    assert fact.body["fields"] == ["name", "lets_in"]


def test_one_that_was_removed_is_nowhere_and_forgotten_later(cast, client):
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.administrator)
    client.post(f"/console/sign-in/{party.pk}/removal/")
    assert client.get(f"/console/sign-in/{party.pk}/").status_code == 404
    assert client.get("/console/sign-in/").status_code == 200
    now = timezone.now()
    assert actions.forget_removed(at=now) == 0
    assert actions.forget_removed(at=now + timedelta(days=31)) > 0
    assert not RelyingParty.objects.exists()


def test_an_auditor_sees_it_and_changes_nothing(cast, client):
    party = party_of(cast.a, cast.administrator)
    client.force_login(cast.auditor)
    page = client.get(f"/console/sign-in/{party.pk}/")
    assert page.status_code == 200
    assert "Make a new secret" not in page.text
    assert client.post(f"/console/sign-in/{party.pk}/secret/").status_code == 403


def test_who_could_not_be_put_out_is_seen(cast, client):
    party = party_of(cast.a, cast.administrator, logout_url="https://www.alder.example/out")
    visit = visit_of(party, cast.a_administrator)
    actions.put_out(user=cast.a_administrator, why="left", by=cast.administrator, at=timezone.now())
    visit.refresh_from_db()
    actions.note_told(visit=visit, problem="www.alder.example does not answer.", at=timezone.now())
    client.force_login(cast.helper)
    assert "1 could not be put out" in client.get("/console/sign-in/").text
    assert "www.alder.example does not answer." in client.get(f"/console/sign-in/{party.pk}/").text


def test_a_new_key_is_made_by_administrators(cast, client):
    party_of(cast.a, cast.administrator)
    client.force_login(cast.administrator)
    client.post("/console/sign-in/key/")
    assert SigningKey.objects.count() == 2


def test_lists_take_the_same_queries_however_long(cast, client, django_assert_max_num_queries):
    client.force_login(cast.administrator)
    party_of(cast.a, cast.administrator)
    client.get("/console/sign-in/")
    with django_assert_max_num_queries(12) as one:
        client.get("/console/sign-in/")
    for _ in range(3):
        visit_of(party_of(cast.b, cast.administrator), cast.administrator)
    with django_assert_max_num_queries(len(one)):
        client.get("/console/sign-in/")


def test_people_see_where_they_get_in_and_nothing_of_others(cast, client):
    mine = party_of(cast.a, cast.administrator, name="News of mine")
    party_of(cast.b, cast.administrator, name="Theirs")
    client.force_login(cast.a_administrator)
    page = client.get("/account/elsewhere/")
    assert "News of mine" in page.text
    assert "Theirs" not in page.text
    visit_of(mine, cast.a_administrator, at=timezone.now())
    client.post(f"/account/elsewhere/{mine.pk}/sign-out/")
    assert "Signed out" in client.get("/account/elsewhere/").text
    client.force_login(cast.a_viewer)
    assert "News of mine" not in client.get("/account/elsewhere/").text


def test_the_guarded_question_goes_nowhere_inside(db):
    for url in ("http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://2130706433/", "ftp://x.example/"):
        with pytest.raises(AddressRefused):
            ask(url)
    with pytest.raises(NoAnswer):
        ask("http://127.0.0.1:1/", allow_private=True)
