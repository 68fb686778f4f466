"""Reports on pages: the same figures as in the file, and only for whom they are."""

import html
import json
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mainstay.common import files
from mainstay.common.facts import FactRecord, Process
from mainstay.report import actions, queries
from mainstay.report.models import Report
from mainstay.report.printed import lay_out
from tests.cast import Cast
from tests.report.conftest import ISSUED_AT, Month
from tests.report.sample import HOSTILE
from tests.report.test_pdf import squeezed, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(february: Month) -> Report:
    return actions.issue(client=february.cast.a, month="2026-02", by=Process("report"), at=ISSUED_AT)


def page_text(content: bytes) -> str:
    """What a page says, without its markup."""
    return squeezed(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())))


def figures_in(printed: dict) -> list[str]:
    """Every figure that a person reads in a report."""
    found = [*printed["summary"], *(each["sentence"] for each in printed["promises"])]
    for site in printed["websites"]:
        found += [each["value"] for each in site["stats"]] + [site["budget_text"]]
        found += [each[key] for each in site["states"] for key in ("month", "year")]
        found += [each[key] for each in site["outages"] for key in ("start", "end", "duration", "bounds", "cause")]
        found += [each["value"] for each in site["response"]]
    desk = printed["desk"]
    found += [each["value"] for each in desk["stats"]]
    found += [each[key] for group in desk["groups"] for each in group["rows"] for key in ("label", "opened", "open")]
    found += [each[key] for each in desk["clocks"] for key in ("priority", "clock", "met", "missed", "share")]
    found += [each[key] for each in desk["breaches"] for key in ("reference", "due", "met")]
    found += [each[key] for each in desk["tickets"] for key in ("reference", "state", "opened")]
    return found + [each["value"] for each in printed["definitions"]]


def test_page_pdf_and_json_hold_the_same_figures(client: Client, february: Month, issued: Report):
    client.force_login(february.cast.a_viewer)
    page = page_text(client.get(issued.portal_url).content)
    pdf = squeezed(text_of(files.read(issued.pdf)))
    printed = lay_out(queries.figures(issued), actions.heading(issued))
    wanted = [squeezed(each) for each in figures_in(printed)]
    assert len(wanted) > 150
    assert [each for each in wanted if each not in page] == []
    assert [each for each in wanted if each not in pdf.replace("-", "") and each not in pdf] == []


def test_downloads_are_the_frozen_files(client: Client, february: Month, issued: Report):
    client.force_login(february.cast.a_viewer)
    base = issued.portal_url.rstrip("/")
    answer = client.get(f"{base}.pdf")
    assert answer.content == files.read(issued.pdf)
    assert answer["Content-Disposition"] == 'attachment; filename="service-report-alder-2026-02.pdf"'
    assert client.get(f"{base}.json").content == files.read(issued.figures)


def test_hostile_subjects_are_text_on_the_page(client: Client, february: Month, issued: Report):
    client.force_login(february.cast.a_viewer)
    content = client.get(issued.portal_url).content.decode()
    assert "<script>alert(1)" not in content
    assert squeezed(HOSTILE[1]) in page_text(content.encode())
    assert squeezed(HOSTILE[0]) in page_text(content.encode())


def test_a_report_is_found_in_its_own_portal_alone(client: Client, february: Month, issued: Report):
    client.force_login(february.cast.administrator)
    foreign = issued.portal_url.replace("/alder/", f"/{february.cast.b.slug}/")
    assert client.get(foreign).status_code == 404
    assert client.get(f"/portal/alder/reports/{issued.pk + 1}/").status_code == 404


def test_that_the_client_opened_it_is_recorded_once(client: Client, february: Month, issued: Report):
    read = FactRecord.objects.filter(kind="report.read", subject=f"report:{issued.pk}")
    client.force_login(february.cast.administrator)
    client.get(issued.portal_url)
    assert not read.exists(), "the agency's own people are no readers"
    client.force_login(february.cast.a_viewer)
    for _ in range(2):
        assert client.get(issued.portal_url).status_code == 200
    assert read.get().by == february.cast.a_viewer


