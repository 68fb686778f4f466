"""Asking for access: what strangers see, who answers, and that nobody learns who is a client."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mainstay.access.facts import Permission, Role
from mainstay.clients import actions, gates, queries
from mainstay.clients.models import AccessRequest, Contact
from mainstay.clients.rules.asking import domain_of as domain_in
from mainstay.clients.rules.asking import host_of, is_domain, meant
from mainstay.clients.web.people_forms import last_day_of
from mainstay.common.facts import FactRecord
from mainstay.common.jobs import run_due
from mainstay.common.mail import OutgoingMail
from tests.clients.people import access_request_of, domain_of, stranger

ASK = "/access/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def world(cast, now):
    with time_machine.travel(now, tick=False):
        yield cast


@pytest.fixture
def nora(world):
    return stranger()


@pytest.fixture
def hers(nora) -> Client:
    browser = Client()
    browser.force_login(nora)
    return browser


@pytest.mark.parametrize(("words", "host"), [
    ("https://www.Museum.example/visit?x=1", "www.museum.example"),
    ("museum.example", "museum.example"),
    ("museum.example:8443/", "museum.example"),
    ("The Museum", ""),
    ("http://[", ""),
    ("museum", ""),
    ("a b.example", ""),
    ("user@museum.example", "museum.example"),
])  # fmt: skip
def test_a_host_is_read_out_of_an_address(words, host) -> None:
    assert host_of(words) == host


def test_what_was_meant_is_looked_for_with_and_without_www() -> None:
    assert meant(" www.museum.example ").hosts == ("museum.example", "www.museum.example")
    assert meant("The  Museum") == meant("The Museum")


@pytest.mark.parametrize(("name", "is_one"), [
    ("museum.example", True), ("a.b.museum.example", True), ("museum", False), ("10.0.0.1", False),
    ("museum.example.", False), ("-x.example", False), ("m\u00fcseum.example", False), ("x" * 260 + ".example", False),
])  # fmt: skip
def test_what_can_be_a_domain(name, is_one) -> None:
    assert is_domain(name) is is_one
    assert domain_in("Nora@Museum.Example ") == "museum.example"


def test_somebody_without_access_is_led_to_the_question(hers) -> None:
    assert hers.get("/")["Location"] == ASK
    assert "Ask for access" in hers.get(ASK).content.decode()


def test_staff_are_led_to_the_console(world, client) -> None:
    client.force_login(world.helper)
    assert client.get(ASK)["Location"] == "/console/"


def asked(browser: Client, wanted: str) -> str:
    answer = browser.post(ASK, {"wanted": wanted, "note": "I write the news."}, follow=True)
    shown = answer.content.decode().replace(wanted, "…")
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+|access/\d+/', "", shown)


def test_the_answer_is_the_same_for_a_client_and_for_nothing(world, now) -> None:
    pages = []
    for number, wanted in enumerate((world.a.name, "site-1-alder.example.org", "Nothing at all Ltd")):
        browser = Client()
        browser.force_login(stranger(f"nora{number}@elsewhere.example"))
        asked(browser, wanted)
        run_due(now, queue="mail")
        shown = browser.get(ASK).content.decode().replace(wanted, "…")
        pages.append(re.sub(r'csrfmiddlewaretoken" value="[^"]+|access/\d+/', "", shown))
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize("wanted", [
    "Alder Books", "alder books", "alder", "https://site-1-alder.example.org/shop", "www.site-1-alder.example.org",
])  # fmt: skip
def test_a_request_finds_its_client_and_the_administrators_are_told(world, nora, hers, now, wanted) -> None:
    asked(hers, wanted)
    run_due(now, queue="mail")
    request = AccessRequest.objects.get()
    assert request.client == world.a
    told = set(OutgoingMail.objects.values_list("recipient", flat=True))
    assert told == {world.a_administrator.email, world.account_manager.email}
    assert "I write the news" not in OutgoingMail.objects.first().text
    assert [each.kind for each in FactRecord.objects.filter(kind="clients.access_asked")]


def test_words_that_name_nobody_go_to_the_agency(world, hers, now) -> None:
    asked(hers, "The old mill")
    run_due(now, queue="mail")
    assert AccessRequest.objects.get().client is None
    assert list(OutgoingMail.objects.values_list("recipient", flat=True)) == [world.administrator.email]


def test_words_that_could_mean_several_go_to_the_agency(world, nora, now) -> None:
    world.website(world.a, url="https://shared.example.org/a")
    world.website(world.b, url="https://shared.example.org/b")
    assert queries.client_meant("shared.example.org") is None


def test_a_client_that_is_not_served_any_more_is_nobody(world) -> None:
    world.a.is_active = False
    world.a.save()
    assert queries.client_meant("Alder Books") is None


def test_the_clients_administrator_lets_somebody_in_without_the_agency(world, nora, hers, client) -> None:
    request = access_request_of(world.a)
    client.force_login(world.a_administrator)
    people = client.get(f"/portal/{world.a.slug}/people/").content.decode()
    assert "nora@elsewhere.example" in people
    page = f"/portal/{world.a.slug}/people/requests/{request.pk}/"
    assert "I write the news." in client.get(page).content.decode()
    assert hers.get(f"/portal/{world.a.slug}/").status_code == 404
    client.post(page, {"role": "viewer"})
    assert hers.get(f"/portal/{world.a.slug}/").status_code == 200
    assert hers.get(f"/portal/{world.b.slug}/").status_code == 404
    assert hers.get("/")["Location"] == f"/portal/{world.a.slug}/"
    contact = Contact.objects.get(user=nora)
    assert (contact.client, contact.role, contact.email) == (world.a, "viewer", nora.email)
    assert OutgoingMail.objects.get(recipient=nora.email).subject == "Your access to Alder Books"
    fact = FactRecord.objects.get(kind="clients.access_answered")
    assert (fact.body["answer"], fact.body["client_id"]) == ("granted", world.a.pk)


def test_access_ends_after_its_last_day_with_the_next_request(world, nora, hers, client) -> None:
    request = access_request_of(world.a)
    client.force_login(world.a_administrator)
    client.post(f"/portal/{world.a.slug}/people/requests/{request.pk}/", {"role": "viewer", "last_day": "2099-06-30"})
    contact = Contact.objects.get(user=nora)
    assert contact.access_until == datetime(2099, 6, 30, 23, tzinfo=UTC)
    assert hers.get(f"/portal/{world.a.slug}/").status_code == 200
    Contact.objects.filter(pk=contact.pk).update(access_until=datetime(2026, 1, 1, tzinfo=UTC))
    assert hers.get(f"/portal/{world.a.slug}/").status_code == 404
    assert not gates.may_anywhere(nora, Permission.CLIENT_VIEW)


def test_a_last_day_that_is_over_is_refused(world, client) -> None:
    request = access_request_of(world.a)
    client.force_login(world.a_administrator)
    path = f"/portal/{world.a.slug}/people/requests/{request.pk}/"
    assert client.post(path, {"role": "viewer", "last_day": "2026-03-03"}).status_code == 422
    assert client.post(path, {"role": "viewer", "last_day": "2026-03-04"}).status_code == 302


def test_one_answer_makes_no_administrator(world, now, client) -> None:
    request = access_request_of(world.a)
    client.force_login(world.a_administrator)
    path = f"/portal/{world.a.slug}/people/requests/{request.pk}/"
    assert client.post(path, {"role": "client_administrator"}).status_code == 422
    assert client.post(path, {"role": "administrator"}).status_code == 422
    with pytest.raises(actions.NotForThisDoor):
        actions.grant_access(request=request, role=Role.CLIENT_ADMINISTRATOR, by=world.a_administrator, at=now)


def test_a_request_is_answered_once(world, now) -> None:
    request = access_request_of(world.a)
    actions.refuse_access(request=request, by=world.a_administrator, at=now)
    for again in (
        lambda: actions.grant_access(request=request, role="viewer", by=world.a_administrator, at=now),
        lambda: actions.refuse_access(request=request, by=world.a_administrator, at=now),
        lambda: actions.withdraw_request(request=request, by=request.user, at=now),
    ):
        with pytest.raises(actions.RequestAnswered):
            again()
    assert not Contact.objects.filter(user=request.user).exists()


def test_a_refusal_names_no_client(world, nora, client) -> None:
    request = access_request_of(world.a)
    AccessRequest.objects.update(wanted="the shop")
    client.force_login(world.a_administrator)
    client.post(f"/portal/{world.a.slug}/people/requests/{request.pk}/refusal/")
    letter = OutgoingMail.objects.get(recipient=nora.email)
    assert "the shop" in letter.text
    assert "Alder" not in letter.text + letter.subject


def test_another_clients_administrator_finds_no_request(world, client) -> None:
    request = access_request_of(world.a)
    client.force_login(world.b_administrator)
    for slug in (world.a.slug, world.b.slug):
        assert client.get(f"/portal/{slug}/people/requests/{request.pk}/").status_code == 404
        assert client.post(f"/portal/{slug}/people/requests/{request.pk}/refusal/").status_code == 404
    request.refresh_from_db()
    assert request.is_open


def test_a_known_address_becomes_the_persons_contact(world, nora, now) -> None:
    known = world.contact(world.a, email=nora.email, name="Nora of the shop")
    actions.change_contact(contact=known, is_active=False, by=world.administrator, at=now)
    request = access_request_of(world.a)
    back = actions.grant_access(request=request, role="requester", by=world.a_administrator, at=now)
    assert (back.pk, back.user, back.is_active) == (known.pk, nora, True)


def test_asking_is_limited(world, hers) -> None:
    for number in range(10):
        hers.post(ASK, {"wanted": f"Mill {number}"})
        AccessRequest.objects.update(answer="withdrawn", answered_at="2026-03-04T10:30:00Z")
    assert hers.post(ASK, {"wanted": "Mill"}).status_code == 429


def test_five_requests_wait_at_most(world, nora, hers) -> None:
    for number in range(5):
        asked(hers, f"Mill {number}")
    assert hers.post(ASK, {"wanted": "Mill 6"}).status_code == 422
    first = AccessRequest.objects.first()
    hers.post(f"/access/{first.pk}/withdrawal/")
    assert hers.post(ASK, {"wanted": "Mill 6"}).status_code == 302
    assert AccessRequest.objects.filter(answer="withdrawn").count() == 1


def test_the_agency_says_whose_a_request_is(world, client) -> None:
    request = access_request_of(None)
    client.force_login(world.account_manager)
    assert "The old mill" in client.get("/console/people/requests/").content.decode()
    client.post(f"/console/people/requests/{request.pk}/client/", {"client": world.a.pk})
    request.refresh_from_db()
    assert request.client == world.a
    assert OutgoingMail.objects.filter(recipient=world.a_administrator.email).count() == 1
    assert client.post(f"/console/people/requests/{request.pk}/refusal/").status_code == 404


def test_the_agency_cannot_give_a_request_to_what_is_no_client(world, client) -> None:
    request = access_request_of(None)
    client.force_login(world.account_manager)
    answer = client.post(f"/console/people/requests/{request.pk}/client/", {"client": world.agency.pk})
    assert answer.status_code == 422
    client.post(f"/console/people/requests/{request.pk}/refusal/")
    request.refresh_from_db()
    assert (request.answer, request.answered_by) == ("refused", world.account_manager)


def test_a_verified_domain_lets_its_people_in(world, now) -> None:
    domain_of(world.a, "elsewhere.example", is_verified=True)
    nora = stranger()
    actions.join_by_domain(user=nora, at=now)
    contact = Contact.objects.get(user=nora)
    assert (contact.client, contact.role) == (world.a, "viewer")
    assert actions.join_by_domain(user=nora, at=now) == []


@pytest.mark.parametrize("why", ["not verified", "another domain", "address not verified", "left", "administrator"])
def test_a_domain_lets_nobody_else_in(world, now, why) -> None:
    domain = domain_of(world.a, "elsewhere.example", is_verified=why != "not verified")
    nora = stranger("nora@sub.elsewhere.example" if why == "another domain" else "nora@elsewhere.example")
    if why == "address not verified":
        nora.emailaddress_set.update(verified=False)
    if why == "left":
        known = world.contact(world.a, email=nora.email)
        actions.change_contact(contact=known, is_active=False, by=world.administrator, at=now)
    if why == "administrator":
        world.contact(world.a, Role.CLIENT_ADMINISTRATOR, email=nora.email)
    assert actions.join_by_domain(user=nora, at=now) == []
    assert not gates.may_anywhere(nora, Permission.CLIENT_VIEW)
    assert domain.client == world.a


def test_whoever_is_let_in_by_domain_needs_no_answer(world, nora, hers, now) -> None:
    domain_of(world.a, "elsewhere.example", is_verified=True)
    asked(hers, "Alder Books")
    run_due(now, queue="mail")
    assert AccessRequest.objects.get().answer == "granted"
    assert hers.get(f"/portal/{world.a.slug}/").status_code == 200


def test_two_administrators_cannot_shut_each_other_out(world, now) -> None:
    second = Contact.objects.get(user=world.a_viewer)
    actions.change_contact(contact=second, role="client_administrator", by=world.administrator, at=now)
    Contact.objects.filter(pk=second.pk).update(role="client_administrator")
    first = Contact.objects.get(user=world.a_administrator)
    actions.change_contact(contact=first, role="viewer", by=world.a_viewer, at=now)
    with pytest.raises(actions.NotInCharge):
        actions.change_contact(contact=second, role="viewer", by=world.a_administrator, at=now)
    with pytest.raises(actions.OwnAccess):
        actions.change_contact(contact=Contact.objects.get(pk=second.pk), role="viewer", by=world.a_viewer, at=now)


def test_the_list_takes_as_many_queries_for_one_as_for_three(world, client) -> None:
    client.force_login(world.a_administrator)
    path, counts = f"/portal/{world.a.slug}/people/", []
    for number in range(3):
        access_request_of(world.a, stranger(f"n{number}@elsewhere.example"))
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_the_day_is_the_clients(world, now) -> None:
    until = datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert last_day_of(until, world.a) == date(2026, 6, 30)
    assert last_day_of(until + timedelta(hours=1), world.a) == date(2026, 7, 1)
    assert last_day_of(None, world.a) is None


def agreed(world, **registration: object) -> None:
    """Client A's agreement says otherwise how people who register come in."""
    world.signed_otherwise(world.a, terms={"registration": registration})


