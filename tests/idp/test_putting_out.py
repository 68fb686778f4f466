"""Who is out: what ends, who is told, and what is on record."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import jwt
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from mainstay.access import actions as access
from mainstay.access.notices import Seen
from mainstay.clients import actions as clients
from mainstay.common import facts
from mainstay.common.facts import FactRecord
from mainstay.common.jobs import Job, run_due
from mainstay.idp import actions, worker
from mainstay.idp.logout_tokens import EVENT
from mainstay.idp.models import RelyingParty, SigningKey, Visit
from tests.idp.parties import AT, party_of, visit_of


class Listener:
    """A website that hears of people who are out: what it was sent, and with which status it answers."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        self.url = ""


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()

    class Hears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.heard.append(parse_qs(body)["logout_token"][0])
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Hears) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/out"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def all_is_done() -> None:
    now = timezone.now()
    while facts.deliver_due(now):
        pass
    run_due(timezone.now(), queue="notify")


@pytest.fixture
def party(cast, listener) -> RelyingParty:
    return party_of(cast.a, cast.administrator, logout_url=listener.url, is_private=True)


def test_a_website_is_told_by_a_signed_token_who_is_out(cast, party, listener):
    visit_of(party, cast.a_administrator)
    assert actions.put_out(user=cast.a_administrator, why="left", by=cast.administrator, at=timezone.now()) == 1
    all_is_done()
    (token,) = listener.heard
    keys = jwt.PyJWKSet.from_dict(Client().get("/.well-known/jwks.json").json())
    head = jwt.get_unverified_header(token)
    claims = jwt.decode(token, keys[head["kid"]], algorithms=["RS256"], audience=party.application_id)
    assert head["typ"] == "logout+jwt"
    assert claims["sub"] == str(cast.a_administrator.pk)
    assert claims["events"] == {EVENT: {}}
    assert "nonce" not in claims
    assert claims["exp"] - claims["iat"] == 120
    assert Visit.objects.get().told_at is not None


def test_it_is_told_again_until_it_has_heard(cast, party, listener):
    visit_of(party, cast.a_administrator)
    listener.status = 500
    actions.put_out(user=cast.a_administrator, why="left", by=cast.administrator, at=timezone.now())
    all_is_done()
    visit = Visit.objects.get()
    assert (visit.told_at, visit.problem) == (None, "It answered with status 500.")
    listener.status = 204
    run_due(timezone.now() + timedelta(days=2), queue="notify")
    visit.refresh_from_db()
    assert (visit.told_at is not None, visit.problem, len(listener.heard)) == (True, "", 2)


def test_who_came_back_rightly_stays(cast, party, listener):
    visit_of(party, cast.a_administrator)
    actions.put_out(user=cast.a_administrator, why="signed_out", by=cast.a_administrator, at=timezone.now())
    visit_of(party, cast.a_administrator, at=timezone.now())
    all_is_done()
    assert listener.heard == []


def test_a_private_address_is_not_asked_unless_an_administrator_said_so(cast, party, listener):
    RelyingParty.objects.update(is_private=False)
    visit_of(party, cast.a_administrator)
    actions.put_out(user=cast.a_administrator, why="left", by=cast.administrator, at=timezone.now())
    all_is_done()
    assert listener.heard == []
    assert "this machine itself" in Visit.objects.get().problem