def test_the_list_shows_reports_and_what_will_be_there(client: Client, february: Month, issued: Report):
    client.force_login(february.cast.a_viewer)
    assert "February 2026" in client.get("/portal/alder/reports/").content.decode()
    client.force_login(february.cast.b_administrator)
    answer = client.get(f"/portal/{february.cast.b.slug}/reports/")
    assert "No report yet" in answer.content.decode()


def test_lists_take_the_same_number_of_queries_for_one_and_three(client: Client, february: Month, issued: Report):
    client.force_login(february.cast.administrator)
    client.get("/console/reports/")
    with CaptureQueriesContext(connection) as one:
        client.get("/console/reports/")
    for month in ("2025-12", "2026-01"):
        actions.issue(client=february.cast.a, month=month, by=Process("report"), at=ISSUED_AT)
    with CaptureQueriesContext(connection) as three:
        client.get("/console/reports/")
    assert len(three) == len(one)


def test_previewing_offers_to_issue_only_to_those_who_may(client: Client, february: Month):
    address = "/console/reports/preview/alder/2026-02/"
    client.force_login(february.cast.account_manager)
    assert "Issue the report" in client.get(address).content.decode()
    client.force_login(february.cast.auditor)
    assert "Issue the report" not in client.get(address).content.decode()


def test_a_running_month_can_be_seen_and_not_issued(client: Client, cast: Cast):
    month = f"{timezone.now():%Y-%m}"
    client.force_login(cast.account_manager)
    answer = client.get(f"/console/reports/preview/alder/{month}/")
    assert "Preview, as of" in answer.content.decode()
    assert "Issue the report" not in answer.content.decode()
    client.post(f"/console/reports/preview/alder/{month}/issue/")
    assert not Report.objects.exists()


def test_issuing_by_hand(client: Client, february: Month):
    client.force_login(february.cast.account_manager)
    answer = client.post("/console/reports/preview/alder/2026-02/issue/", follow=True)
    report = Report.objects.get()
    assert (report.issued_by, answer.redirect_chain[-1][0]) == (february.cast.account_manager, report.url)
    assert "Report no. 1 was issued" in answer.content.decode()
    again = client.post("/console/reports/preview/alder/2026-02/issue/", follow=True)
    assert "was issued before" in again.content.decode()
    assert Report.objects.count() == 1


@pytest.mark.parametrize("month", ["2031-01", "2019-01", "soon", "2026-13", "9999-12"])
def test_months_that_cannot_be_shown_are_not_found(client: Client, cast: Cast, month: str):
    client.force_login(cast.account_manager)
    assert client.get(f"/console/reports/preview/alder/{month}/").status_code == 404
    assert client.post(f"/console/reports/preview/alder/{month}/issue/").status_code == 404


def test_the_api_lists_reports_and_gives_the_frozen_figures(client: Client, february: Month, issued: Report):
    headers = {"Authorization": f"Bearer {february.cast.token(february.cast.a_administrator)}"}
    listed = client.get("/api/v1/clients/alder/reports", headers=headers).json()
    assert [(each["month"], each["figures_sha256"]) for each in listed] == [("2026-02", issued.figures_sha256)]
    content = client.get(f"/api/v1/reports/{issued.pk}/figures", headers=headers).content
    assert content == files.read(issued.figures)
    assert json.loads(content)["schema"] == "mainstay.report/1"
    assert client.get(f"/api/v1/reports/{issued.pk}/pdf", headers=headers).content[:5] == b"%PDF-"


def test_a_report_of_another_day_says_its_own_day(february: Month):
    at = datetime(2026, 2, 12, 9, tzinfo=UTC)
    late = actions.issue(client=february.cast.a, month="2026-01", by=Process("report"), at=at)
    assert "Issued on 12 February 2026" in text_of(files.read(late.pdf))
