"""The record: who did what, from where, before and after; who may read it; that nobody can edit it."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from mainstay.access import actions as access
from mainstay.access.facts import Role
from mainstay.clients import actions
from mainstay.clients.facts import AccessReviewed, ContactChanged
from mainstay.clients.queries import trail as record
from mainstay.common import facts, trail
from mainstay.common.models import FactRecord, Trace
from mainstay.report.facts import ReportRead
from tests.cast import CANARY, Cast

HERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def auditor(cast: Cast) -> Client:
    browser = Client()
    browser.force_login(cast.auditor)
    return browser


def page(browser: Client, path: str = "/console/record/", **asked: str) -> str:
    return browser.get(path, asked).content.decode()


def changed_role(cast: Cast) -> Any:
    """The client's administrator makes the viewer a requester, on the page."""
    contact = cast.a.contacts.get(user=cast.a_viewer)
    browser = Client(**HERE)
    browser.force_login(cast.a_administrator)
    given = {"name": contact.name, "phone": "", "audience": contact.audience, "role": Role.REQUESTER, "last_day": ""}
    answer = browser.post(f"/portal/{cast.a.slug}/people/{contact.pk}/", given)
    assert answer.status_code == 302
    return contact


def test_a_change_is_on_record_with_address_session_before_and_after(cast: Cast) -> None:
    contact = changed_role(cast)
    fact = FactRecord.objects.select_related("trace").get(kind="clients.contact_changed")
    assert (fact.by, fact.client, fact.trace.address, fact.trace.door) == (
        cast.a_administrator,
        cast.a,
        HERE["REMOTE_ADDR"],
        "page",
    )
    assert len(fact.trace.session) == 16
    assert {"row": f"clients.contact:{contact.pk}", "field": "role", "before": "viewer", "after": "requester"} in (
        fact.trace.changes
    )


def test_what_records_no_fact_of_its_own_is_on_record_too(cast: Cast) -> None:
    browser = Client(**HERE)
    browser.force_login(cast.helper)
    given = {"name": "Hal Hopeful", "phone": "", "time_zone": "Europe/London", "language": ""}
    assert browser.post("/account/", given).status_code == 302
    fact = FactRecord.objects.get(kind="common.rows_changed")
    (change,) = fact.trace.changes
    assert (fact.by, fact.body["page"], change["before"], change["after"]) == (
        cast.helper,
        "account",
        "Hal Helper",
        "Hal Hopeful",
    )


def test_what_was_undone_is_not_on_record(cast: Cast) -> None:
    with trail.during(trail.Origin("page", page="account")) as here:
        with transaction.atomic():
            access.change_profile(user=cast.helper, name="Somebody Else")
            transaction.set_rollback(True)
        assert [each.holds() for each in here.changes] == [False]


def test_secrets_are_told_as_changed_and_never_shown(cast: Cast, now: Any) -> None:
    with trail.during(trail.Origin("page")):
        access.set_password(user=cast.helper, password="a long enough secret", how="changed", at=now)
    fact = FactRecord.objects.get(kind="access.password_changed")
    assert [(each["field"], each["before"], each["after"]) for each in fact.trace.changes] == [("password", "•", "•")]


def test_a_file_that_is_taken_is_on_record(cast: Cast) -> None:
    attachment = cast.attachment(cast.a)
    browser = Client(**HERE)
    browser.force_login(cast.a_viewer)
    assert browser.get(f"/portal/{cast.a.slug}/files/{attachment.pk}/").status_code in (200, 404)
    browser.get(f"/portal/{cast.a.slug}/agreements/1.txt")
    fact = FactRecord.objects.filter(kind="access.file_taken").latest("id")
    assert (fact.by, fact.client, fact.body["objects"]) == (
        cast.a_viewer,
        cast.a,
        {"slug": cast.a.slug, "version": "1"},
    )
    assert fact.trace.address == HERE["REMOTE_ADDR"]


def test_what_was_refused_is_on_record_once_a_minute(cast: Cast) -> None:
    browser = Client(**HERE)
    browser.force_login(cast.helper)
    for _ in range(3):
        assert browser.get("/console/record/").status_code == 403
    (fact,) = FactRecord.objects.filter(kind="access.refused", by=cast.helper)
    assert (fact.body, fact.trace.address) == ({"page": "console-record", "method": "GET"}, HERE["REMOTE_ADDR"])