def test_where_the_agreement_names_no_domains_none_lets_in(world, nora, now) -> None:
    domain_of(world.a, "elsewhere.example", is_verified=True)
    agreed(world, approved_by=["client_administrator"])
    assert actions.join_by_domain(user=nora, at=now) == []
    agreed(world, approved_by=["verified_domain"])
    assert len(actions.join_by_domain(user=nora, at=now)) == 1


def test_where_the_agreement_leaves_it_to_the_agency_the_client_does_not_answer(world, nora, client, now) -> None:
    agreed(world, approved_by=["verified_domain"])
    request = access_request_of(world.a)
    client.force_login(world.a_administrator)
    answer = client.post(f"/portal/{world.a.slug}/people/requests/{request.pk}/", {"role": "viewer"}, follow=True)
    assert "the agency answers" in answer.content.decode()
    assert not Contact.objects.filter(user=nora).exists()
    actions.grant_access(request=request, role="viewer", by=world.account_manager, at=now)
    assert Contact.objects.get(user=nora).client == world.a


def test_where_the_agreement_closes_registration_requests_go_to_the_agency(world, hers, now) -> None:
    agreed(world, is_open=False)
    asked(hers, "Alder Books")
    run_due(now, queue="mail")
    assert AccessRequest.objects.get().client is None
    assert list(OutgoingMail.objects.values_list("recipient", flat=True)) == [world.administrator.email]
