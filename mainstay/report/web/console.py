"""Reports in the console: those issued, a preview of any month, and issuing one by hand."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay import kit
from mainstay.access.facts import Permission
from mainstay.clients import gates as clients
from mainstay.clients.models import Organisation
from mainstay.promises.rules.schedule import NoMonth
from mainstay.report import actions, gates, queries
from mainstay.report import figures as figures_of
from mainstay.report.figures import Figures, NothingPromised
from mainstay.report.printed import Heading, month_name
from mainstay.report.web import answers

PAGE_SIZE = 50
CLIENTS_MAX = 200
PREVIEW = Heading(number="", issued_at=None)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All issued reports, and the months of one client that can be previewed."""
    clients.require(request.user, Permission.CONSOLE_USE)
    found = queries.listed(gates.reports_for(request.user, Permission.REPORT_VIEW))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    allowed = clients.clients_for(request.user, Permission.REPORT_VIEW).filter(is_active=True)
    chosen = allowed.filter(slug=request.GET.get("client", "")).first()
    return kit.page(
        request,
        "report/console_list.html",
        page=page,
        rows=[(report, month_name(report.month)) for report in page.object_list],
        clients=allowed.order_by("name")[:CLIENTS_MAX],
        chosen=chosen,
        months=_months(chosen),
    )


@require_safe
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One issued report, as it was frozen."""
    clients.require(request.user, Permission.CONSOLE_USE)
    found = gates.report_for(request.user, report_id, Permission.REPORT_VIEW)
    printed = answers.printed_report(found)
    return kit.page(request, "report/console_report.html", report=found, client=found.client, printed=printed)


@require_safe
def report_pdf(request: HttpRequest, report_id: int) -> HttpResponse:
    """The PDF as it was issued."""
    clients.require(request.user, Permission.CONSOLE_USE)
    return answers.pdf_of(gates.report_for(request.user, report_id, Permission.REPORT_VIEW))


@require_safe
def report_json(request: HttpRequest, report_id: int) -> HttpResponse:
    """The figures as they were issued."""
    clients.require(request.user, Permission.CONSOLE_USE)
    return answers.json_of(gates.report_for(request.user, report_id, Permission.REPORT_VIEW))


@require_safe
def preview(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    """A month as its report would be now. Where the month is over, it can be issued from here."""
    clients.require(request.user, Permission.CONSOLE_USE)
    client = clients.client_for(request.user, slug, Permission.REPORT_VIEW)
    figures = _figures(client, month)
    return kit.page(
        request,
        "report/console_preview.html",
        client=client,
        month=month,
        month_name=month_name(month),
        printed=answers.printed(figures, PREVIEW),
        may_issue=figures.period.is_complete and clients.may(request.user, Permission.REPORT_ISSUE, client),
        issued=client.reports.filter(month=month).first(),
    )


@require_POST
def issuing(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    """Issue a month's report by hand."""
    clients.require(request.user, Permission.CONSOLE_USE)
    client = clients.client_for(request.user, slug, Permission.REPORT_ISSUE)
    try:
        issued = actions.issue(client=client, month=month, by=request.user, at=timezone.now())
    except (actions.MonthNotOver, actions.AlreadyIssued) as problem:
        return kit.done(request, reverse("console-report-preview", args=[slug, month]), f"Not issued: {problem}.")
    except (NothingPromised, NoMonth) as problem:
        raise Http404(str(problem)) from problem
    return kit.done(request, issued.url, f"Report no. {issued.number} was issued and the client told.")


def _figures(client: Organisation, month: str) -> Figures:
    try:
        return figures_of.collect(client, month, timezone.now())
    except (NothingPromised, NoMonth) as problem:
        raise Http404(str(problem)) from problem


def _months(client: Organisation | None) -> list[tuple[str, str]]:
    if client is None:
        return []
    return [(month, month_name(month)) for month in queries.months_to_preview(client, timezone.now())]