def test_who_comes_who_does_not_and_who_goes(cast: Cast, now: Any) -> None:
    access.set_password(user=cast.helper, password="a long enough secret", how="changed", at=now)
    browser = Client(**HERE)
    for email, password in [
        (cast.helper.email, "wrong"),
        ("nobody@example.org", "wrong"),
        (cast.helper.email, "a long enough secret"),
    ]:
        browser.post("/accounts/login/", {"login": email, "password": password})
    browser.post("/accounts/logout/")
    told = FactRecord.objects.filter(kind__startswith="access.sign").order_by("id").values_list("kind", "subject")
    mine = f"user:{cast.helper.pk}"
    assert list(told) == [
        ("access.sign_in_failed", mine),
        ("access.sign_in_failed", "user:unknown"),
        ("access.signed_in", mine),
        ("access.signed_out", mine),
    ]
    assert set(Trace.objects.filter(fact__kind__startswith="access.sign").values_list("address", flat=True)) == {
        HERE["REMOTE_ADDR"]
    }


def test_a_token_is_named(cast: Cast) -> None:
    row, secret = cast.token_row(cast.administrator)
    Client(**HERE).get("/api/v1/evidence/nothing", headers={"Authorization": f"Bearer {secret}"})
    with trail.during(trail.Origin("api", token_id=row.pk)):
        facts.record(trail.RowsChanged(page="x", rows=()), by=cast.administrator, at=row.created_at)
    assert Trace.objects.latest("fact_id").token_id == row.pk


def test_the_auditor_finds_it_by_person_client_kind_address_and_day(cast: Cast, auditor: Client) -> None:
    changed_role(cast)
    shown = page(auditor, q="anna", client=cast.a.slug, kind="clients.contact_changed", address=HERE["REMOTE_ADDR"])
    assert "Contact changed" in shown and "Anna Alder" in shown and HERE["REMOTE_ADDR"] in shown
    assert "<del>viewer</del>" in shown and "<ins>requester</ins>" in shown
    for narrower in (
        {"q": "bert"},
        {"client": cast.b.slug},
        {"kind": "desk"},
        {"address": "192.0.2.1"},
        {"until": "2020-01-01"},
    ):
        assert "Contact changed" not in page(auditor, **{"kind": "clients.contact_changed", **narrower})


@pytest.mark.parametrize("odd", ["x" * 5000, "1' OR 1=1 --", "\x00", "9999-12-31", "{{ 7 }}"])
def test_what_cannot_be_read_narrows_nothing_and_breaks_nothing(auditor: Client, odd: str) -> None:
    for name in ("q", "client", "kind", "address", "since", "until", "page", "form"):
        assert auditor.get("/console/record/", {name: odd}).status_code == 200


def test_pages_follow_each_other(cast: Cast, auditor: Client, now: Any) -> None:
    for minute in range(60):
        facts.record(trail.RowsChanged(page=f"p{minute}", rows=()), by=cast.helper, at=now + timedelta(minutes=minute))
    first = auditor.get("/console/record/", {"kind": "common"})
    second = auditor.get("/console/record/", {"kind": "common", "page": first.context["page"].following})
    numbers = [each.fact.pk for each in (*first.context["entries"], *second.context["entries"])]
    assert len(numbers) == 60 and numbers == sorted(numbers, reverse=True)


