"""Writing a report to a file, for the command line."""

import os
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone

from mainstay.clients.models import Organisation
from mainstay.common import files
from mainstay.promises.rules.schedule import NoMonth
from mainstay.report import figures as figures_of
from mainstay.report import queries
from mainstay.report.actions import heading
from mainstay.report.figures import Figures, NothingPromised
from mainstay.report.models import Report
from mainstay.report.pdf.render import pdf
from mainstay.report.printed import Heading, lay_out

PREVIEW = Heading(number="", issued_at=None)


class ReportRefused(ValueError):
    """A report that cannot be written; the message says why in plain words."""


def write(*, client_slug: str, month: str, out_path: Path, at: datetime | None = None) -> Path:
    """Write the report of a client and month; the ending .pdf, .html or .json decides the form.

    An issued report is written as it was frozen; otherwise it is a preview as of `at` (now).

    Raises:
        ReportRefused: client, month or ending cannot be used.
        OSError: the file cannot be written.
    """
    render = _FORMS.get(out_path.suffix.lower())
    if render is None:
        raise ReportRefused(f"{out_path.name}: the ending must be one of {', '.join(_FORMS)}")
    client = Organisation.objects.filter(slug=client_slug).first()
    if client is None:
        raise ReportRefused(f"there is no client called {client_slug!r}")
    report = Report.objects.filter(client=client, month=month).select_related("client", "figures", "pdf").first()
    content = render(report, _figures(client, month, report, at or timezone.now()))
    return _replace(out_path, content)


def _figures(client: Organisation, month: str, report: Report | None, at: datetime) -> Figures:
    if report is not None:
        return queries.figures(report)
    try:
        return figures_of.collect(client, month, at)
    except (NothingPromised, NoMonth) as problem:
        raise ReportRefused(str(problem)) from problem


def _as_json(report: Report | None, figures: Figures) -> bytes:
    return figures_of.encode(figures) if report is None else files.read(report.figures)


def _as_pdf(report: Report | None, figures: Figures) -> bytes:
    if report is not None:
        return files.read(report.pdf)
    return pdf(lay_out(figures, PREVIEW), at=datetime.fromisoformat(figures.period.judged_at))


def _as_html(report: Report | None, figures: Figures) -> bytes:
    printed = lay_out(figures, PREVIEW if report is None else heading(report))
    return render_to_string("report/alone.html", {"printed": printed}).encode()


def _replace(path: Path, content: bytes) -> Path:
    """Write beside, then rename: never half a report."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    os.replace(partial, path)
    return path


_FORMS = {".pdf": _as_pdf, ".html": _as_html, ".json": _as_json}
