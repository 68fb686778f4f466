"""What pages and downloads of a report have in common."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse

from mainstay.common import files
from mainstay.report import actions, queries
from mainstay.report.figures import Figures
from mainstay.report.models import Report
from mainstay.report.printed import Heading, lay_out


def printed(figures: Figures, heading: Heading) -> dict[str, Any]:
    """The report as its template shows it, with the charts' numbers as the components read them."""
    found = lay_out(figures, heading)
    for website in found["websites"]:
        website["bar"] = SimpleNamespace(**website["budget"])
        website["ribbon"] = [
            {"day": date.fromisoformat(day["date"]), "state": day["state"], "label": f"{day['date']}: {day['word']}"}
            for day in website["days"]
        ]
    return found


def printed_report(report: Report) -> dict[str, Any]:
    """An issued report, from the figures that were frozen."""
    return printed(queries.figures(report), actions.heading(report))


def pdf_of(report: Report) -> HttpResponse:
    """The PDF as it was issued."""
    return _download(files.read(report.pdf), "application/pdf", f"{report.file_stem}.pdf")


def json_of(report: Report) -> HttpResponse:
    """The figures as they were issued, byte for byte."""
    return _download(files.read(report.figures), "application/json", f"{report.file_stem}.json")


def _download(content: bytes, media_type: str, file_name: str) -> HttpResponse:
    disposition = f'attachment; filename="{file_name}"'
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})
