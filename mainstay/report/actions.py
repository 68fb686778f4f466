"""Issuing reports."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.clients.models import Organisation
from mainstay.common import facts, files, mail
from mainstay.common.facts import Process
from mainstay.report import figures as figures_of
from mainstay.report import letters
from mainstay.report.facts import ReportIssued, ReportRead
from mainstay.report.figures import Figures
from mainstay.report.models import Report
from mainstay.report.pdf.render import pdf
from mainstay.report.printed import Heading, lay_out


class MonthNotOver(ValueError):
    """A report is issued for a month that is over; a running month can be previewed."""


class AlreadyIssued(ValueError):
    """The month's report was issued before. It is never issued again: what was wrong is put right in the next one."""


@transaction.atomic
def issue(*, client: Organisation, month: str, by: Any, at: datetime) -> Report:
    """Freeze the report of `month` (2026-10): keep its figures and PDF, number it, tell the client's administrators.

    Raises:
        MonthNotOver: the month is not over yet.
        AlreadyIssued: there is a report of that month.
        NothingPromised: no agreement was in force.
        NoMonth: `month` is no month.
    """
    figures = figures_of.collect(client, month, at)
    if not figures.period.is_complete:
        raise MonthNotOver(f"{month} is not over yet for {client}")
    _lock(client)
    if Report.objects.filter(client=client, month=month).exists():
        raise AlreadyIssued(f"the report of {client} for {month} was issued before")
    report = _keep(client, figures, by=by, at=at)
    facts.record(_issued(report, figures), by=by, at=at, client=client)
    _tell(report, figures, at)
    return report


@transaction.atomic
def note_reading(*, report: Report, by: User, at: datetime) -> None:
    """Record that the client has opened the report, once; what the agency's own people open is no reading of theirs."""
    known = facts.FactRecord.objects.filter(subject=f"report:{report.pk}", kind=ReportRead.kind)
    if not by.is_staff_member and not known.exists():
        facts.record(ReportRead(report_id=report.pk, client_id=report.client_id), by=by, at=at, client=report.client)


def _lock(client: Organisation) -> None:
    """Let one report of a client be issued at a time, so that numbers have no gaps."""
    Organisation.objects.select_for_update().get(pk=client.pk)


def _keep(client: Organisation, figures: Figures, *, by: Any, at: datetime) -> Report:
    content = figures_of.encode(figures)
    number = (Report.objects.filter(client=client).aggregate(last=Max("number"))["last"] or 0) + 1
    report = Report(
        client=client,
        month=figures.period.month,
        number=number,
        figures_sha256=figures_of.digest(content),
        issued_at=at,
        issued_by=None if isinstance(by, Process) else by,
    )
    printed = pdf(lay_out(figures, heading(report)), at=at)
    report.figures = _store(report, content, "json", "application/json")
    report.pdf = _store(report, printed, "pdf", "application/pdf")
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as problem:
        raise AlreadyIssued(f"the report of {client} for {report.month} was issued before") from problem
    return report


def heading(report: Report) -> Heading:
    """What stands on the cover of an issued report."""
    return Heading(number=str(report.number), issued_at=report.issued_at.isoformat())


def _store(report: Report, content: bytes, ending: str, media_type: str) -> files.StoredFile:
    return files.store(
        content,
        media_type=media_type,
        at=report.issued_at,
        file_name=f"{report.file_stem}.{ending}",
        client=report.client,
    )


def _issued(report: Report, figures: Figures) -> ReportIssued:
    return ReportIssued(
        report_id=report.pk,
        client_id=report.client_id,
        month=report.month,
        number=report.number,
        figures_sha256=report.figures_sha256,
        sections=len(figures.sections),
        with_facts=sum(section.has_facts for section in figures.sections),
        issued_at=report.issued_at,
    )


def _tell(report: Report, figures: Figures, at: datetime) -> None:
    """One letter to each administrator of the client who works there."""
    for contact in report.client.contacts.filter(role=Role.CLIENT_ADMINISTRATOR, is_active=True):
        mail.post(
            letters.report_issued(report, figures, contact.name),
            to=contact.email,
            key=f"report:{report.pk}:contact:{contact.pk}",
            at=at,
            client=report.client,
            automatic=True,
        )