def test_the_number_of_queries_does_not_grow(
    cast: Cast, auditor: Client, now: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(45):
        facts.record(access_fact(cast, number), by=cast.helper, at=now)
    with django_assert_max_num_queries(16):
        assert auditor.get("/console/record/").status_code == 200


def access_fact(cast: Cast, number: int) -> Any:
    people = [cast.helper, cast.deputy, cast.a_viewer, cast.b_administrator]
    return access_facts().RoleChanged(user_id=people[number % 4].pk, role=Role.HELPER)


def access_facts() -> Any:
    from mainstay.access import facts as of_access

    return of_access


def test_as_files(cast: Cast, auditor: Client) -> None:
    changed_role(cast)
    rows = list(csv.DictReader(io.StringIO(page(auditor, form="csv", kind="clients.contact_changed"))))
    lines = [json.loads(each) for each in page(auditor, form="jsonl", kind="clients.contact_changed").splitlines()]
    assert [each["kind"] for each in rows] == [each["kind"] for each in lines] == ["clients.contact_changed"]
    assert lines[0]["address"] == HERE["REMOTE_ADDR"] and any(
        each["after"] == "requester" for each in lines[0]["changes"]
    )


def test_a_file_holds_no_formula(cast: Cast, auditor: Client) -> None:
    access.change_profile(user=cast.helper, name="=cmd|'/c calc'!A0")
    with trail.during(trail.Origin("page")):
        facts.record(trail.RowsChanged(page="x", rows=()), by=cast.helper, at=cast.helper.created_at)
    assert "'=cmd" in page(auditor, form="csv", kind="common.rows_changed")


def test_a_client_reads_its_own_part_without_the_agencys_addresses(cast: Cast, now: Any) -> None:
    changed_role(cast)
    with trail.during(trail.Origin("page", address="203.0.113.99")):
        actions.change_contact(
            contact=cast.a.contacts.get(user=cast.a_requester), role=Role.EDITOR, by=cast.account_manager, at=now
        )
        actions.change_contact(contact=cast.b.contacts.get(), name=f"B {CANARY}", by=cast.account_manager, at=now)
    browser = Client()
    browser.force_login(cast.a_administrator)
    shown = page(browser, f"/portal/{cast.a.slug}/people/record/")
    assert HERE["REMOTE_ADDR"] in shown and "203.0.113.99" not in shown and CANARY not in shown
    assert "Max Manager" in shown and "<dt>Person · role</dt>" in shown and "<ins>editor</ins>" in shown
    for form in ("csv", "jsonl"):
        sent = page(browser, f"/portal/{cast.a.slug}/people/record/", form=form)
        assert "Max Manager" in sent and "203.0.113.99" not in sent and CANARY not in sent


def test_what_a_page_changed_of_others_is_not_shown_to_a_client(cast: Cast, now: Any) -> None:
    own, others = cast.a.contacts.get(user=cast.a_requester), cast.b.contacts.get()
    with trail.during(trail.Origin("page")):
        for contact, name in ((others, f"B {CANARY}"), (own, "Renamed")):
            contact.name = name
            contact.save(update_fields=["name"])
        cast.b_administrator.name = f"{CANARY} too"
        cast.b_administrator.save(update_fields=["name"])
        fact = ContactChanged(client_id=cast.a.pk, contact_id=own.pk, role="editor", is_active=True)
        facts.record(fact, by=cast.account_manager, at=now, client=cast.a)
    browser = Client()
    browser.force_login(cast.a_administrator)
    for form in ("", "csv", "jsonl"):
        shown = page(browser, f"/portal/{cast.a.slug}/people/record/", form=form)
        assert "Renamed" in shown and CANARY not in shown


def test_a_client_reads_no_numbers_of_ours(cast: Cast, now: Any) -> None:
    on_report = ReportRead(report_id=77, client_id=cast.a.pk)
    on_review = AccessReviewed(client_id=cast.a.pk, review_id=78, kept=1, removed=0)
    for fact in (on_report, on_review):
        facts.record(fact, by=cast.a_viewer, at=now, client=cast.a)
    found = record.entries_for_client(record.record_of_client(cast.a, record.Asked()), cast.a)
    about = {each.fact.kind: each.about for each in found}
    assert (about["report.read"], about["clients.access_reviewed"]) == ((), (cast.a.name,))
    assert not any(each.fact.subject in each.about for each in found)


def test_the_database_refuses_to_edit_facts_and_traces(cast: Cast) -> None:
    changed_role(cast)
    for statement in (
        "UPDATE common_factrecord SET process = 'nobody' WHERE kind = 'clients.contact_changed'",
        "UPDATE common_trace SET address = '192.0.2.1'",
        "UPDATE common_trace SET page = 'other'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_trace_loses_what_is_personal_after_its_time_and_keeps_its_commitment(cast: Cast) -> None:
    changed_role(cast)
    found = Trace.objects.get(fact__kind="clients.contact_changed")
    assert trail.commitment_of(found) == found.commitment
    at = found.recorded_at + timedelta(days=400)
    assert trail.erase_older(at, at=at) == Trace.objects.count()
    gone = Trace.objects.get(pk=found.pk)
    assert (gone.address, gone.session, gone.changes, gone.salt) == ("", "", [], "")
    assert (gone.commitment, gone.erased_at) == (found.commitment, at)
    assert trail.erase_older(at, at=at) == 0


def test_the_label_of_a_kind() -> None:
    assert record.label_of("access.role_changed") == "Role changed"
