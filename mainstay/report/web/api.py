"""Reports in the API: the list, and the frozen figures of one."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from mainstay.access.facts import Permission
from mainstay.access.web.problems import Problem
from mainstay.clients import gates as clients
from mainstay.report import gates, queries
from mainstay.report.models import Report
from mainstay.report.web import answers

router = Router(tags=["reports"])
REFUSED = {401: Problem, 403: Problem, 404: Problem, 422: Problem}
LIMIT_MAX = 200
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")]


class ReportOut(Schema):
    """An issued report. `figures_sha256` is the hash of the bytes that `/reports/{id}/figures` answers."""

    id: int
    client: str
    month: str
    number: int
    issued_at: datetime
    figures_sha256: str

    @staticmethod
    def resolve_client(report: Report) -> str:
        return report.client.slug


def _handing_out(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """What the description says of an answer that is a file."""
    return {"responses": {200: {"description": "OK", "content": {media_type: {"schema": schema}}}}}


@router.get(
    "/clients/{slug}/reports",
    response={200: list[ReportOut], **REFUSED},
    url_name="client-reports",
    summary="List a client's reports, the latest first",
)
def list_reports(request: HttpRequest, slug: str, limit: Limit = 50) -> list[Report]:
    client = clients.client_for(request.user, slug, Permission.REPORT_VIEW)
    return list(queries.listed(client.reports.all())[:limit])


@router.get(
    "/reports/{report_id}", response={200: ReportOut, **REFUSED}, url_name="report", summary="One issued report"
)
def get_report(request: HttpRequest, report_id: int) -> Report:
    return gates.report_for(request.user, report_id, Permission.REPORT_VIEW)


@router.get(
    "/reports/{report_id}/figures",
    response={**REFUSED},
    url_name="report-figures",
    summary="The figures of a report, byte for byte as they were issued",
    openapi_extra=_handing_out("application/json", {"type": "object"}),
)
def get_figures(request: HttpRequest, report_id: int) -> HttpResponse:
    return answers.json_of(gates.report_for(request.user, report_id, Permission.REPORT_VIEW))


@router.get(
    "/reports/{report_id}/pdf",
    response={**REFUSED},
    url_name="report-pdf",
    summary="The PDF of a report, as it was issued",
    openapi_extra=_handing_out("application/pdf", {}),
)
def get_pdf(request: HttpRequest, report_id: int) -> HttpResponse:
    return answers.pdf_of(gates.report_for(request.user, report_id, Permission.REPORT_VIEW))
