"""Reports in a client's portal: to read and to keep."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates as clients
from mainstay.report import actions, gates, queries
from mainstay.report.models import Report
from mainstay.report.printed import month_name
from mainstay.report.web import answers

PAGE_SIZE = 50


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The client's reports, the latest first."""
    client = clients.client_for(request.user, slug, Permission.REPORT_VIEW)
    page = Paginator(queries.listed(client.reports.all()), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(report, month_name(report.month)) for report in page.object_list]
    return kit.page(request, "report/portal_list.html", client=client, page=page, rows=rows)


@require_safe
def report(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """One report, as it was issued."""
    found = _report(request, slug, report_id)
    actions.note_reading(report=found, by=request.user, at=timezone.now())
    printed = answers.printed_report(found)
    return kit.page(request, "report/portal_report.html", client=found.client, report=found, printed=printed)


@require_safe
def report_pdf(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """The PDF as it was issued."""
    found = _report(request, slug, report_id)
    actions.note_reading(report=found, by=request.user, at=timezone.now())
    return answers.pdf_of(found)


@require_safe
def report_json(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    """The figures as they were issued."""
    return answers.json_of(_report(request, slug, report_id))


def _report(request: HttpRequest, slug: str, report_id: int) -> Report:
    client = clients.client_for(request.user, slug, Permission.REPORT_VIEW)
    return gates.report_of(client, request.user, report_id, Permission.REPORT_VIEW)