@pytest.mark.parametrize("how", ["role", "removed", "website", "signed out", "asked", "last day", "party removed"])
def test_each_way_out_leads_out_of_the_website(cast, party, listener, how):
    person, now = cast.a_administrator, timezone.now()
    contact = cast.a.contacts.get(user=person)
    visit_of(party, person, at=now)
    browser = Client()
    browser.force_login(person)
    if how == "role":
        clients.change_contact(contact=contact, role="viewer", by=cast.account_manager, at=now)
    elif how == "removed":
        clients.change_contact(contact=contact, is_active=False, by=cast.account_manager, at=now)
    elif how == "website":
        RelyingParty.objects.update(lets_in=["editor"])
        worker.find_who_lost_access.function(at=now)
    elif how == "signed out":
        browser.post("/accounts/logout/")
    elif how == "asked":
        browser.post(f"/account/elsewhere/{party.pk}/sign-out/")
    elif how == "last day":
        cast.a.contacts.filter(pk=contact.pk).update(access_until=now - timedelta(minutes=1))
        worker.find_who_lost_access.function(at=now)
    else:
        actions.remove_party(party=party, by=cast.administrator, at=now)
    all_is_done()
    assert len(listener.heard) == 1
    assert Visit.objects.get().put_out_at is not None


@pytest.mark.parametrize("how", ["password", "second factor"])
def test_other_credentials_end_what_was_begun_with_those_before(cast, party, listener, how):
    person, now = cast.a_administrator, timezone.now()
    visit_of(party, person, at=now - timedelta(minutes=1))
    if how == "password":
        access.set_password(user=person, password="brisk otter lantern", how="recovered", at=now)
    else:
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
        reset = access.start_factor_reset(user=person, by=cast.account_manager, at=now)
        access.finish_factor_reset(reset=reset, seen=Seen(), at=now)
    all_is_done()
    assert len(listener.heard) == 1
    assert FactRecord.objects.get(kind="idp.put_out").body["why"] == "credentials"


def test_who_signed_in_there_with_the_new_password_stays(cast, party, listener):
    person, now = cast.a_administrator, timezone.now()
    access.set_password(user=person, password="brisk otter lantern", how="recovered", at=now)
    visit_of(party, person, at=now + timedelta(seconds=1))
    all_is_done()
    assert listener.heard == [] and Visit.objects.get().put_out_at is None


def test_a_colleague_who_leaves_is_out_too(cast, listener):
    party = party_of(cast.a, cast.administrator, lets_in=["helper"], logout_url=listener.url, is_private=True)
    visit_of(party, cast.helper)
    departure = clients.offboard_colleague(user=cast.helper, by=cast.administrator, at=timezone.now())
    all_is_done()
    assert ["signed_in_elsewhere", 1] in departure.removed
    assert len(listener.heard) == 1


def test_at_another_client_the_person_stays(cast, listener):
    of_b = party_of(cast.b, cast.administrator, logout_url=listener.url, is_private=True)
    visit_of(of_b, cast.a_administrator)
    cast.contact(cast.b, role="editor", user=cast.a_administrator, email=cast.a_administrator.email)
    contact = cast.a.contacts.get(user=cast.a_administrator)
    clients.change_contact(contact=contact, is_active=False, by=cast.account_manager, at=timezone.now())
    all_is_done()
    assert listener.heard == []


def test_what_happened_is_on_record_without_names(cast, party):
    visit_of(party, cast.a_administrator)
    actions.put_out(user=cast.a_administrator, why="left", by=cast.administrator, at=AT)
    kinds = list(FactRecord.objects.filter(kind__startswith="idp.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["idp.signing_key_made", "idp.party_registered", "idp.signed_in", "idp.put_out"]
    assert FactRecord.objects.get(kind="idp.put_out").body["why"] == "left"


def test_keys_are_replaced_before_they_are_old_and_known_before_they_sign(cast):
    party_of(cast.a, cast.administrator)
    first = SigningKey.objects.get()
    later = AT + actions.KEY_FOR
    worker.keep_signing_keys.function(at=later)
    old, new = SigningKey.objects.order_by("pk")
    assert (old.pk, old.ends_at > new.signs_from, new.signs_from > later) == (first.pk, True, True)
    worker.keep_signing_keys.function(at=old.ends_at)
    assert list(SigningKey.objects.all()) == [new]


def test_looking_for_lost_access_takes_no_queries_while_nobody_is_anywhere(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        actions.put_out_all_who_lost(by=worker.IDP, at=AT)
    assert not Job.objects.filter(queue="notify").exists()
