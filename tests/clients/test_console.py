"""Clients in the console."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from mainstay.clients import queries
from mainstay.clients.models import Agreement, Contact, MaintenanceWindow, Organisation
from mainstay.common.mail import OutgoingMail


@pytest.fixture
def staff(cast, client, now):
    """A browser in which the account manager is signed in."""
    client.force_login(cast.account_manager)
    with time_machine.travel(now, tick=False):
        yield client


def page(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def refused(answer) -> str:
    assert answer.status_code == 422, answer.status_code
    return answer.content.decode()


def test_the_list_shows_every_client(cast, staff) -> None:
    shown = page(staff.get("/console/clients/"))
    for each in (cast.agency, cast.a, cast.b):
        assert each.name in shown
    assert "Max Manager" in shown
    assert "version 1, since 1 February 2025" in shown


@pytest.mark.parametrize(("query", "found"), [("q=alder", True), ("q=SITE-1-ALDER", True), ("q=nothing", False)])
def test_the_list_is_searched_by_name_and_address(cast, staff, query, found) -> None:
    shown = page(staff.get(f"/console/clients/?{query}"))
    assert ("Alder Books" in shown) is found
    assert cast.b.name not in shown


def test_clients_no_longer_served_are_shown_when_asked(cast, staff) -> None:
    staff.post(f"/console/clients/{cast.a.slug}/edit/", {"name": cast.a.name, "time_zone": "Europe/London"})
    row = f'href="{cast.a.url}"'
    assert row not in page(staff.get("/console/clients/"))
    assert row in page(staff.get("/console/clients/?show=ended"))
    assert row in page(staff.get("/console/clients/?show=all"))


@pytest.mark.parametrize("query", ["page=99", "page=x", "show=<script>", "q=%00", "q=" + "x" * 5000])
def test_nonsense_in_the_address_does_no_harm(staff, query) -> None:
    assert "<script>" not in page(staff.get(f"/console/clients/?{query}")).split("<main", 1)[1].split("kbd", 1)[0]


def test_the_next_contract_year_begins_on_its_day_in_the_agreements_zone(cast, staff) -> None:
    cast.signed_otherwise(cast.a, starts_on=date(2024, 7, 1), time_zone="Europe/London")
    assert "1 July 2026" in page(staff.get(cast.a.url))


def test_the_list_needs_as_many_queries_for_many_clients(cast, staff, now, django_assert_max_num_queries) -> None:
    staff.get("/console/clients/")
    with django_assert_max_num_queries(60) as few:
        staff.get("/console/clients/")
    for number in range(3):
        Organisation.objects.create(name=f"More {number}", slug=f"more-{number}", kind="client", created_at=now)
    with django_assert_max_num_queries(60) as many:
        staff.get("/console/clients/")
    assert len(many) == len(few)


def test_one_client_shows_what_is_known(cast, staff) -> None:
    cast.window(cast.a)
    shown = page(staff.get(cast.a.url))
    for words in ("site-1-alder.example.org", "Vera Alder", "Max Manager", "Dora Deputy", "Upgrade work-1-alder"):
        assert words in shown
    assert "1 February 2027" in shown  # the end of the contract year


def test_a_client_without_agreement_is_said_to_have_none(cast, staff, now) -> None:
    bare = Organisation.objects.create(name="Bare", slug="bare", kind="client", created_at=now)
    shown = page(staff.get(bare.url))
    assert "No agreement is in force." in shown
    assert "nobody named" in shown


def test_an_auditor_is_offered_no_change(cast, client) -> None:
    client.force_login(cast.auditor)
    shown = page(client.get(cast.a.url))
    for path in ("/edit/", "/new/", "/manager/", "/cancellation/"):
        assert f'{path}"' not in shown


def test_a_client_is_taken_on(cast, staff) -> None:
    answer = staff.post(
        "/console/clients/new/", {"name": "Cedar & Co", "time_zone": "Europe/Berlin", "starts_on": "2026-03-01"}
    )
    made = Organisation.objects.get(name="Cedar & Co")
    assert answer["Location"] == f"/console/clients/{made.slug}/"
    assert made.agreements.get().starts_on == date(2026, 3, 1)
    assert made.reviews.count() == 4
    assert "Cedar &amp; Co is a client now." in page(staff.get(answer["Location"]))


def test_what_is_missing_is_named_and_what_was_typed_kept(staff) -> None:
    shown = refused(staff.post("/console/clients/new/", {"name": "Cedar", "time_zone": "Mars/Olympus"}))
    assert 'value="Cedar"' in shown
    assert "Contract begins on: This field is required." in shown
    assert Organisation.objects.filter(name="Cedar").count() == 0


def test_an_account_manager_is_named(cast, staff, now) -> None:
    staff.post(f"/console/clients/{cast.a.slug}/manager/", {"part": "deputy", "user": cast.helper.pk})
    assert queries.deputy(cast.a, now) == cast.helper


def test_a_clients_person_cannot_be_named(cast, staff) -> None:
    refused(staff.post(f"/console/clients/{cast.a.slug}/manager/", {"part": "deputy", "user": cast.a_viewer.pk}))


def test_a_website_is_added(cast, staff) -> None:
    staff.post(f"/console/clients/{cast.a.slug}/websites/new/", {"name": "Shop", "url": "shop.example.org"})
    assert cast.a.websites.get(name="Shop").url == "https://shop.example.org"


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "javascript:alert(1)", "https://user:pw@example.org/", "https://"]
)
def test_a_wrong_address_is_refused(cast, staff, url) -> None:
    refused(staff.post(f"/console/clients/{cast.a.slug}/websites/new/", {"name": "Shop", "url": url}))
    assert cast.a.websites.count() == 1


def test_a_quorum_needs_its_number(cast, staff) -> None:
    website = cast.a.websites.get()
    given = {"name": "Shop", "url": website.url, "is_active": "on", "rule": "quorum"}
    assert "how many" in refused(staff.post(f"/console/websites/{website.pk}/edit/", given))
    staff.post(f"/console/websites/{website.pk}/edit/", given | {"quorum": "2"})
    assert queries.live_environment(website).quorum == 2


def test_a_contact_is_added_and_invited(cast, staff) -> None:
    given = {"name": "Jane", "email": "Jane@Alder.example", "audience": "it_team", "role": "viewer", "invite": "on"}
    answer = staff.post(f"/console/clients/{cast.a.slug}/contacts/new/", given)
    assert "Jane was invited." in page(staff.get(answer["Location"]))
    contact = Contact.objects.get(email="jane@alder.example")
    assert (contact.client, contact.role, contact.audience) == (cast.a, "viewer", "it_team")
    assert OutgoingMail.objects.get().recipient == "jane@alder.example"


def test_a_contact_gets_no_role_of_the_agency(cast, staff) -> None:
    given = {"name": "Jane", "email": "jane@alder.example", "audience": "it_team", "role": "administrator"}
    refused(staff.post(f"/console/clients/{cast.a.slug}/contacts/new/", given))
    assert not Contact.objects.filter(name="Jane").exists()


def test_an_address_known_already_is_named(cast, staff) -> None:
    given = {"name": "Vera", "email": cast.a_viewer.email, "audience": "it_team", "role": "viewer"}
    assert cast.a_viewer.email in refused(staff.post(f"/console/clients/{cast.a.slug}/contacts/new/", given))


def test_unknown_fields_are_ignored(cast, staff) -> None:
    contact = cast.a.contacts.get(user=cast.a_viewer)
    given = {"name": "Vera", "audience": "it_team", "role": "viewer", "is_active": "on"}
    staff.post(
        f"/console/contacts/{contact.pk}/", given | {"client": cast.b.pk, "user": cast.helper.pk, "email": "x@y.z"}
    )
    contact.refresh_from_db()
    assert (contact.client, contact.user, contact.email) == (cast.a, cast.a_viewer, cast.a_viewer.email)


def test_a_new_version_is_signed(cast, staff) -> None:
    given = {"effective_from": "2026-04-01", "terms": "[downtime]\nhours_a_year = 20\n"}
    staff.post(f"/console/clients/{cast.a.slug}/agreement/new/", given)
    signed = Agreement.objects.get(client=cast.a, version=2)
    assert (signed.terms["downtime"]["hours_a_year"], signed.signed_by) == (20, cast.account_manager)
    assert "is signed and holds from 1 April 2026" in page(staff.get(cast.a.url))


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ("[downtime]\nhours_a_year = -1", "downtime.hours_a_year"),
        ("[downtime]\nhours = 3", "downtime.hours"),
        ("[response.P1]\nfirst = 'soon'", "response.P1.first"),
        ("[support]\nholidays = 'ZZ'", "support.holidays"),
        ("= nonsense", "not TOML"),
    ],
)
def test_a_wrong_term_is_named_and_kept(cast, staff, terms, said) -> None:
    given = {"effective_from": "2026-04-01", "terms": terms}
    shown = refused(staff.post(f"/console/clients/{cast.a.slug}/agreement/new/", given))
    assert said in shown
    assert terms.splitlines()[-1].replace("'", "&#x27;") in shown
    assert cast.a.agreements.count() == 1


def test_a_version_cannot_begin_in_the_past_of_another(cast, staff) -> None:
    given = {"effective_from": "2025-01-01", "terms": ""}
    assert "before the contract begins" in refused(staff.post(f"/console/clients/{cast.a.slug}/agreement/new/", given))


def test_the_terms_in_force_are_shown(cast, staff) -> None:
    shown = page(staff.get(f"/console/clients/{cast.a.slug}/agreement/"))
    assert "downtime.hours_a_year" in shown
    assert "time-zone data" in shown


def test_a_window_is_planned_in_the_clients_time(cast, staff) -> None:
    given = {"starts_at": "2026-07-01T02:00", "ends_at": "2026-07-01T04:00", "reason": "Upgrade", "down_minutes": "0"}
    staff.post(f"/console/clients/{cast.a.slug}/windows/new/", given)
    window = MaintenanceWindow.objects.get()
    assert window.starts_at == datetime(2026, 7, 1, 1, tzinfo=UTC)  # London is an hour ahead in July
    assert window.website is None


@pytest.mark.parametrize("end", ["2026-07-01T02:00", "2026-07-01T01:00", "2026-07-20T02:00", "nonsense"])
def test_a_window_that_cannot_be_is_refused(cast, staff, end) -> None:
    given = {"starts_at": "2026-07-01T02:00", "ends_at": end, "reason": "Upgrade"}
    refused(staff.post(f"/console/clients/{cast.a.slug}/windows/new/", given))


def test_a_window_never_takes_another_clients_website(cast, staff) -> None:
    given = {"starts_at": "2026-07-01T02:00", "ends_at": "2026-07-01T04:00", "reason": "Upgrade"}
    given["website"] = str(cast.b.websites.get().pk)
    refused(staff.post(f"/console/clients/{cast.a.slug}/windows/new/", given))


def test_a_window_is_cancelled(cast, staff) -> None:
    window = cast.window(cast.a)
    staff.post(f"/console/windows/{window.pk}/cancellation/")
    window.refresh_from_db()
    assert window.cancelled_at is not None


def test_a_review_is_arranged_in_the_clients_time(cast, staff) -> None:
    review = cast.review(cast.a)
    staff.post(f"/console/reviews/{review.pk}/", {"arranged_for": "2026-04-28T10:00"})
    review.refresh_from_db()
    assert review.arranged_for == datetime(2026, 4, 28, 9, tzinfo=UTC)
    assert 'value="2026-04-28T10:00"' in page(staff.get(f"/console/reviews/{review.pk}/"))
    refused(staff.post(f"/console/reviews/{review.pk}/", {"arranged_for": ""}))


def test_the_portal_names_who_to_turn_to(cast, client) -> None:
    client.force_login(cast.a_viewer)
    shown = page(client.get(f"/portal/{cast.a.slug}/people/"))
    assert "Max Manager" in shown
    assert "Monday to Friday 09:00–17:30" in shown
    assert cast.a_administrator.email not in shown


def test_a_client_administrator_sees_the_own_people(cast, client) -> None:
    client.force_login(cast.a_administrator)
    shown = page(client.get(f"/portal/{cast.a.slug}/people/"))
    assert cast.a_viewer.email in shown
    assert client.get(f"/portal/{cast.b.slug}/people/").status_code == 404


@pytest.mark.parametrize("typed", ["0001-01-01", "0206-05-01", "9999-12-31"])
def test_a_year_that_cannot_be_meant_is_refused(cast, client, typed) -> None:
    client.force_login(cast.administrator)
    Organisation.objects.filter(pk=cast.a.pk).update(time_zone="Asia/Tokyo")
    review, when = cast.review(cast.a), f"{typed}T23:59"
    for address, given in (
        ("/console/clients/new/", {"name": "Elm", "time_zone": "Asia/Tokyo", "starts_on": typed}),
        ("/console/clients/alder/agreement/new/", {"effective_from": typed}),
        ("/console/clients/alder/windows/new/", {"starts_at": when, "ends_at": when, "reason": "Upgrade"}),
        (f"/console/reviews/{review.pk}/", {"arranged_for": when, "held_on": typed}),
    ):
        answer = client.post(address, given)
        assert (answer.status_code, "Give a year from 1990 to 2100." in answer.content.decode()) == (422, True)


def test_a_review_cannot_have_been_held_tomorrow(cast, client, now) -> None:
    client.force_login(cast.administrator)
    review = cast.review(cast.a)
    answer = client.post(f"/console/reviews/{review.pk}/", {"held_on": "2099-01-01"})
    assert "still to come" in answer.content.decode()
    review.refresh_from_db()
    assert review.held_on is None


def test_a_name_stands_in_one_line(cast, client) -> None:
    client.force_login(cast.administrator)
    given = {"name": "Elm\r\nBcc: all@example.org", "time_zone": "Europe/London", "starts_on": "2026-01-01"}
    client.post("/console/clients/new/", given)
    elm = Organisation.objects.get(name="Elm Bcc: all@example.org")
    person = {"name": "Nell", "email": "nell@example.org", "audience": "it_team", "role": "viewer", "invite": "on"}
    assert client.post(f"/console/clients/{elm.slug}/contacts/new/", person).status_code == 302
