"""Issuing: frozen, numbered, kept with its hash, told to the client, once."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mainstay.common import files, seals
from mainstay.common.facts import FactRecord, Process
from mainstay.common.jobs import run_due
from mainstay.common.models import OutgoingMail
from mainstay.promises import queries as promises
from mainstay.report import actions, queries, worker
from mainstay.report.figures import NothingPromised, collect, encode
from mainstay.report.models import Report, ReportsAreFrozen
from mainstay.report.write import ReportRefused, write
from tests.cast import Cast
from tests.report.conftest import ISSUED_AT, MARCH, Month
from tests.report.test_pdf import squeezed, text_of

pytestmark = pytest.mark.django_db
BY = Process("report")


@pytest.fixture
def issued(february: Month) -> Report:
    return actions.issue(client=february.cast.a, month="2026-02", by=BY, at=ISSUED_AT)


def test_the_figures_are_kept_with_their_hash(february: Month, issued: Report):
    content = files.read(issued.figures)
    assert hashlib.sha256(content).hexdigest() == issued.figures_sha256
    assert content == encode(collect(february.cast.a, "2026-02", ISSUED_AT))
    assert queries.figures(issued).parties.client == "Alder Books"


def test_the_pdf_holds_the_outage_and_the_tickets(february: Month, issued: Report):
    found = text_of(files.read(issued.pdf))
    assert "Report no. 1" in found
    assert february.answered.reference in found
    assert squeezed(february.answered.subject) in squeezed(found)
    assert squeezed(february.outage.sentence) in squeezed(found)
    assert "2 h 10 min" in found


def test_a_fact_is_recorded(issued: Report):
    fact = FactRecord.objects.get(kind="report.issued")
    assert fact.body["figures_sha256"] == issued.figures_sha256
    assert (fact.body["month"], fact.body["number"], fact.body["sections"]) == ("2026-02", 1, 9)
    assert fact.process == "report"


def test_the_clients_administrators_are_told_where_it_is(february: Month, issued: Report):
    mail = OutgoingMail.objects.get(key__startswith=f"report:{issued.pk}:")
    assert february.cast.a_administrator.email in mail.recipient
    assert mail.subject == "Service report for February 2026"
    assert issued.portal_url in mail.text
    assert queries.figures(issued).summary[0] in mail.text


def test_the_head_of_the_sealed_log_is_in_the_report_and_its_letter(february: Month):
    head = seals.seal([(seals.Entry("facts/agency/2026-02-01", 1, "a" * 64), None)], at=MARCH - timedelta(days=1))
    seals.seal([(seals.Entry("facts/agency/2026-02-02", 1, "b" * 64), None)], at=MARCH + timedelta(days=1))
    issued = actions.issue(client=february.cast.a, month="2026-02", by=BY, at=ISSUED_AT)

    assert head is not None
    assert squeezed(f"1:{head.root}") in squeezed(text_of(files.read(issued.pdf)))
    mail = OutgoingMail.objects.get(key__startswith=f"report:{issued.pk}:")
    assert f"1:{head.root}" in "".join(mail.text.split())


def test_the_promise_of_a_report_is_kept_by_it(february: Month, issued: Report):
    later = ISSUED_AT + timedelta(days=3)
    found = {each.clause.id: each.verdict.value for each in promises.board(february.cast.a, later)}
    assert found["S7"] == "kept"
    assert found["S8"] == "at_risk"
    assert {each.clause.id: each.verdict.value for each in promises.board(february.cast.b, later)}["S7"] == "broken"


def test_a_month_is_issued_once(february: Month, issued: Report):
    with pytest.raises(actions.AlreadyIssued):
        actions.issue(client=february.cast.a, month="2026-02", by=BY, at=ISSUED_AT)
    assert Report.objects.count() == 1


def test_reports_are_numbered_by_client(february: Month, issued: Report):
    january = actions.issue(client=february.cast.a, month="2026-01", by=february.cast.administrator, at=ISSUED_AT)
    other = actions.issue(client=february.cast.b, month="2026-02", by=BY, at=ISSUED_AT)
    assert (january.number, other.number) == (2, 1)
    assert january.issued_by == february.cast.administrator


def test_a_running_month_is_not_issued(february: Month):
    with pytest.raises(actions.MonthNotOver):
        actions.issue(client=february.cast.a, month="2026-02", by=BY, at=MARCH - timedelta(seconds=1))
    assert not Report.objects.exists()


def test_without_an_agreement_nothing_is_issued(cast: Cast):
    with pytest.raises(NothingPromised):
        actions.issue(client=cast.a, month="2024-12", by=BY, at=ISSUED_AT)


def test_an_issued_report_is_never_changed(issued: Report):
    with pytest.raises(ReportsAreFrozen):
        issued.save()
    with pytest.raises(ReportsAreFrozen):
        issued.delete()
    with pytest.raises(ReportsAreFrozen):
        Report.objects.filter(pk=issued.pk).update(number=9)
    with pytest.raises(ReportsAreFrozen):
        Report.objects.all().delete()


def test_what_happens_later_changes_no_issued_report(february: Month, issued: Report):
    before = files.read(issued.figures)
    february.outage.delete()
    assert files.read(issued.figures) == before
    assert encode(collect(february.cast.a, "2026-02", ISSUED_AT)) != before


@pytest.mark.parametrize(
    ("at", "months"),
    [
        (datetime(2026, 3, 2, 23, tzinfo=UTC), ["2026-01"]),
        (datetime(2026, 3, 3, 8, 59, tzinfo=UTC), ["2026-01"]),
        (datetime(2026, 3, 3, 9, tzinfo=UTC), ["2026-01", "2026-02"]),
        (datetime(2026, 5, 2, tzinfo=UTC), ["2026-02", "2026-03"]),
    ],
)
def test_reports_are_due_as_the_office_opens_a_working_day_ahead(cast: Cast, at: datetime, months: list[str]):
    actions.issue(client=cast.a, month="2025-12", by=BY, at=datetime(2026, 1, 5, tzinfo=UTC))
    assert [month for _, month in queries.due([cast.a], at)] == months


def test_the_worker_issues_what_is_due_once(february: Month):
    for client in (february.cast.b, february.cast.agency):
        client.is_active = False
        client.save()
    worker.find_due_reports(ISSUED_AT)
    worker.find_due_reports(ISSUED_AT)
    run_due(ISSUED_AT, "bulk")
    worker.find_due_reports(ISSUED_AT)
    run_due(ISSUED_AT, "bulk")
    found = Report.objects.filter(client=february.cast.a).values_list("month", flat=True)
    assert sorted(found) == ["2025-12", "2026-01", "2026-02"]


def test_the_command_line_writes_every_form(february: Month, issued: Report, tmp_path: Path):
    for ending in ("pdf", "json", "html"):
        write(client_slug="alder", month="2026-02", out_path=tmp_path / f"report.{ending}")
    assert (tmp_path / "report.pdf").read_bytes() == files.read(issued.pdf)
    assert (tmp_path / "report.json").read_bytes() == files.read(issued.figures)
    assert february.answered.reference in (tmp_path / "report.html").read_text()
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["report.html", "report.json", "report.pdf"]


def test_the_command_line_writes_a_preview(february: Month, tmp_path: Path):
    at = MARCH - timedelta(days=1)
    out = write(client_slug="alder", month="2026-02", out_path=tmp_path / "x.pdf", at=at)
    assert "Preview, as of 28 February 2026" in text_of(out.read_bytes())


@pytest.mark.parametrize(
    ("slug", "month", "name", "problem"),
    [
        ("nobody", "2026-02", "x.pdf", "no client called 'nobody'"),
        ("alder", "2026-02", "x.doc", "ending must be one of"),
        ("alder", "soon", "x.pdf", "no month"),
        ("alder", "2031-01", "x.pdf", "has not begun"),
    ],
)
def test_mistakes_are_refused_in_plain_words(
    cast: Cast, tmp_path: Path, slug: str, month: str, name: str, problem: str
):
    with pytest.raises(ReportRefused, match=problem):
        write(client_slug=slug, month=month, out_path=tmp_path / name, at=ISSUED_AT)
    assert list(tmp_path.iterdir()) == []
