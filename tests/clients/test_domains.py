"""Domains that a client verifies by a record in the name service: asked of a real server on this machine."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta

import dns.message
import dns.rcode
import dns.rrset
import pytest
import time_machine

from mainstay.clients import actions, records, worker
from mainstay.clients.models import ClientDomain
from mainstay.common.facts import FactRecord
from mainstay.common.jobs import run_due
from mainstay.common.mail import OutgoingMail
from tests.clients.people import ASKED_AT, TESTS, domain_of

DAY = timedelta(days=1)


class Names:
    """What the server answers with: texts by name, and whether it answers well."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.rcode = dns.rcode.NOERROR

    def answer(self, wire: bytes) -> bytes:
        question = dns.message.from_wire(wire)
        reply = dns.message.make_response(question)
        name = question.question[0].name
        texts = self.texts.get(name.to_text(omit_final_dot=True))
        if self.rcode != dns.rcode.NOERROR:
            reply.set_rcode(self.rcode)
        elif texts is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
        return reply.to_wire()


@pytest.fixture
def names(monkeypatch) -> Iterator[Names]:
    """A name server at a port of its own, which the look-ups ask."""
    found = Names()

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, link = self.request
            link.sendto(found.answer(data), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Datagram) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        asked = records.texts_at
        monkeypatch.setattr(records, "texts_at", lambda name: asked(name, servers=(server.server_address[:2],)))
        yield found
        server.shutdown()
        thread.join()


def test_records_are_read_whole(names) -> None:
    names.texts["_mainstay.alder.example"] = ['"one"', '"two " "halves"']
    assert set(records.texts_at("_mainstay.alder.example")) == {"one", "two halves"}


@pytest.mark.parametrize("texts", [None, []])
def test_no_record_is_an_answer(names, texts) -> None:
    if texts is not None:
        names.texts["_mainstay.alder.example"] = texts
    assert records.texts_at("_mainstay.alder.example") == ()


def test_a_server_that_cannot_say_is_none(names) -> None:
    names.rcode = dns.rcode.SERVFAIL
    with pytest.raises(records.NotAnswered):
        records.texts_at("_mainstay.alder.example")


def test_a_domain_is_verified_by_its_record(cast, client, names, now) -> None:
    client.force_login(cast.a_administrator)
    page = f"/portal/{cast.a.slug}/people/domains/"
    client.post(page, {"name": "Alder.Example ", "role": "requester"})
    domain = ClientDomain.objects.get()
    shown = client.get(page).content.decode()
    assert domain.record_name in shown
    assert domain.record_text in shown
    assert "not verified" in shown
    names.texts[domain.record_name] = ['"something else"', f'"{domain.record_text}"']
    with time_machine.travel(now, tick=False):
        client.post(f"{page}{domain.pk}/look/")
        run_due(now, queue="bulk")
    domain.refresh_from_db()
    assert (domain.verified_at, domain.looked_at, domain.role) == (now, now, "requester")
    assert "not verified" not in client.get(page).content.decode()
    assert FactRecord.objects.latest("id").body["step"] == "verified"


@pytest.mark.parametrize("text", ["", "mainstay-verification=", "mainstay-verification=x", "MAINSTAY"])
def test_another_text_verifies_nothing(cast, now, text) -> None:
    domain = actions.note_records(domain=domain_of(cast.a), texts=[text], by=TESTS, at=now)
    assert (domain.verified_at, domain.looked_at) == (None, now)


def test_the_text_of_one_client_verifies_nothing_for_another(cast, now) -> None:
    of_a, of_b = domain_of(cast.a), domain_of(cast.b)
    assert actions.note_records(domain=of_b, texts=[of_a.record_text], by=TESTS, at=now).verified_at is None


def test_a_verified_domain_stays_the_clients_who_verified_it_first(cast, now) -> None:
    of_a, of_b = domain_of(cast.a, is_verified=True), domain_of(cast.b)
    found = actions.note_records(domain=of_b, texts=[of_a.record_text, of_b.record_text], by=TESTS, at=now)
    assert found.verified_at is None
    of_a.refresh_from_db()
    assert of_a.verified_at == ASKED_AT


def test_a_record_that_is_gone_for_a_day_ends_the_verification(cast, now) -> None:
    domain = domain_of(cast.a, is_verified=True)
    assert actions.note_records(domain=domain, texts=[], by=TESTS, at=now).verified_at is not None
    assert actions.note_records(domain=domain, texts=[], by=TESTS, at=now + timedelta(hours=1)).verified_at is not None
    assert actions.note_records(domain=domain, texts=[], by=TESTS, at=now + DAY).verified_at is None
    assert OutgoingMail.objects.get().recipient == cast.a_administrator.email
    assert FactRecord.objects.latest("id").body["step"] == "lost"


def test_a_record_that_is_back_keeps_the_verification(cast, now) -> None:
    domain = domain_of(cast.a, is_verified=True)
    actions.note_records(domain=domain, texts=[], by=TESTS, at=now)
    actions.note_records(domain=domain, texts=[domain.record_text], by=TESTS, at=now + timedelta(hours=2))
    kept = actions.note_records(domain=domain, texts=[], by=TESTS, at=now + DAY)
    assert (kept.verified_at, kept.missing_at) == (ASKED_AT, now + DAY)


def test_without_an_answer_nothing_is_concluded(cast, names, now) -> None:
    domain = domain_of(cast.a, is_verified=True)
    names.rcode = dns.rcode.SERVFAIL
    worker.look_at_domain(domain_id=domain.pk, at=now)
    domain.refresh_from_db()
    assert (domain.verified_at, domain.looked_at) == (ASKED_AT, ASKED_AT)


@pytest.mark.parametrize("name", ["alder", "10.0.0.1", "alder example", "a/b.example", "@alder.example"])
def test_what_is_no_domain_is_refused(cast, client, name) -> None:
    client.force_login(cast.a_administrator)
    assert client.post(f"/portal/{cast.a.slug}/people/domains/", {"name": name, "role": "viewer"}).status_code == 422


def test_a_domain_gives_no_more_than_to_ask(cast, client) -> None:
    client.force_login(cast.a_administrator)
    given = {"name": "alder.example", "role": "client_administrator"}
    assert client.post(f"/portal/{cast.a.slug}/people/domains/", given).status_code == 422


def test_a_domain_is_on_the_list_once(cast, now) -> None:
    domain_of(cast.a)
    with pytest.raises(actions.DomainRefused):
        domain_of(cast.a)


def test_another_clients_domain_is_not_found(cast, client) -> None:
    domain = domain_of(cast.a)
    client.force_login(cast.b_administrator)
    for slug in (cast.a.slug, cast.b.slug):
        assert client.post(f"/portal/{slug}/people/domains/{domain.pk}/removal/").status_code == 404
    client.force_login(cast.a_administrator)
    client.post(f"/portal/{cast.a.slug}/people/domains/{domain.pk}/removal/")
    assert not ClientDomain.objects.exists()
